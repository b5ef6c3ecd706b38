"""Random templates, updates at random moments, workers that die, freeze and come back, answers that are lost.

When the weather calms down the last template is what the cloud holds, exactly, and nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.errors import CloudTransient, Conflict
from tests.simulation.cloud import Death
from tests.simulation.world import World

NAMES = "abcdef"


@pytest.mark.parametrize("seed", range(20))
def test_after_any_storm_the_cloud_is_what_the_template_says(make_world: Callable[..., World], seed: int) -> None:
    dice = random.Random(seed)
    world = make_world(seed=seed, workers=2)
    weather(world, dice)
    stack = world.create(a_template(dice), disable_rollback=dice.random() < 0.7)
    for _ in range(dice.randint(1, 4)):
        steps = dice.randint(0, 60)
        world.run(until=countdown(steps))
        try:
            world.update(stack, a_template(dice), disable_rollback=dice.random() < 0.7)
        except Conflict:
            continue
    world.run(until=countdown(dice.randint(0, 60)))
    world.calm()
    wanted = a_template(dice, healthy=True)
    for _ in range(3):
        world.update(stack, wanted)
        world.run()
        assert not world.broken(), f"{world.broken()}\n{world.story()}"
        if world.state(stack) == "UPDATE_COMPLETE":
            break
    assert world.state(stack) == "UPDATE_COMPLETE", world.story()
    fits(world, stack, wanted)
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE", world.story()
    assert not world.cloud.objects, world.story()


@pytest.mark.parametrize("seed", range(10))
def test_a_stack_deleted_in_a_storm_leaves_nothing(make_world: Callable[..., World], seed: int) -> None:
    dice = random.Random(seed)
    world = make_world(seed=seed, workers=2)
    weather(world, dice)
    stack = world.create(a_template(dice))
    world.run(until=countdown(dice.randint(0, 40)))
    world.update(stack, a_template(dice))
    world.run(until=countdown(dice.randint(0, 40)))
    world.delete(stack)
    world.run()
    world.calm()
    if world.state(stack) != "DELETE_COMPLETE":
        world.delete(stack)
        world.run()
    assert world.state(stack) == "DELETE_COMPLETE", world.story()
    assert not world.cloud.objects, world.story()


def a_template(dice: random.Random, *, healthy: bool = False) -> dict[str, Any]:
    """Some of the resources, each using some of those before it."""
    names = dice.sample(NAMES, dice.randint(1, len(NAMES)))
    found: dict[str, Any] = {}
    for at, name in enumerate(names):
        uses = dice.sample(names[:at], dice.randint(0, min(at, 2)))
        if dice.random() < 0.2 and not uses:
            found[name] = {"type": "OS::Heat::TestResource", "properties": {"wait_secs": dice.choice((0, 2))}}
            continue
        uses = [other for other in uses if "type" not in found[other]]
        found[name] = {
            "value": dice.choice("xyz"),
            "fixed": dice.choice(("", "", "1", "2")),
            "late": dice.choice(("", "", "", "1")),
            "uses": uses,
            "looks": dice.randint(0, 3),
            "healthy": dice.random() < 0.5,
            "park": dice.random() < 0.3,
            "fail": not healthy and dice.random() < 0.1,
        }
    return found


def weather(world: World, dice: random.Random) -> None:
    """What goes wrong from now on."""
    deadly, lossy = dice.choice((0.0, 0.02, 0.1)), dice.choice((0.0, 0.05))

    def call(moment: str, verb: str, name: str) -> None:
        if dice.random() < deadly:
            raise Death
        if dice.random() < lossy:
            raise CloudTransient("no answer")

    def transaction(number: int) -> None:
        if dice.random() < deadly:
            raise Death

    world.cloud.trouble = call
    world.before_transaction = world.after_transaction = transaction
    world.freezing = dice.choice((0.0, 0.01))


def countdown(steps: int) -> Callable[[], bool]:
    left = iter(range(steps))
    return lambda: next(left, None) is None


def fits(world: World, stack: str, wanted: dict[str, Any]) -> None:
    """Each resource has its object, with the values and the neighbours that the template gives it."""
    rows = world.rows(stack)
    assert rows.keys() == wanted.keys()
    for name, given in wanted.items():
        if "type" in given:
            continue
        found = world.cloud.objects[rows[name].physical_id or ""]
        assert found["value"] == given["value"], f"{name}: {world.story()}"
        assert found["uses"] == [rows[other].physical_id for other in given["uses"]], f"{name}: {world.story()}"
    things = [row for row in rows.values() if row.implementation == "Sim::Thing"]
    assert len(world.cloud.objects) == len(things), world.story()
