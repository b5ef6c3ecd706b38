"""Resources that are stacks of another service: what is broken in them is mended there, by updates passed on."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.engine.queries.preview_update import preview_update_stack
from heat_mq.resources.kit import Call, Failed, Outcome
from tests.simulation.acts import check, create, mark, update
from tests.simulation.types import Thing
from tests.simulation.world import World, template

FAR: dict[str, Any] = {"far": {"value": "1", "healthy": True}}


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Things are like remote stacks; those with something broken in them fail when they are checked."""

    def look_inside(self: Thing, call: Call) -> Outcome | None:
        if self.read(call).get("broken"):
            raise Failed("resources.inside: it is gone")
        return None

    monkeypatch.setattr(Thing, "passes_on", True)
    monkeypatch.setattr(Thing, "always_looks", True)
    monkeypatch.setattr(Thing, "check", look_inside)


def physical_id(world: World, stack: str) -> str:
    return world.rows(stack)["far"].physical_id or ""


def checked(world: World) -> str:
    stack = create(world, FAR)
    world.run()
    world.cloud.objects[physical_id(world, stack)]["broken"] = True
    check(world, stack)
    world.run()
    assert world.state(stack) == "CHECK_FAILED"
    return stack


def foretold(world: World, stack: str) -> list[str]:
    found = preview_update_stack(world.service, world.context, world.identity(stack), template(FAR), None, None, {})
    return [change for change, items in found.items() if items]


def test_one_that_failed_its_check_is_updated_and_not_made_anew(world: World) -> None:
    stack = checked(world)
    before = physical_id(world, stack)
    assert foretold(world, stack) == ["updated"]
    world.cloud.log.clear()
    update(world, stack, FAR)
    world.run()
    assert (world.state(stack), physical_id(world, stack)) == ("UPDATE_COMPLETE", before)
    assert world.cloud.log == [("change", before)]


def test_one_that_is_gone_is_made_anew(world: World) -> None:
    stack = checked(world)
    before = physical_id(world, stack)
    del world.cloud.objects[before]
    update(world, stack, FAR)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert physical_id(world, stack) != before


def test_one_that_is_marked_is_made_anew(world: World) -> None:
    stack = create(world, FAR)
    world.run()
    before = physical_id(world, stack)
    mark(world, stack, "far", True)
    assert foretold(world, stack) == ["replaced"]
    update(world, stack, FAR)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert physical_id(world, stack) != before
