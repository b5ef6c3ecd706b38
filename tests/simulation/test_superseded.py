"""A newer action meets what workers have in hand of an older one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from heat_mq.errors import CloudError
from tests.simulation.acts import cancel, check, mark
from tests.simulation.world import World


def test_a_replacement_in_hand_is_not_in_force_again_when_a_rollback_has_brought_the_old_object_back(
    world: World,
) -> None:
    stack = world.create({"d": {"fixed": "1"}})
    world.run()
    before = world.rows(stack)["d"].physical_id
    world.update(stack, {"d": {"fixed": "2", "looks": 3}})
    world.run(until=lambda: len(world.cloud.objects) == 2)  # made, and its id not yet written
    cancel(world, stack, rollback=True)
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    assert world.rows(stack)["d"].physical_id == before
    assert len(world.cloud.objects) == 1, world.story()


@pytest.mark.parametrize("seed", range(12))
def test_what_a_create_in_hand_uses_is_changed_when_it_is_through(make_world: Callable[..., World], seed: int) -> None:
    world = make_world(seed=seed)
    stack = world.create({"port": {}, "server": {"uses": ["port"]}})
    world.run(until=lambda: "server" in world.rows(stack))  # its create is about to be called
    assert not world.cloud.named("server")
    world.update(stack, {"port": {"value": "2"}, "server": {"uses": ["port"]}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert not world.cloud.wrongs, world.story()


@pytest.mark.parametrize("seed", range(12))
def test_what_a_change_in_hand_uses_is_removed_when_it_is_through(make_world: Callable[..., World], seed: int) -> None:
    world = make_world(seed=seed)
    stack = world.create({"server": {}})
    world.run()
    world.update(stack, {"port": {}, "server": {"uses": ["port"]}})
    world.run(until=lambda: world.rows(stack)["server"].action == "UPDATE")  # its update is about to be called
    world.update(stack, {"server": {"value": "2"}})
    tries: list[str] = []
    world.cloud.trouble = lambda moment, verb, name: tries.append(f"{moment} {verb}") if verb == "remove" else None
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert not world.cloud.named("port")
    assert tries == ["before remove", "after remove"], world.story()  # nothing that uses it was in the way


def test_values_that_an_update_corrects_are_not_tried_again_after_a_death(world: World) -> None:
    stack = world.create({"port": {}, "server": {"uses": ["port"], "value": "wrong"}})
    world.run(until=lambda: "server" in world.rows(stack))
    (worker,) = [worker for worker in world.workers if worker.tasks]
    world.kill(worker)  # before the create was called
    world.update(stack, {"port": {"value": "2"}, "server": {"value": "right"}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert [(item["value"], item["uses"]) for item in world.cloud.named("server")] == [("right", [])]
    made = [id for verb, id in world.cloud.log if verb == "make"]
    assert len(made) == 2, world.story()


def test_an_object_that_a_dead_worker_has_made_with_other_values_is_taken_and_updated(world: World) -> None:
    stack = world.create({"server": {"value": "1"}})
    world.run(until=lambda: len(world.cloud.objects) == 1)
    (worker,) = [worker for worker in world.workers if worker.tasks]
    world.kill(worker)  # before the id was written
    world.update(stack, {"server": {"value": "2"}})
    world.run()
    assert [item["value"] for item in world.cloud.named("server")] == ["2"]
    assert len([id for verb, id in world.cloud.log if verb == "make"]) == 1, world.story()


def unheard_of(world: World) -> str:
    """A stack whose ``server`` was made by a worker that died before it wrote the id; its create was cancelled."""
    stack = world.create({"server": {}})
    world.run(until=lambda: len(world.cloud.objects) == 1)
    (worker,) = [worker for worker in world.workers if worker.tasks]
    cancel(world, stack, rollback=False)
    world.kill(worker)
    world.run()
    assert (world.state(stack), world.rows(stack)["server"].physical_id) == ("CREATE_FAILED", None)
    return stack


@pytest.mark.parametrize("act", [check, lambda world, stack: mark(world, stack, "server", True)])
def test_an_object_that_nobody_has_heard_of_goes_when_the_resource_is_made_anew(
    world: World, act: Callable[[World, str], None]
) -> None:
    stack = unheard_of(world)
    act(world, stack)
    world.run()
    world.update(stack, {"server": {"value": "2"}})
    world.run()
    assert [item["value"] for item in world.cloud.objects.values()] == ["2"], world.story()


def cannot_be_asked(name: str) -> str:
    raise CloudError("you may not ask for it", status=403)


def test_an_object_that_nobody_has_heard_of_is_looked_for_by_each_delete(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = unheard_of(world)
    with monkeypatch.context() as patch:
        patch.setattr(world.cloud, "find", cannot_be_asked)
        world.delete(stack)
        world.run()
    assert world.state(stack) == "DELETE_FAILED"
    world.delete(stack)
    world.run()
    assert (world.state(stack), world.cloud.objects) == ("DELETE_COMPLETE", {}), world.story()
