"""Check, suspend and resume."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from heat_mq.errors import CloudTransient, Conflict, NotSupported
from tests.simulation.acts import check, create, resume, suspend, told, update
from tests.simulation.nests import NEST
from tests.simulation.world import World, states

REFERENCE = pathlib.Path(__file__).parents[1] / "reference"
CHAIN: dict[str, Any] = {"net": {"value": "1"}, "port": {"uses": ["net"]}, "server": {"uses": ["port"]}}
PAIR: dict[str, Any] = {
    "a": {"type": "OS::Heat::TestResource"},
    "b": {"type": "OS::Heat::TestResource", "depends_on": "a"},
}


def created(world: World, resources: dict[str, Any] = CHAIN, **more: Any) -> str:
    stack = create(world, resources, **more)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    return stack


def test_the_events_of_suspend_resume_and_check_are_heats(world: World) -> None:
    stack = created(world, PAIR, name="cv5")
    for act in (suspend, resume, check):
        act(world, stack)
        world.run()
    wanted = json.loads((REFERENCE / "stack_lifecycle.json").read_text())["observed_sequences_convergence"]
    assert told(world, stack) == wanted["sequences"]["suspend_resume_check"]["events"]
    row = world.stack(stack)
    assert (world.state(stack), row.status_reason) == ("CHECK_COMPLETE", "Stack CHECK completed successfully")


def test_a_stack_is_suspended_from_its_users_down_and_resumed_from_the_ground_up(world: World) -> None:
    stack = created(world)
    suspend(world, stack)
    world.run()
    assert world.state(stack) == "SUSPEND_COMPLETE"
    asleep = [name for name in told(world, stack) if name.split()[1] == "SUSPEND_COMPLETE:"]
    assert [name.split()[0] for name in asleep] == ["server", "port", "net", "stack"]
    assert {item["state"] for item in world.cloud.objects.values()} == {"SUSPENDED"}
    resume(world, stack)
    world.run()
    assert world.state(stack) == "RESUME_COMPLETE"
    awake = [name for name in told(world, stack) if name.split()[1] == "RESUME_COMPLETE:"]
    assert [name.split()[0] for name in awake] == ["net", "port", "server", "stack"]
    assert {item["state"] for item in world.cloud.objects.values()} == {"ACTIVE"}


def test_what_is_suspended_or_resumed_already_is_left_alone(world: World) -> None:
    stack = created(world)
    for act in (suspend, resume):
        act(world, stack)
        world.run()
        before = told(world, stack)
        act(world, stack)
        world.run()
        assert told(world, stack) == before


def test_while_something_is_done_to_a_stack_nothing_else_begins(world: World) -> None:
    stack = world.create(CHAIN)
    for act in (check, suspend, resume):
        with pytest.raises(Conflict, match="CREATE"):
            act(world, stack)


def test_a_suspended_stack_is_neither_checked_nor_updated_but_deleted(world: World) -> None:
    stack = created(world)
    suspend(world, stack)
    world.run()
    with pytest.raises(NotSupported):
        check(world, stack)
    with pytest.raises(NotSupported):
        world.update(stack, CHAIN)
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"
    assert not world.cloud.objects


def test_a_stack_with_a_failed_resource_cannot_be_suspended(world: World) -> None:
    stack = world.create({"net": {}, "port": {"uses": ["net"], "fail": True}})
    world.run()
    suspend(world, stack)
    world.run()
    assert world.state(stack) == "SUSPEND_FAILED"
    reason = "Resource SUSPEND failed: Error: resources.port: State CREATE_FAILED invalid for suspend"
    assert world.stack(stack).status_reason == reason
    assert states(world, stack) == ["net CREATE_COMPLETE", "port CREATE_FAILED"]


def test_a_stack_that_was_never_suspended_cannot_be_resumed(world: World) -> None:
    stack = created(world)
    resume(world, stack)
    world.run()
    assert world.state(stack) == "RESUME_FAILED"
    assert "net: State CREATE_COMPLETE invalid for resume" in world.stack(stack).status_reason
    world.update(stack, CHAIN)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"


def test_a_suspend_that_came_half_way_can_be_taken_back(world: World) -> None:
    stack = created(world)

    def refuse(moment: str, verb: str, name: str) -> None:
        if verb == "suspend" and "-port-" in name:
            raise ValueError("no")

    world.cloud.trouble = refuse
    suspend(world, stack)
    world.run()
    assert world.state(stack) == "SUSPEND_FAILED"
    assert states(world, stack) == ["net CREATE_COMPLETE", "port SUSPEND_FAILED", "server SUSPEND_COMPLETE"]
    world.calm()
    resume(world, stack)
    world.run()
    assert world.state(stack) == "RESUME_COMPLETE"
    assert states(world, stack) == ["net CREATE_COMPLETE", "port RESUME_COMPLETE", "server RESUME_COMPLETE"]
    assert {item["state"] for item in world.cloud.objects.values()} == {"ACTIVE"}


def test_an_update_after_a_resume_changes_only_what_differs(world: World) -> None:
    stack = created(world)
    for act in (suspend, resume):
        act(world, stack)
        world.run()
    world.cloud.log.clear()
    world.update(stack, {**CHAIN, "net": {"value": "2"}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert [verb for verb, _ in world.cloud.log] == ["change"]


def test_a_check_tells_every_failure_and_the_next_update_makes_what_is_missing(world: World) -> None:
    stack = created(world)
    gone = [world.rows(stack)[name].physical_id for name in ("net", "server")]
    for id in gone:
        del world.cloud.objects[id or ""]
    check(world, stack)
    world.run()
    assert world.state(stack) == "CHECK_FAILED"
    assert states(world, stack) == ["net CHECK_FAILED", "port CHECK_COMPLETE", "server CHECK_FAILED"]
    reason = world.stack(stack).status_reason
    assert reason.startswith("Resource CHECK failed: CloudGone: resources.")
    assert all(
        f"CloudGone: resources.{name}: {id} does not exist" in reason
        for name, id in zip(("net", "server"), gone, strict=True)
    )
    assert reason.count("Resource CHECK failed") == 1
    world.update(stack, CHAIN)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert not set(gone) & world.cloud.objects.keys()
    assert len(world.cloud.objects) == 3


def test_what_cannot_be_looked_at_is_said(world: World) -> None:
    stack = created(world, {"word": {"type": "OS::Heat::RandomString"}, "net": {}})
    before = len(told(world, stack))
    check(world, stack)
    world.run()
    assert world.state(stack) == "CHECK_COMPLETE"
    assert world.stack(stack).status_reason.startswith("Stack CHECK completed successfully. CHECK not fully supported")
    assert [line for line in told(world, stack, before) if line.startswith("word")] == [
        "word CHECK_COMPLETE: CHECK not supported for this resource type"
    ]


def test_a_resource_that_was_never_made_fails_the_check(world: World) -> None:
    stack = world.create({"net": {"fail": True}, "port": {"uses": ["net"]}})
    world.run()
    check(world, stack)
    world.run()
    assert world.state(stack) == "CHECK_FAILED"
    assert (
        world.stack(stack).status_reason
        == "Resource CHECK failed: Error: resources.port: Resource port not created yet."
    )


def test_a_check_does_not_hide_what_a_failed_update_has_left(world: World) -> None:
    stack = created(world, {"net": {"value": "1"}})

    def fail(moment: str, verb: str, name: str) -> None:
        if moment == "after" and verb == "change":
            raise ValueError("half done")

    world.cloud.trouble = fail
    world.update(stack, {"net": {"value": "2"}})
    world.run()
    world.calm()
    check(world, stack)
    world.run()
    assert world.state(stack) == "CHECK_COMPLETE"
    world.update(stack, {"net": {"value": "1"}})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.cloud.named("net")[0]["value"] == "1"


def test_nested_stacks_act_in_their_parents_turn(world: World) -> None:
    stack = created(world, **NEST)
    child = world.rows(stack)["group"].physical_id or ""
    for act, word in ((suspend, "SUSPEND"), (resume, "RESUME"), (check, "CHECK")):
        act(world, stack)
        world.run()
        assert world.state(stack) == f"{word}_COMPLETE", world.story()
        assert world.state(child) == f"{word}_COMPLETE"
        assert states(world, child) == [f"one {word}_COMPLETE", f"two {word}_COMPLETE"]
    world.delete(stack)
    world.run()
    assert world.state(child) == "DELETE_COMPLETE"


def test_a_failure_in_a_nested_stack_is_told_with_the_path_and_mended_inside(world: World) -> None:
    stack = created(world, **NEST)
    child = world.rows(stack)["group"].physical_id or ""
    gone = world.rows(child)["two"].physical_id or ""
    del world.cloud.objects[gone]
    check(world, stack)
    world.run()
    assert world.state(stack) == "CHECK_FAILED"
    reason = f"Resource CHECK failed: CloudGone: resources.group.resources.two: {gone} does not exist"
    assert world.stack(stack).status_reason == reason
    update(world, stack, **NEST)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert world.rows(stack)["group"].physical_id == child
    assert len(world.cloud.objects) == 3


@pytest.mark.parametrize("seed", range(15))
def test_whatever_dies_a_suspend_and_a_resume_come_to_their_end(make_world: Any, seed: int) -> None:
    world: World = make_world(seed=seed, workers=2)
    stack = created(world, **NEST)
    lost = iter(range(3))

    def trouble(moment: str, verb: str, name: str) -> None:
        if world.random.random() < 0.2 and next(lost, None) is not None:
            raise CloudTransient("no answer")

    world.cloud.trouble = trouble
    for act, state in ((suspend, "SUSPENDED"), (resume, "ACTIVE")):
        act(world, stack)
        for _ in range(2):
            left = iter(range(world.random.randint(0, 25)))
            world.run(until=lambda left=left: next(left, None) is None)
            world.kill(world.workers[0])
        world.run()
        assert world.stack(stack).status == "COMPLETE", world.story()
        assert {item["state"] for item in world.cloud.objects.values()} == {state}
