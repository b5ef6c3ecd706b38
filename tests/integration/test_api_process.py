"""``heat-mq-api`` as a program: signals, worker processes, tokens proved by a stub of Keystone."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.ports import free_ports
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.integration

#: Set when the slow token is to be proved, and when it may be.
ASKED, PROVED = threading.Event(), threading.Event()
TOKEN = {
    "token": {
        "methods": ["password"],
        "user": {"id": "u1", "name": "user", "domain": {"id": "default", "name": "Default"}},
        "project": {"id": "p1", "name": "demo", "domain": {"id": "default", "name": "Default"}},
        "roles": [{"id": "r1", "name": "member"}, {"id": "r2", "name": "reader"}],
        "issued_at": "2020-01-01T00:00:00.000000Z",
        "expires_at": "2100-01-01T00:00:00.000000Z",
        "catalog": [],
    }
}


class Keystone(BaseHTTPRequestHandler):
    """Proves the tokens ``good`` and, when the test lets it, ``slow``."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        endpoint = {"id": "e1", "interface": "internal", "region": "r", "url": f"http://{self.headers['Host']}/v3"}
        catalog = [{"id": "k", "type": "identity", "name": "keystone", "endpoints": [endpoint]}]
        token = {"token": {**TOKEN["token"], "catalog": catalog}}
        self._send(201, token, {"X-Subject-Token": "service"})

    def do_GET(self) -> None:
        subject = self.headers.get("X-Subject-Token")
        if subject == "slow":
            ASKED.set()
            assert PROVED.wait(PATIENCE)
        if subject in ("good", "slow"):
            self._send(200, TOKEN, {})
        elif subject:
            self._send(404, {"error": {"code": 404}}, {})
        else:
            links = [{"rel": "self", "href": f"http://{self.headers['Host']}/v3/"}]
            self._send(200, {"version": {"id": "v3.14", "status": "stable", "links": links}}, {})

    def _send(self, status: int, body: object, headers: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def keystone() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Keystone)
    httpd.daemon_threads = True
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}/v3"
    httpd.shutdown()
    httpd.server_close()


class Program:
    """A running ``heat-mq-api``."""

    def __init__(self, directory: pathlib.Path, backend: str, keystone: str) -> None:
        self.port = free_ports()
        self.file = directory / "heat_mq.conf"
        self.log = directory / "api.log"
        self.file.write_text(
            "[DEFAULT]\ntransport_url = fake://\n"
            f"[runtime]\nbackend = {backend}\n"
            f"[heat_api]\nbind_host = 127.0.0.1\nbind_port = {self.port}\nworkers = 2\n"
            "[keystone_authtoken]\nauth_type = password\nusername = heat\npassword = s3cret-word\n"
            f"project_name = service\nauth_url = {keystone}\nwww_authenticate_uri = {keystone}\n"
            "user_domain_id = default\nproject_domain_id = default\n"
        )
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "heat_mq.cmd.api", "--config-file", os.fspath(self.file)],
                stdout=log,
                stderr=log,
            )
        self.until(lambda: self.get("/healthcheck") == 200, "the API")

    def until(self, holds: Callable[[], object], what: str) -> None:
        def holds_now() -> object:
            with contextlib.suppress(OSError, http.client.HTTPException):
                return holds()
            assert self.process.poll() is None, self.log.read_text()
            return False

        until(holds_now, what)

    def get(self, path: str, token: str | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"X-Auth-Token": token} if token else {})
            return connection.getresponse().status

    def workers(self) -> set[int]:
        """Process ids of the children that run, whichever thread has started them."""
        lists = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {pid for children in lists for pid in map(int, children.read_text().split()) if runs(pid)}


def runs(pid: int) -> bool:
    """Whether a process has not ended; its parent may not have looked at it yet."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(params=["eventlet", "threads"])
def program(request: pytest.FixtureRequest, tmp_path: pathlib.Path, keystone: str) -> Iterator[Program]:
    found = Program(tmp_path, request.param, keystone)
    yield found
    found.process.kill()
    found.process.wait()


def test_tokens_are_proved_by_keystone_and_requests_drain(program: Program):
    assert len(program.workers()) == 2
    assert program.get("/v1/p1/stacks", "bad") == 401
    assert program.get("/v1/p2/stacks", "good") == 403
    # The program is told to stop while a token is being proved.
    ASKED.clear()
    PROVED.clear()
    answers: list[int] = []
    slow = threading.Thread(target=lambda: answers.append(program.get("/v1/p1/stacks?limit=x", "slow")))
    slow.start()
    assert ASKED.wait(PATIENCE)
    program.process.send_signal(signal.SIGTERM)
    program.until(lambda: len(program.workers()) == 1, "the end of the worker that has nothing to do")
    PROVED.set()
    slow.join()
    assert answers == [400]
    assert program.process.wait(PATIENCE) == 0
    assert "s3cret-word" not in program.log.read_text()


def test_sighup_reads_the_configuration_anew(program: Program):
    before = program.workers()
    text = program.file.read_text()
    program.file.write_text(text.replace("[runtime]", "max_json_body_size = 5\n[runtime]"))
    program.process.send_signal(signal.SIGHUP)

    def is_reloaded() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("POST", "/v1/p1/stacks", body=b"0123456789")
            return b"longer than 5 bytes" in connection.getresponse().read()

    program.until(is_reloaded, "the new configuration")
    assert program.process.poll() is None
    assert before != program.workers()
