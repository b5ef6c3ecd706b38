"""The accounts of processes, and many clients at once."""

from __future__ import annotations

import concurrent.futures
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.clients import Crowd
from benchmarks.costs import Costs
from tests.waiting import PATIENCE

#: Works for half a second of CPU time, holds 50 MB for a moment, and waits to be ended.
BUSY = """
import sys, time
held = bytearray(b"x" * 50_000_000)
del held
while time.process_time() < 0.5:
    pass
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def busy() -> Iterator[int]:
    """The id of a process in a group of its own that has done its work."""
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process.pid
        process.kill()


def test_cpu_seconds_are_those_of_the_group_and_of_nobody_else(busy: int):
    costs = Costs({"engine": [busy], "api": []}, ("fake", "sqlite"))
    spent = costs.cpu_seconds()
    assert set(spent) == {"engine", "api"}
    assert spent["engine"] >= 0.4
    assert spent["api"] == 0
    assert costs.busy_seconds() >= spent["engine"]


def test_servers_are_accounted_by_their_role(busy: int):
    assert set(Costs({"engine": [busy]}, ("rabbit", "postgresql")).cpu_seconds()) == {"engine", "broker", "database"}


def test_a_peak_is_forgotten_when_it_is_reset(busy: int):
    costs = Costs({"engine": [busy]}, ())
    (before,) = costs.peak_mb()["engine"]
    costs.reset_peaks()
    (after,) = costs.peak_mb()["engine"]
    assert before > 50
    assert after < before - 30


class Client:
    """Answers when as many others ask at the same time as there are clients."""

    def __init__(self, together: threading.Barrier) -> None:
        self._together = together

    def request(self, method: str, path: str, **options: Any) -> str:
        self._together.wait(PATIENCE)
        return f"{method} {path} {options['json']}"


def test_clients_ask_side_by_side_and_answers_keep_the_order_of_requests():
    together = threading.Barrier(3)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        crowd = Crowd([Client(together) for _ in range(3)], pool)
        answers = crowd.ask([("PUT", f"/{number}", number) for number in range(6)])
    assert [answer for answer, _ in answers] == [f"PUT /{number} {number}" for number in range(6)]
    assert all(seconds >= 0 for _, seconds in answers)
