from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from heat_mq import concurrency

SCENARIO = pathlib.Path(__file__).with_name("scenario.py")

SCENARIOS = [
    "backend",
    "pool_is_bounded",
    "pool_survives_failures",
    "hundreds_wait_at_once",
    "a_connection_serves_many_requests",
    "streams_and_failures_end_well",
    "slow_requests_do_not_hold_others",
    "stop_finishes_what_runs",
    "a_reload_drops_no_request",
    "a_given_socket_is_served",
    "a_taken_port_is_an_error",
]


@pytest.mark.parametrize("backend", concurrency.BACKENDS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_both_backends_do_the_same(backend: str, name: str) -> None:
    done = subprocess.run(
        [sys.executable, str(SCENARIO), backend, name], capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr if name == "backend" else "") == ("passed\n", "")


def test_an_unknown_backend_is_named() -> None:
    with pytest.raises(ValueError, match="asyncio"):
        concurrency.patch("asyncio")


def test_this_process_is_native() -> None:
    assert not concurrency.is_green()


def test_an_empty_pool_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="not 0"):
        concurrency.pool(0)


def test_spawn_runs_beside_the_caller() -> None:
    seen: list[int] = []
    thread = concurrency.spawn(seen.append, 1, name="beside")
    thread.join(60)
    assert seen == [1]
    assert thread.name == "beside"
