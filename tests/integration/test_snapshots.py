"""Snapshots and adoption on each database: the whole engine in one thread, and requests at the same time."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from heat_mq.errors import Conflict, NotFound, NotSupported
from tests.integration.store import at_once
from tests.simulation import keepers, types
from tests.simulation.acts import abandon, adopt, bring_back, create, drop, shown, take, update
from tests.simulation.keepers import contents, fill, keeper, lost_copies
from tests.simulation.world import World

INNER = {"heat_template_version": "2021-04-16", "resources": {"disk": keeper(), "net": {"type": "Sim::Thing"}}}
TREE: dict[str, Any] = {
    "resources": {"group": {"type": "inner.yaml"}, "own": keeper()},
    "files": {"inner.yaml": json.dumps(INNER)},
}


@pytest.fixture
def world(database_url: str, tmp_path: pathlib.Path) -> Iterator[World]:
    with types.registered(), keepers.registered():
        world = World(tmp_path, workers=2, database=database_url)
        world.service.may_adopt = world.service.may_abandon = True
        yield world
        world.close()


@pytest.fixture
def stack(world: World) -> str:
    stack = create(world, **TREE)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    return stack


def test_a_tree_is_saved_restored_and_forgotten(world: World, stack: str) -> None:
    fill(world, "disk", "first")
    snapshot = take(world, stack, "näme")
    world.run()
    assert (shown(world, stack, snapshot)["name"], shown(world, stack, snapshot)["status"]) == ("näme", "COMPLETE")
    fill(world, "disk", "second")
    bring_back(world, stack, snapshot)
    world.run()
    assert (world.state(stack), contents(world, "disk")) == ("RESTORE_COMPLETE", ["first"]), world.story()
    drop(world, stack, snapshot)
    world.run()
    with pytest.raises(NotFound):
        shown(world, stack, snapshot)
    assert not world.cloud.copies
    take(world, stack)
    world.run()
    world.delete(stack)
    world.run()
    assert (world.state(stack), world.cloud.objects, world.cloud.copies) == ("DELETE_COMPLETE", {}, {})


def test_a_tree_is_abandoned_and_adopted(world: World, stack: str) -> None:
    take(world, stack)
    world.run()
    objects = set(world.cloud.objects)
    again = adopt(world, abandon(world, stack))
    world.run()
    update(world, again, **TREE)
    world.run()
    assert (world.state(again), set(world.cloud.objects)) == ("UPDATE_COMPLETE", objects), world.story()


def test_of_many_requests_at_once_one_wins(world: World, stack: str) -> None:
    def attempt(act: Any, *args: Any) -> bool:
        try:
            act(world, stack, *args)
        except (Conflict, NotSupported, NotFound):
            return False
        return True

    assert sum(at_once(*(lambda: attempt(take) for _ in range(4)))) == 1
    world.run()
    snapshot = take(world, stack)
    world.run()
    assert sum(at_once(*(lambda: attempt(drop, snapshot) for _ in range(4)))) == 1
    world.run()
    assert not lost_copies(world)
    assert sum(at_once(*(lambda: attempt(abandon) for _ in range(4)))) == 1
    assert not world.stack(stack).is_live
    world.cloud.objects.clear()


def test_a_restore_and_the_deletion_of_its_snapshot_exclude_each_other(world: World, stack: str) -> None:
    def attempt(act: Any, snapshot: str) -> bool:
        try:
            act(world, stack, snapshot)
        except (Conflict, NotSupported, NotFound):
            return False
        return True

    for _ in range(3):
        snapshot = take(world, stack)
        world.run()
        began = at_once(lambda s=snapshot: attempt(bring_back, s), lambda s=snapshot: attempt(drop, s))
        world.run()
        assert began.count(True) == 1
        assert world.stack(stack).status == "COMPLETE", world.story()
