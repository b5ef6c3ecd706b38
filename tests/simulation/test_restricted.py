"""The environment's restricted_actions keep resources from being updated or replaced."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from tests.simulation.acts import create, told, update
from tests.simulation.world import World, states

REFERENCE = pathlib.Path(__file__).parents[1] / "reference" / "stack_lifecycle.json"
PAIR: dict[str, Any] = {"a": {"value": "1"}, "b": {"value": "1"}}


def restricting(name: str, *actions: str) -> dict[str, Any]:
    return {"resource_registry": {"resources": {name: {"restricted_actions": list(actions)}}}}


@pytest.mark.parametrize("pattern", ["a", "a*"])
def test_a_restricted_update_fails_and_the_resource_stays_as_it_was(world: World, pattern: str) -> None:
    stack = create(world, PAIR, name="restr")
    world.run()
    before = len(told(world, stack))
    update(world, stack, {"a": {"value": "2"}, "b": {"value": "2"}}, environment=restricting(pattern, "update"))
    world.run()
    reason = "Resource UPDATE failed: ResourceActionRestricted: resources.a: update is restricted for resource."
    assert (world.state(stack), world.stack(stack).status_reason) == ("UPDATE_FAILED", reason)
    assert states(world, stack) == ["a CREATE_COMPLETE", "b UPDATE_COMPLETE"]
    wanted = json.loads(REFERENCE.read_text())["observed_sequences"]["sequences"]["restricted_update"]["events"][6:]
    happened = told(world, stack, before)
    assert sorted(line.split(":")[0] for line in happened) == sorted(line.split(":")[0] for line in wanted)
    assert "a UPDATE_FAILED: update is restricted for resource." in happened
    # When it is allowed again the update goes on from there, in place.
    id = world.rows(stack)["a"].physical_id
    update(world, stack, {"a": {"value": "2"}, "b": {"value": "2"}})
    world.run()
    assert (world.state(stack), world.rows(stack)["a"].physical_id) == ("UPDATE_COMPLETE", id)


@pytest.mark.parametrize("how", ["fixed", "late"])
@pytest.mark.parametrize("action", ["update", "replace"])
def test_a_replacement_is_restricted_by_its_own_word(world: World, how: str, action: str) -> None:
    stack = create(world, PAIR)
    world.run()
    id = world.rows(stack)["a"].physical_id
    update(world, stack, {**PAIR, "a": {"value": "1", how: "new"}}, environment=restricting("a", action))
    world.run()
    refused = action == "replace" or how == "late"  # what the type finds out later looks like an update before
    assert world.state(stack) == ("UPDATE_FAILED" if refused else "UPDATE_COMPLETE")
    assert (world.rows(stack)["a"].physical_id == id) is refused


def test_what_does_not_change_is_not_refused(world: World) -> None:
    stack = create(world, PAIR)
    world.run()
    update(world, stack, {**PAIR, "b": {"value": "2"}}, environment=restricting("a", "update", "replace"))
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
