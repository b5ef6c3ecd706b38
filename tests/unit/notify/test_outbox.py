"""Notifications wait in the database until they are sent."""

from __future__ import annotations

import datetime
import pathlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from heat_mq import conf as configuration
from heat_mq.db.models import Base
from heat_mq.db.repo import notices
from heat_mq.db.session import Database
from heat_mq.errors import BadConfiguration
from heat_mq.notify.messages import make_send
from heat_mq.notify.outbox import AT_ONCE, Sender
from tests.waiting import PATIENCE

ONE = {"stack_name": "one"}
NOW = datetime.datetime(2024, 1, 1)


@pytest.fixture
def database(tmp_path: pathlib.Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/notices.sqlite")
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


def add(database: Database, count: int = 1, *, failed: bool = False) -> None:
    rows = [notices.notice_row(f"event.{at}", {"at": at}, NOW, failed=failed) for at in range(count)]
    database.write(notices.add_notices, rows)


class Wire:
    """Keeps what is sent; the first ``breaks`` fail."""

    def __init__(self, breaks: int = 0) -> None:
        self.sent: list[tuple[str, Any, bool]] = []
        self.breaks = breaks

    def send(self, event_type: str, payload: Mapping[str, Any], failed: bool) -> None:
        if self.breaks:
            self.breaks -= 1
            raise RuntimeError("the broker has gone")
        self.sent.append((event_type, payload, failed))


def test_what_waits_is_sent_once_in_order(database: Database) -> None:
    wire = Wire()
    sender = Sender(database, wire.send, lambda: True, 1.0)
    add(database, 2, failed=True)
    assert sender.send_waiting() == 2
    assert sender.send_waiting() == 0
    assert wire.sent == [("event.0", {"at": 0}, True), ("event.1", {"at": 1}, True)]


def test_more_than_a_batch_takes_several(database: Database) -> None:
    sender = Sender(database, Wire().send, lambda: True, 1.0)
    add(database, AT_ONCE + 1)
    assert [sender.send_waiting(), sender.send_waiting()] == [AT_ONCE, 1]


def test_without_a_broker_they_wait(database: Database) -> None:
    wire = Wire()
    add(database)
    assert Sender(database, wire.send, lambda: False, 1.0).send_waiting() == 0
    assert Sender(database, wire.send, lambda: True, 1.0).send_waiting() == 1
    assert len(wire.sent) == 1


def test_what_could_not_be_sent_is_sent_again(database: Database) -> None:
    wire = Wire(breaks=1)
    sender = Sender(database, wire.send, lambda: True, 1.0)
    add(database)
    with pytest.raises(RuntimeError):
        sender.send_waiting()
    assert sender.send_waiting() == 1
    assert len(wire.sent) == 1


def test_when_nobody_wants_them_they_go(database: Database) -> None:
    add(database)
    assert Sender(database, None, lambda: False, 1.0).send_waiting() == 1
    assert not database.read(notices.any_notice)


def load(tmp_path: pathlib.Path, text: str) -> Any:
    file = tmp_path / "heat_mq.conf"
    file.write_text(f"[DEFAULT]\ntransport_url = fake://\nhost = here\n{text}")
    return configuration.load(files=[file])


@pytest.mark.parametrize("text", ["", "[oslo_messaging_notifications]\ndriver = noop\n"])
def test_without_a_driver_nothing_is_sent(tmp_path: pathlib.Path, text: str) -> None:
    assert make_send(load(tmp_path, text)) is None


def test_notifications_go_to_the_configured_topics(tmp_path: pathlib.Path) -> None:
    conf = load(tmp_path, "[oslo_messaging_notifications]\ndriver = messagingv2\ntopics = billing, telemetry\n")
    send = make_send(conf)
    assert send is not None
    heard: dict[str, threading.Event] = {topic: threading.Event() for topic in ("billing", "telemetry")}
    listeners = [listen(conf, topic, event) for topic, event in heard.items()]
    try:
        send("orchestration.stack.create.start", {"stack_name": "one"}, False)
        assert [topic for topic, event in heard.items() if not event.wait(PATIENCE)] == []
    finally:
        for listener in listeners:
            listener.stop()
            listener.wait()


def listen(conf: Any, topic: str, heard: threading.Event) -> Any:
    """A listener of that topic, which says when it has heard of ``one``."""
    import oslo_messaging

    class Endpoint:
        def info(self, context: Any, publisher: str, event_type: str, payload: Any, metadata: Any) -> None:
            if (publisher, event_type, payload) == ("orchestration.here", "orchestration.stack.create.start", ONE):
                heard.set()

    listener = oslo_messaging.get_notification_listener(
        oslo_messaging.get_notification_transport(conf),
        [oslo_messaging.Target(topic=topic)],
        [Endpoint()],
        executor="threading",
    )
    listener.start()
    return listener


def test_an_unknown_level_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(BadConfiguration, match="default_notification_level"):
        make_send(load(tmp_path, "default_notification_level = loud\n"))


def test_a_notification_names_its_sender_and_has_the_configured_priority(tmp_path: pathlib.Path) -> None:
    from oslo_messaging.notify import _impl_test

    _impl_test.reset()
    send = make_send(
        load(tmp_path, "default_notification_level = WARN\n[oslo_messaging_notifications]\ndriver = test\n")
    )
    assert send is not None
    send("orchestration.autoscaling.start", {"capacity": 1}, False)
    send("orchestration.autoscaling.error", {"capacity": 1}, True)
    told = [(message, priority) for _, message, priority, _ in _impl_test.NOTIFICATIONS]
    assert [(message["event_type"], message["publisher_id"], priority) for message, priority in told] == [
        ("orchestration.autoscaling.start", "orchestration.here", "WARN"),
        ("orchestration.autoscaling.error", "orchestration.here", "ERROR"),
    ]
