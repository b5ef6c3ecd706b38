"""Resources are marked as unhealthy, and made anew."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from heat_mq.errors import Conflict, ResourceNotFound
from tests.simulation.acts import create, mark, told, update
from tests.simulation.nests import NEST
from tests.simulation.world import World, states

REFERENCE = pathlib.Path(__file__).parents[1] / "reference" / "stack_lifecycle.json"
CHAIN: dict[str, Any] = {"net": {"value": "1"}, "port": {"uses": ["net"]}}


def created(world: World) -> str:
    stack = world.create(CHAIN)
    world.run()
    return stack


def test_the_events_of_a_marked_resource_and_its_replacement_are_heats(world: World) -> None:
    template = {"a": {"type": "OS::Heat::TestResource"}}
    stack = create(world, template, name="cv6")
    world.run()
    mark(world, stack, "a", True)
    update(world, stack, template)
    world.run()
    wanted = json.loads(REFERENCE.read_text())["observed_sequences_convergence"]["sequences"]
    assert told(world, stack) == wanted["mark_unhealthy_then_same_update"]["events"]


@pytest.mark.parametrize("named_by", ["name", "physical id"])
def test_what_is_marked_is_replaced_though_nothing_else_changes(world: World, named_by: str) -> None:
    stack = created(world)
    old = world.rows(stack)["net"].physical_id or ""
    mark(world, stack, "net" if named_by == "name" else old, True, "it smells")
    assert told(world, stack)[-1] == "net CHECK_FAILED: it smells"
    assert world.state(stack) == "CREATE_COMPLETE"
    world.update(stack, CHAIN)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.rows(stack)["net"].physical_id != old
    assert world.cloud.objects[world.rows(stack)["port"].physical_id or ""]["uses"] == [
        world.rows(stack)["net"].physical_id
    ]


def test_a_mark_can_be_taken_away(world: World) -> None:
    stack = created(world)
    before = told(world, stack)
    mark(world, stack, "net", False)
    assert told(world, stack) == before
    mark(world, stack, "net", True)
    mark(world, stack, "net", True, "more")
    mark(world, stack, "net", False, "well again")
    assert told(world, stack)[len(before) :] == [
        "net CHECK_FAILED: state changed by resource_mark_unhealthy api",
        "net CHECK_COMPLETE: well again",
    ]
    log = list(world.cloud.log)
    world.update(stack, CHAIN)
    world.run()
    assert (world.state(stack), world.cloud.log) == ("UPDATE_COMPLETE", log)


def test_a_mark_inside_a_nested_stack_is_found_by_the_update_of_the_root(world: World) -> None:
    stack = create(world, **NEST)
    world.run()
    child = world.rows(stack)["group"].physical_id or ""
    old = world.rows(child)["two"].physical_id
    mark(world, child, "two", True)
    update(world, stack, **NEST)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.rows(stack)["group"].physical_id == child
    assert world.rows(child)["two"].physical_id != old
    assert len(world.cloud.objects) == 3


def test_a_nested_stack_that_is_marked_itself_is_replaced_as_a_whole(world: World) -> None:
    stack = create(world, **NEST)
    world.run()
    child = world.rows(stack)["group"].physical_id or ""
    mark(world, stack, "group", True)
    update(world, stack, **NEST)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.state(child) == "DELETE_COMPLETE"
    assert len(world.cloud.objects) == 3


def test_nothing_is_marked_while_the_stack_is_changed_or_that_is_not_there(world: World) -> None:
    stack = world.create(CHAIN)
    with pytest.raises(Conflict):
        mark(world, stack, "net", True)
    world.run()
    with pytest.raises(ResourceNotFound, match="Did you mean 'port'"):
        mark(world, stack, "prt", True)
    assert states(world, stack) == ["net CREATE_COMPLETE", "port CREATE_COMPLETE"]
