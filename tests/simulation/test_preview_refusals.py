"""A preview tells what an update would be refused for, and the update is."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.engine.find import identity_of
from heat_mq.engine.queries.preview_update import preview_update_stack
from tests.simulation.acts import create, told, update
from tests.simulation.world import World, states, template

PAIR: dict[str, Any] = {"a": {"value": "1"}, "b": {"value": "1"}}


def restricting(*actions: str) -> dict[str, Any]:
    return {"resource_registry": {"resources": {"a": {"restricted_actions": list(actions)}}}}


def preview(world: World, stack: str, resources: dict[str, Any], environment: dict[str, Any]) -> dict[str, str]:
    """Resource -> change, with the refusal after a colon."""
    identity = identity_of(world.stack(stack))
    answer = preview_update_stack(world.service, world.context, identity, template(resources), environment, None, {})
    return {
        item["resource_name"]: f"{change}: {item['refusal']}" if "refusal" in item else change
        for change, items in answer.items()
        for item in items
    }


@pytest.mark.parametrize(
    ("wanted", "actions", "foretold"),
    [
        ({"value": "2"}, ["update"], "updated: update is restricted for resource."),
        ({"value": "2"}, ["replace"], "updated"),
        ({"value": "1", "fixed": "x"}, ["replace"], "replaced: replace is restricted for resource."),
        ({"value": "1", "fixed": "x"}, ["update"], "replaced"),
        ({"value": "1", "sealed": "x"}, [], "replaced: properties sealed cannot be changed"),
        ({"value": "1"}, ["update", "replace"], "unchanged"),
    ],
)
def test_what_is_foretold_comes_true(world: World, wanted: dict[str, Any], actions: list[str], foretold: str) -> None:
    stack = create(world, PAIR)
    world.run()
    resources = {"a": wanted, "b": {"value": "2"}}
    environment = restricting(*actions)
    assert preview(world, stack, resources, environment) == {"a": foretold, "b": "updated"}
    update(world, stack, resources, environment=environment)
    world.run()
    refused = ":" in foretold
    assert (world.state(stack) == "UPDATE_FAILED") is refused


def test_a_refused_change_leaves_the_resource_as_it_was_and_healthy(world: World) -> None:
    stack = create(world, PAIR)
    world.run()
    id = world.rows(stack)["a"].physical_id
    update(world, stack, {**PAIR, "a": {"value": "1", "sealed": "x"}})
    world.run()
    assert "a UPDATE_FAILED: Update to properties sealed of a (Sim::Thing) is not supported" in told(world, stack)
    assert states(world, stack) == ["a CREATE_COMPLETE", "b CREATE_COMPLETE"]
    update(world, stack, PAIR)
    world.run()
    assert (world.state(stack), world.rows(stack)["a"].physical_id) == ("UPDATE_COMPLETE", id)
