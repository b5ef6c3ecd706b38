"""A worker is killed at every moment at which it can be: another goes on, and the cloud holds one object for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulation.cloud import Death
from tests.simulation.world import World, states

BEFORE: dict[str, Any] = {"net": {"value": "1"}, "port": {"uses": ["net"]}, "old": {"uses": ["net"]}}
AFTER: dict[str, Any] = {"net": {"fixed": "2"}, "port": {"uses": ["net"], "value": "2"}, "new": {"uses": ["port"]}}
HELD: dict[str, Any] = {"net": {"held": 2}, "port": {"uses": ["net"], "held": 1}}
GENERATED: dict[str, Any] = {"word": {"type": "OS::Heat::RandomString"}, "net": {"value": {"get_resource": "word"}}}


def _nothing(world: World) -> str:
    return ""


def _created(world: World) -> str:
    stack = world.create(BEFORE)
    world.run()
    return stack


def _create(world: World, stack: str) -> None:
    world.create(BEFORE)


def _generate(world: World, stack: str) -> None:
    world.create(GENERATED)


def _hold(world: World, stack: str) -> None:
    world.create(HELD)


def _change(world: World, stack: str) -> None:
    world.update(stack, AFTER)


def _remove(world: World, stack: str) -> None:
    world.delete(stack)


SCENARIOS = {
    "create": (_nothing, _create),
    "create without effects": (_nothing, _generate),
    "create that has to wait": (_nothing, _hold),
    "update": (_created, _change),
    "delete": (_created, _remove),
}
EXPECTED = {
    "create": {"net": 1, "port": 1, "old": 1},
    "create without effects": {"net": 1},
    "create that has to wait": {"net": 1, "port": 1},
    "update": {"net": 1, "port": 1, "new": 1},
    "delete": {},
}


@pytest.mark.parametrize("moment", ["before transaction", "after transaction", "before call", "after call"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_death_anywhere_costs_nothing(make_world: Callable[..., World], name: str, moment: str) -> None:
    prepare, act = SCENARIOS[name]
    at = 0
    while True:
        at += 1
        world = make_world(seed=at)
        world.eager = True
        stack = prepare(world)
        count = _die(world, moment, at)
        act(world, stack)
        world.run()
        made = {resource: len(world.cloud.named(resource)) for resource in ("net", "port", "old", "new")}
        assert {key: many for key, many in made.items() if many} == EXPECTED[name], f"death {at}: {world.story()}"
        assert all(state.endswith("_COMPLETE") for row in world.all_stacks() for state in states(world, row))
        if count() < at:
            break
        world.close()
    assert at > 1


def _die(world: World, moment: str, at: int) -> Callable[[], int]:
    """Let the worker die the ``at``-th time that it comes to ``moment``; the answer counts how often it came."""
    seen = 0

    def here(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            raise Death

    def call(when: str, verb: str, name: str) -> None:
        if moment == f"{when} call":
            here()

    world.cloud.trouble = call
    if moment == "before transaction":
        world.before_transaction = here
    elif moment == "after transaction":
        world.after_transaction = here
    return lambda: seen
