"""Other services are told what becomes of stacks.

That a stack's notifications are its events, each once and in the same order, is checked at the end of every world.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from heat_mq.db import tables
from tests.counting import statements
from tests.simulation import acts
from tests.simulation.nests import NEST
from tests.simulation.world import World


def told(world: World, stack_id: str) -> list[str]:
    query = select(tables.notice).order_by(tables.notice.c.id)
    rows = world.database.read(lambda connection: connection.execute(query).all())
    return [
        row.event_type.removeprefix("orchestration.stack.") for row in rows if row.payload["stack_identity"] == stack_id
    ]


def ran(world: World, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    answer = act(*args, **kwargs)
    world.run()
    return answer


def test_every_action_on_a_stack_is_told_from_its_start_to_its_end(world: World) -> None:
    stack = ran(world, world.create, {"net": {"value": "1"}})
    ran(world, world.update, stack, {"net": {"value": "2"}})
    for act in (acts.check, acts.suspend, acts.resume):
        ran(world, act, world, stack)
    ran(world, world.delete, stack)
    actions = ("create", "update", "check", "suspend", "resume", "delete")
    assert told(world, stack) == [f"{action}.{moment}" for action in actions for moment in ("start", "end")]


def test_a_failure_is_an_error_and_its_rollback_an_action_of_its_own(world: World) -> None:
    stack = ran(world, world.create, {"net": {}})
    ran(world, world.update, stack, {"net": {}, "bad": {"fail": True}}, disable_rollback=False)
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    assert told(world, stack)[2:] == ["update.start", "update.error", "rollback.start", "rollback.end"]
    rows = world.database.read(lambda connection: connection.execute(select(tables.notice)).all())
    assert [row.event_type.rpartition(".")[2] for row in rows if row.failed] == ["error"]


def test_an_action_that_a_newer_one_takes_over_has_no_end(world: World) -> None:
    stack = world.create({"net": {"park": True, "looks": 9}})
    world.run(until=lambda: bool(world.cloud.objects))
    ran(world, world.update, stack, {"net": {"value": "2"}})
    assert told(world, stack) == ["create.start", "update.start", "update.end"]


def test_snapshots_and_restores_are_told(world: World) -> None:
    stack = ran(world, world.create, {"net": {"value": "1"}})
    snapshot = ran(world, acts.take, world, stack)
    ran(world, acts.bring_back, world, stack, snapshot)
    assert told(world, stack)[2:] == ["snapshot.start", "snapshot.end", "restore.start", "restore.end"]


def test_nested_stacks_are_told_like_others(world: World) -> None:
    stack = ran(world, acts.create, world, NEST["resources"], files=NEST["files"])
    children = [each for each in world.all_stacks() if each != stack]
    assert children
    assert [told(world, each) for each in children] == [["create.start", "create.end"]] * len(children)


def test_a_notification_says_what_heats_does(world: World) -> None:
    stack = ran(world, acts.create, world, {"net": {}}, tags=["first"])
    acts.update(world, stack, {"net": {"value": "2"}}, tags=["second", "third"])
    world.run()
    rows = world.database.read(lambda connection: connection.execute(select(tables.notice)).all())
    row = world.stack(stack)
    assert row.updated_at is not None
    assert rows[0].payload == {
        "tenant_id": "project",
        "user_id": "user",
        "user_identity": "user",
        "username": None,
        "stack_identity": stack,
        "stack_name": "stack",
        "state": "CREATE_IN_PROGRESS",
        "state_reason": "Stack CREATE started",
        "create_at": row.created_at.isoformat(),
        "updated_at": None,
        "description": "",
        "tags": ["first"],
    }
    later = {key: rows[2].payload[key] for key in ("state", "state_reason", "updated_at", "tags")}
    assert later == {
        "state": "UPDATE_IN_PROGRESS",
        "state_reason": "Stack UPDATE started",
        "updated_at": row.updated_at.isoformat(),
        "tags": ["second", "third"],
    }


def test_where_nobody_wants_them_nothing_is_written_or_read_for_them(world: World) -> None:
    world.database.outbox = False
    with statements(world.database.engine) as seen:
        stack = world.create({"net": {}})
        world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert [text for text in seen if "notice" in text] == []


def test_their_cost_does_not_grow_with_the_resources(world: World) -> None:
    with statements(world.database.engine) as seen:
        for count in (1, 20):
            world.create({f"net{at}": {} for at in range(count)}, name=f"stack{count}")
            world.run()
    assert len([text for text in seen if text.startswith("INSERT INTO notice")]) == 4
