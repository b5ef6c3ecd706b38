"""Guests boot at their time and send each signal once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from heat_mq.simcloud import Cloud, guest, make_app
from tests.waiting import until


class Listener:
    """A web server that notes what it is sent and answers with the statuses it was told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, str]] = []
        self.statuses: list[int] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                listener.got.append((self.path, self.headers["X-Auth-Token"], body))
                self.send_response(listener.statuses.pop(0) if listener.statuses else 200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/signal"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def user_data(self, data: str = '{"status": "SUCCESS"}') -> str:
        return f"curl -i -X POST -H 'X-Auth-Token: tok' -H 'Content-Type: x/y' {self.url} --data-binary '{data}'"


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cloud(clock: Clock) -> Iterator[Cloud]:
    cloud = make_app(None, base_url="http://simcloud", clock=clock)
    yield cloud
    cloud.close()


def another_has_signalled(cloud: Cloud, clock: Clock, listener: Listener) -> None:
    """Return when the cloud has seen to what is due: a guest that is up now has sent its signal and printed that."""
    cloud.guests.power_on("another", listener.user_data('"another"'), at=clock.now)
    until(lambda: any("HTTP 200" in line for line in cloud.guests.console("another")), "another's signal", every=0.01)
    cloud.guests.forget("another")
    listener.got.remove(("/signal", "tok", '"another"'))


def test_a_guest_signals_when_its_time_has_come_and_only_once(cloud: Cloud, clock: Clock, listener: Listener):
    cloud.guests.power_on("s1", listener.user_data(), at=1_010)
    another_has_signalled(cloud, clock, listener)
    assert listener.got == []
    assert cloud.guests.console("s1") == []
    clock.now = 1_010
    cloud.tick()
    until(lambda: any("HTTP 200" in line for line in cloud.guests.console("s1")), "the signal", every=0.01)
    cloud.guests.power_on("s1", None, at=1_010)
    another_has_signalled(cloud, clock, listener)
    assert listener.got == [("/signal", "tok", '{"status": "SUCCESS"}')]


def test_a_guest_that_was_stopped_or_deleted_sends_nothing(cloud: Cloud, clock: Clock, listener: Listener):
    cloud.guests.power_on("stopped", listener.user_data(), at=1_010)
    cloud.guests.power_on("deleted", listener.user_data(), at=1_010)
    cloud.guests.power_off("stopped")
    cloud.guests.forget("deleted")
    clock.now = 1_020
    another_has_signalled(cloud, clock, listener)
    assert listener.got == []
    cloud.guests.power_on("stopped", None, at=1_020)
    until(lambda: listener.got, "the signal", every=0.01)


def test_a_signal_that_meets_an_error_is_sent_again(
    cloud: Cloud, clock: Clock, listener: Listener, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(guest, "BACKOFF_SECONDS", (0.0, 0.0, 0.0))
    listener.statuses = [503, 429]
    cloud.guests.power_on("s1", listener.user_data(), at=1_000)
    until(lambda: len(listener.got) == 3, "three tries", every=0.01)


def test_a_guest_remembers_over_a_restart_what_it_sent(tmp_path: Path, clock: Clock, listener: Listener):
    first = make_app(tmp_path, base_url="http://simcloud", clock=clock)
    first.guests.power_on("done", listener.user_data('{"id": 1}'), at=0)
    boots = first.store.collection("guest", "boots")
    until(lambda: not boots.get("done")["waiting"], "the first signal", every=0.01)
    first.guests.power_on("due", listener.user_data('{"id": 2}'), at=1_010)
    first.close()
    assert [each[2] for each in listener.got] == ['{"id": 1}']
    clock.now = 1_010
    second = make_app(tmp_path, base_url="http://simcloud", clock=clock)
    second.guests.power_on("done", None, at=0)
    until(lambda: len(listener.got) == 2, "the second signal", every=0.01)
    another_has_signalled(second, clock, listener)
    assert [each[2] for each in listener.got] == ['{"id": 1}', '{"id": 2}']
    second.close()
