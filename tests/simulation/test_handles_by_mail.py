"""Wait conditions whose handle is signalled by an object of Swift or a queue of Zaqar."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.db import tables
from heat_mq.engine.find import identity_of
from heat_mq.engine.queries.outputs import show_output
from heat_mq.state.sealed import open_data
from tests.simulation.acts import told
from tests.simulation.mail import Mail
from tests.simulation.users import FakeIdentity, with_users
from tests.simulation.world import World

TRANSPORTS = pytest.mark.parametrize("transport", ["TEMP_URL_SIGNAL", "ZAQAR_SIGNAL"])


def parts(transport: str, count: int = 2) -> dict[str, Any]:
    condition = {"handle": {"get_resource": "handle"}, "timeout": 600, "count": count}
    return {
        "handle": {"type": "OS::Heat::WaitConditionHandle", "properties": {"signal_transport": transport}},
        "wait": {"type": "OS::Heat::WaitCondition", "properties": condition},
    }


def waits(world: World, stack: str) -> bool:
    row = world.rows(stack).get("wait")
    return row is not None and row.status == "IN_PROGRESS" and row.physical_id is not None


def leave(world: World, mail: Mail, stack: str, *signals: dict[str, Any]) -> None:
    data = open_data(world.service.box, world.rows(stack)["handle"])
    for signal in signals:
        if "url" in data:
            mail.put(data["url"], signal)
        else:
            mail.queues.post_messages(data["mailbox"]["queue"], [{"body": signal, "ttl": 60}], "guest")


@pytest.fixture
def made(world: World) -> tuple[Mail, FakeIdentity]:
    identity = with_users(world)
    return Mail(world), identity


@TRANSPORTS
def test_each_signal_that_is_left_is_received_once(
    world: World, made: tuple[Mail, FakeIdentity], transport: str
) -> None:
    mail, identity = made
    stack = world.create(parts(transport), outputs={"data": {"value": {"get_attr": ["wait", "data"]}}})
    world.run(lambda: waits(world, stack))
    leave(world, mail, stack, {"data": "one"})
    world.go_on(40)
    assert waits(world, stack)
    leave(world, mail, stack, {"id": "last", "data": "two"})
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    shown = show_output(world.service, world.context, identity_of(world.stack(stack)), "data")["output_value"]
    assert sorted(json.loads(shown).values()) == ["one", "two"]
    assert json.loads(shown)["last"] == "two"
    assert len([line for line in told(world, stack) if line.startswith("handle SIGNAL_COMPLETE")]) == 2
    world.delete(stack)
    world.run()
    assert (mail.store.containers, mail.queues.queues, identity.users) == ({}, {}, {})


@TRANSPORTS
@pytest.mark.parametrize(
    ("signal", "reason"),
    [({"status": "FAILURE", "reason": "no disk"}, "no disk"), ({"status": "MAYBE"}, "not 'MAYBE'")],
)
def test_a_signal_of_failure_or_of_nothing_known_fails_the_condition(
    world: World, made: tuple[Mail, FakeIdentity], transport: str, signal: dict[str, Any], reason: str
) -> None:
    stack = world.create(parts(transport))
    world.run(lambda: waits(world, stack))
    leave(world, made[0], stack, signal)
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    assert reason in world.stack(stack).status_reason


@TRANSPORTS
def test_how_to_signal_is_told_and_its_secrets_are_not_stored_in_clear(
    world: World, made: tuple[Mail, FakeIdentity], transport: str
) -> None:
    stack = world.create(
        {"handle": parts(transport)["handle"]}, outputs={"how": {"value": {"get_attr": ["handle", "signal"]}}}
    )
    world.run()
    shown = show_output(world.service, world.context, identity_of(world.stack(stack)), "how")["output_value"]
    how = json.loads(shown)
    secret = how["alarm_url"] if transport == "TEMP_URL_SIGNAL" else how["password"]
    assert ("queue_id" in how) is (transport == "ZAQAR_SIGNAL")
    kept = str(world.database.read(lambda c: c.execute(tables.resource.select()).all()))
    assert secret not in kept


@TRANSPORTS
@pytest.mark.parametrize("seed", range(6))
def test_signals_are_received_once_whoever_dies(make_world: Callable[..., World], transport: str, seed: int) -> None:
    world = make_world(seed=seed, workers=2)
    with_users(world)
    mail = Mail(world)
    stack = world.create(parts(transport, count=3))
    world.run(lambda: waits(world, stack))
    for number in range(3):
        leave(world, mail, stack, {"data": number})
        world.go_on(seed + number)
        world.black_out()
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert len(world.rows(stack)["handle"].metadata) == 3
