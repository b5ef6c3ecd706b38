"""Resources stop at hooks until a signal clears them."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from heat_mq.errors import InvalidHook, ResourceNotFound
from tests.simulation.acts import cancel, create, signal, told, update
from tests.simulation.nests import NEST
from tests.simulation.world import World, states

REFERENCE = pathlib.Path(__file__).parents[1] / "reference" / "stack_lifecycle.json"
CHAIN: dict[str, Any] = {"a": {}, "b": {"uses": ["a"]}}


def hooked(name: str, *hooks: str) -> dict[str, Any]:
    return {"resource_registry": {"resources": {name: {"hooks": list(hooks)}}}}


def waits(world: World, steps: int = 40) -> None:
    """Let the workers do all that they can while a hook is not cleared."""
    left = iter(range(steps))
    world.run(until=lambda: next(left, None) is None)


def clear(world: World, stack: str, name: str, hook: str) -> None:
    signal(world, stack, name, {"unset_hook": hook})


def test_the_events_of_a_hook_before_a_create_are_heats(world: World) -> None:
    pair = {"a": {"type": "OS::Heat::TestResource"}, "b": {"type": "OS::Heat::TestResource", "depends_on": "a"}}
    stack = create(world, pair, name="hook", environment=hooked("a", "pre-create"))
    waits(world)
    assert world.state(stack) == "CREATE_IN_PROGRESS"
    with pytest.raises(InvalidHook, match="does not wait at the hook pre-update"):
        clear(world, stack, "a", "pre-update")
    clear(world, stack, "a", "pre-create")
    with pytest.raises(InvalidHook):
        clear(world, stack, "a", "pre-create")
    world.run()
    wanted = json.loads(REFERENCE.read_text())["observed_sequences"]["sequences"]["hook_pre_create"]["events"]
    assert told(world, stack) == wanted


def test_a_hook_after_a_create_holds_up_those_that_wait_for_the_resource(world: World) -> None:
    stack = create(world, CHAIN, environment=hooked("a", "pre-create", "post-create"))
    waits(world)
    assert states(world, stack) == []
    clear(world, stack, "a", "pre-create")
    waits(world)
    assert states(world, stack) == ["a CREATE_COMPLETE"]
    assert told(world, stack)[-1] == "a CREATE_COMPLETE: CREATE paused until Hook post-create is cleared"
    clear(world, stack, "a", "post-create")
    assert told(world, stack)[-1] == "a CREATE_COMPLETE: Hook post-create is cleared"
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert len([line for line in told(world, stack) if "paused" in line]) == 2


def test_update_hooks_stop_what_changes_and_also_what_does_not(world: World) -> None:
    stack = create(world, CHAIN)
    world.run()
    log = list(world.cloud.log)
    update(world, stack, CHAIN, environment=hooked("a", "pre-update", "post-update"))
    waits(world)
    assert world.state(stack) == "UPDATE_IN_PROGRESS"
    assert told(world, stack)[-1] == "a CREATE_COMPLETE: UPDATE paused until Hook pre-update is cleared"
    clear(world, stack, "a", "pre-update")
    world.run()
    assert (world.state(stack), world.cloud.log) == ("UPDATE_COMPLETE", log)
    update(world, stack, {**CHAIN, "a": {"value": "2"}}, environment=hooked("a", "pre-update", "post-update"))
    waits(world)
    assert world.cloud.log == log
    clear(world, stack, "a", "pre-update")
    waits(world)
    assert told(world, stack)[-1] == "a UPDATE_COMPLETE: UPDATE paused until Hook post-update is cleared"
    clear(world, stack, "a", "post-update")
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"


def test_delete_hooks_stop_before_the_object_goes_and_after(world: World) -> None:
    stack = create(world, CHAIN, environment=hooked("b", "pre-delete", "post-delete"))
    world.run()
    world.delete(stack)
    waits(world)
    assert len(world.cloud.objects) == 2
    assert told(world, stack)[-1] == "b CREATE_COMPLETE: DELETE paused until Hook pre-delete is cleared"
    clear(world, stack, "b", "pre-delete")
    waits(world)
    assert [item["name"].split("-")[1] for item in world.cloud.objects.values()] == ["a"]
    assert told(world, stack)[-1] == "b DELETE_COMPLETE: DELETE paused until Hook post-delete is cleared"
    clear(world, stack, "b", "post-delete")
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"
    assert not world.cloud.objects


def test_what_an_update_adds_or_removes_passes_create_and_delete_hooks(world: World) -> None:
    hooks = hooked("*", "pre-create", "post-create", "pre-delete", "post-delete")
    stack = create(world, {"a": {}})
    world.run()
    update(world, stack, {"b": {}}, environment=hooks)
    world.run()
    assert (world.state(stack), states(world, stack)) == ("UPDATE_COMPLETE", ["b CREATE_COMPLETE"])


def test_a_rollback_is_not_held_up(world: World) -> None:
    stack = create(world, CHAIN, environment=hooked("a", "pre-update"))
    world.run()
    update(world, stack, {**CHAIN, "a": {"value": "2"}}, environment=hooked("a", "pre-update"))
    waits(world)
    cancel(world, stack, rollback=True)
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE"
    with pytest.raises(InvalidHook):
        clear(world, stack, "a", "pre-update")


def test_a_resource_at_a_hook_gives_up_when_another_fails(world: World) -> None:
    stack = create(world, {**CHAIN, "z": {"fail": True}}, environment=hooked("a", "pre-create"))
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    assert "resources.z" in world.stack(stack).status_reason
    assert states(world, stack) == ["z CREATE_FAILED"]


def test_hooks_in_a_nested_stack(world: World) -> None:
    environment = {"resource_registry": {"resources": {"group": {"two": {"hooks": "pre-create"}}}}}
    stack = create(world, **NEST, environment=environment)
    waits(world, 80)
    child = world.rows(stack)["group"].physical_id or ""
    assert told(world, child)[-1] == "two INIT_COMPLETE: CREATE paused until Hook pre-create is cleared"
    clear(world, child, "two", "pre-create")
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"


def test_hooks_and_resources_that_do_not_exist_are_refused(world: World) -> None:
    stack = create(world, CHAIN, environment=hooked("a", "pre-create"))
    with pytest.raises(InvalidHook, match="Did you mean 'pre-create'"):
        clear(world, stack, "a", "pre-creat")
    with pytest.raises(ResourceNotFound):
        clear(world, stack, "zz", "pre-create")
    waits(world)
    clear(world, stack, "a", "pre-create")
    world.run()


@pytest.mark.parametrize("seed", range(25))
def test_whenever_hooks_are_cleared_and_whoever_dies_they_are_passed_once(make_world: Any, seed: int) -> None:
    world: World = make_world(seed=seed, workers=2)
    hooks = ("pre-create", "post-create", "pre-delete", "post-delete")
    stack = create(world, CHAIN, environment=hooked("*", *hooks))
    for action, begin in (("create", lambda: None), ("delete", lambda: world.delete(stack))):
        begin()
        for name in ("a", "b") if action == "create" else ("b", "a"):
            for hook in (f"pre-{action}", f"post-{action}"):
                text = f"{action.upper()} paused until Hook {hook} is cleared"
                world.run(
                    until=lambda name=name, text=text: any(
                        line.startswith(name) and text in line for line in told(world, stack)
                    )
                )
                waits(world, world.random.randint(0, 6))
                clear(world, stack, name, hook)
                waits(world, world.random.randint(0, 6))
                if world.random.random() < 0.4:
                    world.kill(world.workers[0])
        world.run()
        assert world.stack(stack).status == "COMPLETE", world.story()
    paused = [line for line in told(world, stack) if "paused" in line]
    assert len(paused) == len(set(paused)) == 8
    assert [verb for verb, _ in world.cloud.log] == ["make", "make", "remove", "remove"]


def test_what_was_made_while_another_failed_does_not_stop_any_more(world: World) -> None:
    stack = create(
        world, {"a": {"looks": 9}, "b": {"uses": ["a"]}, "z": {"fail": True}}, environment=hooked("a", "post-create")
    )
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    assert states(world, stack) == ["a CREATE_COMPLETE", "z CREATE_FAILED"]
