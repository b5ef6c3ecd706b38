"""Zaqar as openstacksdk meets it."""

from __future__ import annotations

import uuid

import pytest
from openstack import exceptions
from openstack.connection import Connection

from tests.simcloud.serving import Clock

BODIES = [{"body": {"n": 1}, "ttl": 120}, {"body": {"n": 2}, "ttl": 600}]


def bodies(connection: Connection, queue: str, **query: object) -> list[object]:
    return [each.body for each in connection.message.messages(queue, **query)]


def test_a_queue_comes_and_goes(demo: Connection, alt_demo: Connection):
    demo.message.create_queue(name="events", note="x")
    assert [each.name for each in demo.message.queues()] == ["events"]
    assert demo.message.get_queue("events").default_message_ttl == 3600
    assert list(alt_demo.message.queues()) == []
    demo.message.delete_queue("events")
    assert list(demo.message.queues()) == []
    demo.message.delete_queue("events")


def test_messages_come_in_order_to_others_and_end_with_their_time(demo: Connection, clock: Clock):
    demo.message.post_message("events", BODIES)
    assert bodies(demo, "events", echo=True) == [{"n": 1}, {"n": 2}]
    clock.go(200)
    assert bodies(demo, "events", echo=True) == [{"n": 2}]
    assert [each.name for each in demo.message.queues()] == ["events"]


def test_a_claim_keeps_messages_from_others_while_it_lasts(demo: Connection, clock: Clock):
    demo.message.post_message("events", [{"body": {"n": n}, "ttl": 3600} for n in range(3)])
    headers = {"Client-ID": str(uuid.uuid4())}
    made = demo.message.post("/queues/events/claims?limit=2", json={"ttl": 60, "grace": 60}, headers=headers)
    claim = made.headers["Location"].rpartition("/")[2]
    assert bodies(demo, "events", echo=True) == [{"n": 2}]
    held = demo.message.get(f"/queues/events/claims/{claim}", headers=headers).json()["messages"]
    assert [each["body"] for each in held] == [{"n": 0}, {"n": 1}]
    with pytest.raises(exceptions.ForbiddenException):
        demo.message.delete_message("events", held[0]["id"], ignore_missing=False)
    demo.message.delete_message("events", held[0]["id"], claim)
    clock.go(61)
    assert bodies(demo, "events", echo=True) == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize("message", [{"ttl": 60}, {"body": 1, "ttl": 1}, {"body": 1, "ttl": 10**9}])
def test_messages_that_cannot_be_are_refused(demo: Connection, message: dict[str, object]):
    headers = {"Client-ID": str(uuid.uuid4())}
    answer = demo.message.post("/queues/events/messages", json={"messages": [message]}, headers=headers)
    assert (answer.status_code, list(demo.message.queues())) == (400, [])


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/queues/events/messages"), ("PUT", "/queues/events"), ("DELETE", "/queues/events"), ("GET", "/queues")],
)
def test_a_client_says_who_it_is_whatever_it_asks_for(demo: Connection, method: str, path: str):
    demo.message.create_queue(name="events")
    body = {"messages": BODIES} if method == "POST" else None
    answer = demo.message.request(path, method, json=body, raise_exc=False)
    assert (answer.status_code, "Client-Id" in answer.text) == (400, True)
    headers = {"Client-ID": "nobody"}
    assert demo.message.request(path, method, json=body, headers=headers, raise_exc=False).status_code == 400
    assert [each.name for each in demo.message.queues()] == ["events"]


def test_messages_are_popped_once(demo: Connection):
    demo.message.post_message("events", BODIES)
    headers = {"Client-ID": str(uuid.uuid4())}
    popped = demo.message.delete("/queues/events/messages?pop=1", headers=headers)
    assert [each["body"] for each in popped.json()["messages"]] == [{"n": 1}]
    assert bodies(demo, "events", echo=True) == [{"n": 2}]
    [left] = demo.message.get("/queues/events/messages?echo=true", headers=headers).json()["messages"]
    assert demo.message.delete(f"/queues/events/messages?ids={left['id']}", headers=headers).status_code == 204
    assert demo.message.delete("/queues/events/messages?pop=5", headers=headers).json() == {"messages": []}
    for query in ("", "?pop=0", "?pop=x"):
        assert demo.message.delete(f"/queues/events/messages{query}", headers=headers).status_code == 400
