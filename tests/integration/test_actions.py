"""Actions, hooks and marks on each database: the whole engine in one thread, and requests at the same time."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from heat_mq.errors import Conflict, InvalidHook
from tests.integration.store import at_once
from tests.simulation import types
from tests.simulation.acts import cancel, check, create, mark, resume, signal, suspend, told, update
from tests.simulation.nests import NEST, nest
from tests.simulation.world import World, states


@pytest.fixture
def world(database_url: str, tmp_path: pathlib.Path) -> Iterator[World]:
    with types.registered():
        world = World(tmp_path, workers=2, database=database_url)
        yield world
        world.close()


@pytest.fixture
def stack(world: World) -> str:
    stack = create(world, **NEST)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    return stack


def test_a_tree_is_suspended_resumed_and_checked(world: World, stack: str) -> None:
    child = world.rows(stack)["group"].physical_id or ""
    for act, state in ((suspend, "SUSPEND"), (resume, "RESUME"), (check, "CHECK")):
        act(world, stack)
        world.run()
        assert world.state(stack) == world.state(child) == f"{state}_COMPLETE", world.story()


def test_a_check_adds_up_the_failures_of_many_transactions(world: World) -> None:
    stack = create(world, {name: {} for name in "abcdef"})
    world.run()
    gone = {name: world.rows(stack)[name].physical_id or "" for name in "ace"}
    for id in gone.values():
        del world.cloud.objects[id]
    check(world, stack)
    world.run()
    reason = world.stack(stack).status_reason
    assert (world.state(stack), reason.count("Resource CHECK failed: ")) == ("CHECK_FAILED", 1)
    for name, id in gone.items():
        assert f"CloudGone: resources.{name}: {id} does not exist" in reason
    assert [line.split()[1] for line in states(world, stack)] == ["CHECK_FAILED", "CHECK_COMPLETE"] * 3


@pytest.mark.parametrize("rollback", [True, False])
def test_a_tree_is_stopped_or_goes_back(world: World, stack: str, rollback: bool) -> None:
    child = world.rows(stack)["group"].physical_id or ""
    update(world, stack, **nest(value="2", looks=9))
    world.run(until=lambda: world.rows(child)["two"].status == "IN_PROGRESS")
    cancel(world, stack, rollback=rollback)
    world.run()
    assert world.state(stack) == ("ROLLBACK_COMPLETE" if rollback else "UPDATE_FAILED")
    update(world, stack, **NEST)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert [item["value"] for item in world.cloud.named("two")] == [""]


def test_a_mark_inside_is_found_by_the_update_of_the_root(world: World, stack: str) -> None:
    child = world.rows(stack)["group"].physical_id or ""
    old = world.rows(child)["two"].physical_id
    mark(world, child, "two", True)
    update(world, stack, **NEST)
    world.run()
    assert (world.state(stack), len(world.cloud.objects)) == ("UPDATE_COMPLETE", 3)
    assert world.rows(child)["two"].physical_id != old


def test_of_many_actions_at_once_one_begins(world: World, stack: str) -> None:
    def attempt(act: Any) -> bool:
        try:
            act(world, stack)
        except Conflict:
            return False
        return True

    began = at_once(*(lambda act=act: attempt(act) for act in (suspend, check, suspend, check)))
    assert sum(began) == 1
    world.run()
    assert world.stack(stack).status == "COMPLETE"


def test_of_many_who_clear_a_hook_one_does(world: World) -> None:
    hooks = {"resource_registry": {"resources": {"a": {"hooks": ["pre-create", "post-create"]}}}}
    stack = create(world, {"a": {}, "b": {"uses": ["a"]}}, environment=hooks)

    def attempt(hook: str) -> bool:
        try:
            signal(world, stack, "a", {"unset_hook": hook})
        except InvalidHook:
            return False
        return True

    for hook in ("pre-create", "post-create"):
        world.run(until=lambda hook=hook: any(f"until Hook {hook}" in line for line in told(world, stack)))
        assert sum(at_once(*(lambda hook=hook: attempt(hook) for _ in range(5)))) == 1
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert sum("is cleared" in line and "paused" not in line for line in told(world, stack)) == 2
