"""Event sinks: what happens to a stack is told to Zaqar queues, in order, whatever dies in between."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from heat_mq.db import tables
from heat_mq.db.repo import sinks
from heat_mq.engine.sinks import StackSinks
from heat_mq.errors import CloudTransient, InvalidTemplate
from heat_mq.notify import sinks as notify
from heat_mq.notify.sinks import SinkSender, message_of, parcels
from tests.simulation.acts import create, mark, update
from tests.simulation.nests import NEST
from tests.simulation.world import World

SINK = {"event_sinks": [{"type": "zaqar-queue", "target": "told", "ttl": 600}]}


class Zaqar:
    """A message service that is a dict of lists; ``down`` calls fail first."""

    def __init__(self) -> None:
        self.queues: dict[str, list[dict[str, Any]]] = {}
        self.calls = 0
        self.down = 0

    def post_messages(self, queue: str, messages: Sequence[dict[str, Any]], client_id: str) -> None:
        self.calls += 1
        if self.down:
            self.down -= 1
            raise CloudTransient("down for maintenance")
        self.queues.setdefault(queue, []).extend(messages)

    def lines(self, queue: str, stack: str = "") -> list[str]:
        told = [message["body"]["payload"] for message in self.queues.get(queue, [])]
        return [
            f"{item['resource_name']} {item['resource_action']}_{item['resource_status']}"
            for item in told
            if not stack or item["stack_id"] == stack
        ]


@pytest.fixture
def zaqar(world: World, monkeypatch: pytest.MonkeyPatch) -> Zaqar:
    zaqar = Zaqar()
    real = world.clouds.service
    monkeypatch.setattr(world.clouds, "service", lambda kind: zaqar if kind == "message" else real(kind))
    return zaqar


def sender(world: World) -> SinkSender:
    return SinkSender(world.database, StackSinks(world.service), 0.0)


def tell(world: World) -> None:
    """Tell all that waits and is due."""
    one = sender(world)
    while one.send_waiting():
        pass


def due(world: World) -> None:
    """The pauses before the next tries are over."""
    world.database.write(lambda c: c.execute(tables.sink_turn.update().values(until=0.0)).rowcount)


def waiting(world: World) -> int:
    return len(world.database.read(lambda c: c.execute(select(tables.sink_event)).all()))


def events(world: World, stack: str) -> list[str]:
    query = select(tables.event).where(tables.event.c.stack_id == stack).order_by(tables.event.c.id)
    rows = world.database.read(lambda c: c.execute(query).all())
    return [f"{row.resource_name} {row.action}_{row.status}" for row in rows]


def test_every_event_is_told_in_order_from_create_to_delete(world: World, zaqar: Zaqar) -> None:
    stack = create(world, {"a": {"value": "1"}, "b": {"uses": ["a"]}}, environment=SINK)
    world.run()
    tell(world)
    update(world, stack, {"a": {"value": "2"}, "b": {"uses": ["a"]}}, environment=SINK)
    world.run()
    mark(world, stack, "a", True)
    world.delete(stack)
    world.run()
    assert world.clouds.trusts, "the last events need the trust"
    tell(world)
    assert zaqar.lines("told") == events(world, stack)
    assert zaqar.lines("told")[-1] == "stack DELETE_COMPLETE"
    assert (waiting(world), world.clouds.trusts) == (0, set())


def test_a_stack_that_needs_no_cloud_tells_its_events_all_the_same(world: World, zaqar: Zaqar) -> None:
    stack = create(world, {"a": {"type": "OS::Heat::Value", "properties": {"value": "1"}}}, environment=SINK)
    world.run()
    tell(world)
    assert zaqar.lines("told") == events(world, stack)
    world.delete(stack)
    world.run()
    tell(world)
    assert (waiting(world), world.clouds.trusts) == (0, set())


def test_a_sink_that_an_update_adds_is_told_from_then_on(world: World, zaqar: Zaqar) -> None:
    value = {"a": {"type": "OS::Heat::Value", "properties": {"value": "1"}}}
    stack = create(world, value)
    world.run()
    assert world.clouds.trusts == set()
    update(world, stack, value, environment=SINK)
    world.run()
    tell(world)
    assert zaqar.lines("told") == ["stack UPDATE_IN_PROGRESS", "stack UPDATE_COMPLETE"]


def test_a_message_is_what_consumers_know(world: World, zaqar: Zaqar) -> None:
    stack = create(world, {"a": {"value": "1"}}, environment=SINK)
    world.run()
    tell(world)
    message = next(m for m in zaqar.queues["told"] if m["body"]["payload"]["resource_name"] == "a")
    body = message["body"]
    assert (message["ttl"], body["version"], body["type"]) == (600, "0.1", "os.heat.event")
    assert body["timestamp"].endswith("Z")
    payload = body["payload"]
    assert payload.pop("resource_properties") == {"value": "1"}
    assert payload == {
        "resource_name": "a",
        "physical_resource_id": None,
        "stack_id": stack,
        "resource_action": "CREATE",
        "resource_status": "IN_PROGRESS",
        "resource_status_reason": "state changed",
        "resource_type": "Sim::Thing",
        "version": "0.1",
    }


def test_nested_stacks_tell_theirs_to_the_same_sinks(world: World, zaqar: Zaqar) -> None:
    stack = create(world, **NEST, environment=SINK)
    world.run()
    inner = world.rows(stack)["group"].physical_id or ""
    world.delete(stack)
    world.run()
    for _ in range(5):  # the root's last waits for those of the nested one
        tell(world)
        due(world)
    for each in (stack, inner):
        assert zaqar.lines("told", each) == events(world, each)
    assert (waiting(world), world.clouds.trusts) == (0, set())


def test_a_stack_without_sinks_has_nothing_to_tell(world: World, zaqar: Zaqar) -> None:
    stack = create(world, {"a": {}})
    world.run()
    assert waiting(world) == 0
    update(world, stack, {"a": {}}, environment=SINK)
    world.run()
    tell(world)
    assert zaqar.lines("told") == ["stack UPDATE_IN_PROGRESS", "stack UPDATE_COMPLETE"]
    update(world, stack, {"a": {}}, environment={})
    world.run()
    assert waiting(world) == 0
    world.delete(stack)
    world.run()
    assert world.clouds.trusts == set()


def test_many_events_go_in_few_calls(world: World, zaqar: Zaqar) -> None:
    create(world, {f"r{number}": {} for number in range(40)}, environment=SINK)
    world.run()
    tell(world)
    assert len(zaqar.queues["told"]) == 82
    assert zaqar.calls == 1


def test_a_service_that_is_down_fails_no_stack_and_hears_of_all_later(world: World, zaqar: Zaqar) -> None:
    zaqar.down = 7
    stack = create(world, {"a": {}}, environment=SINK)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    for _ in range(3):
        tell(world)
        due(world)
    assert zaqar.lines("told") == events(world, stack)


def test_after_many_tries_the_events_are_dropped_and_the_trust_goes(
    world: World, zaqar: Zaqar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "TRIES", 3)
    zaqar.down = 10**6
    stack = create(world, {"a": {}}, environment=SINK)
    world.run()
    world.delete(stack)
    world.run()
    for _ in range(3):
        tell(world)
        due(world)
    assert (world.state(stack), waiting(world), world.clouds.trusts) == ("DELETE_COMPLETE", 0, set())


def test_a_worker_that_dies_repeats_what_it_may_have_told(
    world: World, zaqar: Zaqar, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = create(world, {"a": {}}, environment=SINK)
    world.run()
    turns = world.database.write(sinks.take_turns, str(uuid.uuid4()), 8, 300.0)
    assert [turn.stack_id for turn in turns] == [stack]
    assert world.database.write(sinks.take_turns, str(uuid.uuid4()), 8, 300.0) == [], "a turn is one worker's"
    StackSinks(world.service).post(stack, world.database.read(sinks.get_waiting, stack, 100).events)
    due(world)  # its turn has run out
    tell(world)
    assert zaqar.lines("told") == [*events(world, stack), *events(world, stack)]


def test_a_rollback_of_a_create_is_told_too(world: World, zaqar: Zaqar) -> None:
    stack = create(world, {"a": {"fail": True}}, environment=SINK, disable_rollback=False)
    world.run()
    tell(world)
    assert zaqar.lines("told") == events(world, stack)
    assert zaqar.lines("told")[-1] == "stack ROLLBACK_COMPLETE"


@pytest.mark.parametrize(
    ("sink", "words"),
    [
        ({"type": "zaqar-queu", "target": "q"}, "zaqar-queue"),
        ({"type": "zaqar-queue"}, "target must be the name of a queue"),
        ({"type": "zaqar-queue", "target": "a b"}, "target must be the name of a queue"),
        ({"type": "zaqar-queue", "target": "q", "ttl": 1}, "ttl must be a number of seconds"),
        ({"type": "zaqar-queue", "target": "q", "tll": 100}, "ttl"),
        ("zaqar-queue", "must be a map with a type"),
    ],
)
def test_a_sink_that_cannot_be_is_refused(world: World, sink: Any, words: str) -> None:
    with pytest.raises(InvalidTemplate, match=words):
        create(world, {"a": {}}, environment={"event_sinks": [sink]})


def test_what_is_too_large_for_a_call_is_split_or_shortened(world: World, zaqar: Zaqar) -> None:
    create(world, {"a": {"value": "x"}}, environment=SINK)
    world.run()
    row = world.database.read(sinks.get_waiting, world.stack(next(iter(_stacks(world)))).id, 1).events[0]
    message = {"body": message_of(row)}
    assert [len(part) for part in parcels([message] * 5, most=1000)] == [2, 2, 1]
    body = {**message["body"], "payload": {**message["body"]["payload"], "resource_properties": "x" * 5000}}
    ((short,),) = parcels([{"body": body}], most=1000)
    assert short["body"]["payload"]["resource_properties"] is None


def _stacks(world: World) -> list[str]:
    return world.database.read(lambda c: list(c.scalars(select(tables.stack.c.id))))
