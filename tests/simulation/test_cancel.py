"""An action that is under way is cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.errors import NotSupported
from tests.simulation.acts import cancel, create, suspend, told, update
from tests.simulation.nests import NEST, nest
from tests.simulation.world import World, states

CHAIN: dict[str, Any] = {"net": {"value": "1"}, "port": {"uses": ["net"]}, "server": {"uses": ["port"]}}
SLOW: dict[str, Any] = {**CHAIN, "net": {"value": "2", "looks": 50}}


def begun(world: World, stack: str, name: str, state: str) -> None:
    """Let the workers go on until a resource is in a state."""

    def there() -> bool:
        return (
            name in world.rows(stack) and f"{world.rows(stack)[name].action}_{world.rows(stack)[name].status}" == state
        )

    world.run(until=there)


@pytest.mark.parametrize("disable_rollback", [True, False])
def test_a_cancelled_update_goes_back_whatever_disable_rollback_says(world: World, disable_rollback: bool) -> None:
    stack = world.create(CHAIN)
    world.run()
    id = world.rows(stack)["net"].physical_id
    world.update(stack, SLOW, disable_rollback=disable_rollback)
    begun(world, stack, "net", "UPDATE_IN_PROGRESS")
    cancel(world, stack, rollback=True)
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    assert world.cloud.named("net")[0]["value"] == "1"
    assert world.rows(stack)["net"].physical_id == id
    assert told(world, stack)[-1] == "stack ROLLBACK_COMPLETE: Stack ROLLBACK completed successfully"


@pytest.mark.parametrize("disable_rollback", [True, False])
@pytest.mark.parametrize("park", [True, False])
def test_without_rollback_an_update_ends_where_it_is(world: World, disable_rollback: bool, park: bool) -> None:
    stack = world.create(CHAIN)
    world.run()
    world.update(stack, {**SLOW, "net": {**SLOW["net"], "park": park}}, disable_rollback=disable_rollback)
    begun(world, stack, "net", "UPDATE_IN_PROGRESS")
    cancel(world, stack, rollback=False)
    world.run()
    assert (world.state(stack), world.stack(stack).status_reason) == ("UPDATE_FAILED", "Operation cancelled")
    assert states(world, stack)[0] == "net UPDATE_FAILED"
    assert told(world, stack)[-2:] == ["net UPDATE_FAILED: UPDATE aborted", "stack UPDATE_FAILED: Operation cancelled"]
    world.update(stack, CHAIN)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.cloud.named("net")[0]["value"] == "1"


def test_a_create_ends_where_it_is_and_can_go_on(world: World) -> None:
    stack = world.create(SLOW, disable_rollback=False)
    begun(world, stack, "net", "CREATE_IN_PROGRESS")
    cancel(world, stack, rollback=False)
    world.run()
    assert (world.state(stack), world.stack(stack).status_reason) == ("CREATE_FAILED", "Operation cancelled")
    assert states(world, stack) == ["net CREATE_FAILED"]
    world.update(stack, CHAIN)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert len(world.cloud.objects) == 3


def test_nested_stacks_are_stopped_too(world: World) -> None:
    stack = create(world, **NEST)
    world.run()
    child = world.rows(stack)["group"].physical_id or ""
    update(world, stack, **nest(value="2", looks=50))
    begun(world, child, "two", "UPDATE_IN_PROGRESS")
    cancel(world, stack, rollback=False)
    world.run()
    assert world.state(stack) == world.state(child) == "UPDATE_FAILED"
    assert world.stack(stack).status_reason == world.stack(child).status_reason == "Operation cancelled"
    update(world, stack, **NEST)
    world.run()
    assert world.state(stack) == world.state(child) == "UPDATE_COMPLETE"
    assert [item["value"] for item in world.cloud.named("two")] == [""]


def test_nested_stacks_go_back_too(world: World) -> None:
    stack = create(world, **NEST)
    world.run()
    child = world.rows(stack)["group"].physical_id or ""
    update(world, stack, **nest(value="2", looks=50))
    begun(world, child, "two", "UPDATE_IN_PROGRESS")
    cancel(world, stack, rollback=True)
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE", world.story()
    assert [item["value"] for item in world.cloud.named("two")] == [""]


def test_what_is_not_under_way_cannot_be_cancelled(world: World) -> None:
    stack = world.create(CHAIN)
    with pytest.raises(NotSupported, match="CREATE_IN_PROGRESS"):
        cancel(world, stack, rollback=True)
    world.run()
    for rollback in (True, False):
        with pytest.raises(NotSupported):
            cancel(world, stack, rollback=rollback)
    suspend(world, stack)
    with pytest.raises(NotSupported):
        cancel(world, stack, rollback=False)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("rollback", [True, False])
def test_whenever_it_is_cancelled_the_next_update_sets_everything_right(
    make_world: Any, seed: int, rollback: bool
) -> None:
    world: World = make_world(seed=seed, workers=2)
    stack = create(world, **NEST)
    world.run()
    update(world, stack, **nest(value="2", looks=2))
    left = iter(range(world.random.randint(0, 60)))
    world.run(until=lambda: next(left, None) is None)
    if world.state(stack) == "UPDATE_IN_PROGRESS":
        cancel(world, stack, rollback=rollback)
    world.kill(world.workers[0])
    world.run()
    assert world.state(stack) in ("ROLLBACK_COMPLETE", "UPDATE_FAILED", "UPDATE_COMPLETE")
    assert not world.broken()
    update(world, stack, **nest(value="3"))
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE", world.story()
    assert [item["value"] for item in world.cloud.named("two")] == ["3"]
    assert len(world.cloud.objects) == 3
