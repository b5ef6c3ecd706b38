"""``heat-mq quickstart`` as a newcomer meets it."""

from __future__ import annotations

import os
import pathlib
import pty
import re
import signal
import socket
import subprocess

import pytest
import requests

from tests.acceptance.cloud import Cloud
from tests.acceptance.processes import program, until
from tests.acceptance.stock_client import Rest, read_openrc
from tests.acceptance.systems import BACKEND, start_quickstart
from tests.ports import free_ports
from tests.waiting import PATIENCE

pytestmark = pytest.mark.xdist_group("newcomer")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A state directory in which the example has been created once."""
    state = tmp_path_factory.mktemp("state")
    running = start_quickstart(state, free_ports(), "--boot-seconds", "0.2", "--exit")
    assert running.ends() == 0, running.said()
    return state


def test_the_example_is_created_with_its_outputs_and_the_status_says_so(state: pathlib.Path):
    said = (state / "printed.log").read_text()
    assert "example: CREATE_COMPLETE" in said
    assert re.search(r"address: 172\.24\.4\.\d+", said)
    assert "report: " in said
    assert re.search(r"server +CREATE_COMPLETE", said)
    assert (state / "openrc").read_text() in said.replace("\n  ", "\n")
    assert (state / "openrc").stat().st_mode & 0o077 == 0


def test_a_second_start_serves_the_stacks_of_the_first(state: pathlib.Path):
    running = start_quickstart(state, free_ports(), "--no-example")
    try:
        running.says("heat_mq serves on")
        rest = Rest(read_openrc(state / "openrc"))
        assert rest.status("example") == "CREATE_COMPLETE"
        outputs = rest.request("GET", "/stacks/example").json()["stack"]["outputs"]
        assert {output["output_key"] for output in outputs} == {"address", "private_address", "report", "volume"}
    finally:
        running.signal(signal.SIGINT)
    assert running.ends() == 0
    assert "Traceback" not in running.said()


def test_two_programs_do_not_share_a_state_directory(state: pathlib.Path):
    first = start_quickstart(state, free_ports(), "--no-example")
    try:
        first.says("heat_mq serves on")
        second = start_quickstart(state, free_ports(), "--no-example")
        assert second.ends() == 1
        assert "is in use by another process" in second.said()
    finally:
        assert first.stop() == 0


def test_on_a_terminal_the_progress_is_live(tmp_path: pathlib.Path):
    ours, theirs = pty.openpty()
    options = ["--exit", "--boot-seconds", "0.2", "--state-dir", str(tmp_path), "--port", str(free_ports())]
    options += ["--backend", BACKEND]
    process = subprocess.Popen(
        [program("heat-mq"), "quickstart", *options],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "50", "PYTHONWARNINGS": "ignore"},
    )
    os.close(theirs)
    said = b""
    try:
        while chunk := os.read(ours, 65536):
            said += chunk
    except OSError:  # how a terminal ends
        pass
    assert process.wait() == 0, said.decode()
    text = said.decode()
    # Lines are drawn anew, in colours.
    assert "\x1b[1A" in text or "\x1b[2K" in text
    assert "\x1b[32m" in text
    assert "CREATE_COMPLETE" in text
    assert "Traceback" not in text


def test_a_failed_example_tells_why_and_gives_status_1(tmp_path: pathlib.Path):
    port = free_ports()
    first = start_quickstart(tmp_path, port, "--no-example")
    first.says("heat_mq serves on")
    # Faults are kept in the state directory like everything else.
    rule = {"kind": "object_error", "service": "compute", "message": "No host has room"}
    requests.post(f"http://127.0.0.1:{port + 1}/admin/faults", json=rule, timeout=PATIENCE).raise_for_status()
    assert first.stop() == 0
    second = start_quickstart(tmp_path, port, "--exit", "--boot-seconds", "0.2")
    assert second.ends() == 1
    assert "example: CREATE_FAILED" in second.said()
    assert "No host has room" in second.said()
    assert "Traceback" not in second.said()


def test_ctrl_c_ends_it_also_while_the_example_is_being_created(tmp_path: pathlib.Path):
    port = free_ports()
    running = start_quickstart(tmp_path, port, "--boot-seconds", "3600")
    until(lambda: re.search(r"server +CREATE_IN_PROGRESS", running.said()), "the server in progress")
    running.signal(signal.SIGINT)
    assert running.ends() == 0
    assert "Traceback" not in running.said()
    # What was in progress goes on at the next start.
    second = start_quickstart(tmp_path, port, "--exit", "--boot-seconds", "0.2")
    cloud = Cloud(f"http://127.0.0.1:{port + 1}")
    second.says("heat_mq serves on")
    servers = cloud.names("compute/servers")
    assert len(servers) == 1
    second.signal(signal.SIGINT)
    assert second.ends() in (0, 1)


@pytest.mark.parametrize("offset", [0, 1, 2])
def test_a_port_in_use_is_named(tmp_path: pathlib.Path, offset: int):
    port = free_ports()
    with socket.create_server(("127.0.0.1", port + offset)):
        running = start_quickstart(tmp_path, port, "--no-example")
        assert running.ends() == 1
    assert f"cannot serve on 127.0.0.1 port {port + offset}: Address already in use" in running.said()
    assert "Traceback" not in running.said()


def test_a_state_directory_that_cannot_be_used_is_named(tmp_path: pathlib.Path):
    file = tmp_path / "file"
    file.write_text("")
    command = [program("heat-mq"), "quickstart", "--state-dir", str(file / "below"), "--port", str(free_ports())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 1
    assert f"cannot use the state directory {file / 'below'}: Not a directory" in done.stderr
    assert "Traceback" not in done.stderr
