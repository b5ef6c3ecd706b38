"""A request whose commit was made unheard answers as if it had been heard, and is done once."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from heat_mq.db import tables
from heat_mq.engine.commands.software_configs import create_config, delete_config
from heat_mq.engine.commands.software_deployments import create_deployment, delete_deployment, signal_deployment
from heat_mq.errors import Conflict, InvalidHook, LimitExceeded, NotSupported, StackExists
from tests.simulation import keepers, types
from tests.simulation.acts import (
    abandon,
    bring_back,
    cancel,
    check,
    create,
    drop,
    mark,
    resume,
    signal,
    suspend,
    take,
    told,
    update,
)
from tests.simulation.keepers import keeper
from tests.simulation.users import with_users
from tests.simulation.world import World

HANDLE = {"type": "OS::Heat::WaitConditionHandle", "properties": {"signal_transport": "NO_SIGNAL"}}


@pytest.fixture
def world(database_url: str, tmp_path: pathlib.Path) -> Iterator[World]:
    with types.registered(), keepers.registered():
        world = World(tmp_path, workers=2, database=database_url)
        world.service.may_abandon = True
        yield world
        world.close()


@contextlib.contextmanager
def unheard(world: World) -> Iterator[None]:
    """Every transaction of these requests is committed, and tried again."""
    world.database.lost = lambda: True
    try:
        yield
    finally:
        world.database.lost = lambda: False


def ready(world: World, **resources: dict[str, Any]) -> str:
    stack = create(world, resources)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE", world.story()
    return stack


def count(world: World, table: Any) -> int:
    return int(world.database.read(lambda c: c.scalar(select(func.count()).select_from(table))))


def test_a_stack_is_created(world: World) -> None:
    with unheard(world):
        stack = create(world, {"a": {}, "b": {"uses": ["a"]}})
        with pytest.raises(StackExists):
            create(world, {"a": {}})
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert len(world.cloud.objects) == 2
    assert [line for line in told(world, stack) if line.startswith("stack CREATE_IN_PROGRESS")] == [
        "stack CREATE_IN_PROGRESS: Stack CREATE started"
    ]


def test_a_stack_without_resources_is_created_and_is_there_at_once(world: World) -> None:
    with unheard(world):
        stack = create(world, {})
        assert world.state(stack) == "CREATE_COMPLETE"
        world.delete(stack)
    assert world.state(stack) == "DELETE_COMPLETE"


def test_actions_are_begun_once(world: World) -> None:
    stack = ready(world, a={})
    for act, state in (
        (lambda: update(world, stack, {"a": {"value": "2"}}), "UPDATE"),
        (lambda: check(world, stack), "CHECK"),
        (lambda: suspend(world, stack), "SUSPEND"),
        (lambda: resume(world, stack), "RESUME"),
        (lambda: world.delete(stack), "DELETE"),
    ):
        before = count(world, tables.traversal)
        with unheard(world):
            act()
        assert count(world, tables.traversal) == before + 1
        assert world.state(stack) == f"{state}_IN_PROGRESS"
        world.run()
        assert world.state(stack) == f"{state}_COMPLETE"


def test_an_update_is_the_requests_own_though_its_end_came_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = ready(world, a={})

    def over() -> bool:
        """The update fails and rolls back before its request hears anything."""
        world.database.lost = lambda: False
        world.run()
        return True

    world.database.lost = over
    update(world, stack, {"a": {"value": "2", "fail": True}}, disable_rollback=False)
    assert world.state(stack) == "ROLLBACK_COMPLETE", world.story()


@pytest.mark.parametrize("rollback", [True, False])
def test_an_update_is_cancelled(world: World, rollback: bool) -> None:
    stack = ready(world, a={})
    update(world, stack, {"a": {"value": "2", "looks": 3}})
    with unheard(world):
        cancel(world, stack, rollback=rollback)
    world.run()
    assert world.state(stack) == ("ROLLBACK_COMPLETE" if rollback else "UPDATE_FAILED")
    with unheard(world), pytest.raises(NotSupported):
        cancel(world, stack, rollback=rollback)


def test_snapshots_are_taken_restored_and_deleted(world: World) -> None:
    world.service.limits = dataclasses.replace(world.service.limits, snapshots=1)
    stack = ready(world, a=keeper())
    with unheard(world):
        snapshot = take(world, stack)
    world.run()
    assert world.state(stack) == "SNAPSHOT_COMPLETE"
    with unheard(world), pytest.raises(LimitExceeded):
        take(world, stack)
    with unheard(world):
        bring_back(world, stack, snapshot)
    world.run()
    assert world.state(stack) == "RESTORE_COMPLETE"
    with unheard(world):
        drop(world, stack, snapshot)
        with pytest.raises(NotSupported):
            drop(world, stack, snapshot)
    world.run()
    assert not world.cloud.copies


def test_the_dump_of_an_abandoned_stack_is_given(world: World) -> None:
    stack = ready(world, a={})
    with unheard(world):
        dump = abandon(world, stack)
    assert dump["resources"]["a"]["resource_id"] in world.cloud.objects
    assert not world.stack(stack).is_live
    assert [line for line in told(world, stack) if "DELETE" in line] == [
        "stack DELETE_COMPLETE: Stack DELETE completed successfully"
    ]
    world.cloud.objects.clear()


def test_a_signal_counts_once(world: World) -> None:
    stack = ready(world, handle=HANDLE)
    with unheard(world):
        signal(world, stack, "handle", {"data": "one"})
        signal(world, stack, "handle", {"data": "two"})
    metadata = world.rows(stack)["handle"].metadata
    assert {number: body["data"] for number, body in metadata.items()} == {"1": "one", "2": "two"}
    assert len([line for line in told(world, stack) if "SIGNAL" in line]) == 2


def test_a_hook_is_cleared_and_a_resource_marked(world: World) -> None:
    hook = {"resource_registry": {"resources": {"a": {"hooks": ["pre-update"]}}}}
    stack = create(world, {"a": {}}, environment=hook)
    world.run()
    with unheard(world):
        mark(world, stack, "a", True, "it burns")
    assert [line for line in told(world, stack) if "burns" in line] == ["a CHECK_FAILED: it burns"]
    update(world, stack, {"a": {"value": "2"}}, environment=hook)
    world.run(until=lambda: any("paused until Hook" in line for line in told(world, stack)))
    world.run(until=lambda: not any(worker.tasks for worker in world.workers))
    with unheard(world):
        signal(world, stack, "a", {"unset_hook": "pre-update"})
        with pytest.raises(InvalidHook):
            signal(world, stack, "a", {"unset_hook": "pre-update"})
    assert len([line for line in told(world, stack) if line.endswith(": Hook pre-update is cleared")]) == 1
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"


def test_a_group_grows_once(world: World) -> None:
    member = {"type": "Sim::Thing"}
    group = {"type": "OS::Heat::AutoScalingGroup", "properties": {"min_size": 1, "max_size": 9, "resource": member}}
    given = {"adjustment_type": "change_in_capacity", "scaling_adjustment": 1}
    policy = {
        "type": "OS::Heat::ScalingPolicy",
        "properties": {**given, "auto_scaling_group_id": {"get_resource": "g"}},
    }
    with_users(world)
    stack = ready(world, g=group, up=policy)
    with unheard(world):
        signal(world, stack, "up")
    world.run()
    assert len(world.cloud.objects) == 2


def test_software_is_stored_deployed_reported_on_and_deleted(world: World) -> None:
    service, context = world.service, world.context
    service.limits = dataclasses.replace(service.limits, software_configs=1, software_deployments=1)
    with unheard(world):
        outputs = [{"name": "answer"}]
        config = create_config(service, context, "script", "one", "echo", [], outputs, {})
        with pytest.raises(LimitExceeded):
            create_config(service, context, "script", "two", "echo", [], [], {})
        args = ("server", config["id"], {"x": 1}, "CREATE", "IN_PROGRESS", "outputs wanted", None)
        deployed = create_deployment(service, context, *args, "d" * 36)
        service.limits = dataclasses.replace(service.limits, software_deployments=2)
        with pytest.raises(Conflict):
            create_deployment(service, context, *args, "d" * 36)
        report = {"deploy_status_code": 0, "answer": "42"}
        assert signal_deployment(service, context, deployed["id"], report, None) == "deployment succeeded"
        world.clock.advance(1)
        assert signal_deployment(service, context, deployed["id"], report, None) == ""
        delete_deployment(service, context, deployed["id"])
        delete_config(service, context, config["id"])
    assert count(world, tables.software_config) == count(world, tables.software_deployment) == 0
