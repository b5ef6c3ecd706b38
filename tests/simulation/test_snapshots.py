"""Snapshots: taken, shown, restored and deleted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from heat_mq.errors import CloudTransient, Conflict, LimitExceeded, NotFound, NotSupported
from tests.simulation import keepers
from tests.simulation.acts import bring_back, cancel, create, drop, shown, suspend, take, told, update
from tests.simulation.keepers import contents, fill, keeper, lost_copies
from tests.simulation.world import World, states

PAIR: dict[str, Any] = {"net": {"value": "1"}, "disk": keeper(uses=["net"])}


def nest(**disk: Any) -> dict[str, Any]:
    """What ``create`` takes for a stack with a keeper in a nested one."""
    inner = {"heat_template_version": "2021-04-16", "resources": {"disk": keeper(**disk)}}
    return {
        "resources": {"group": {"type": "inner.yaml"}, "own": keeper()},
        "files": {"inner.yaml": json.dumps(inner)},
    }


@pytest.fixture(autouse=True)
def _keepers() -> Iterator[None]:
    with keepers.registered():
        yield


def created(world: World, resources: dict[str, Any] = PAIR, **more: Any) -> str:
    stack = create(world, resources, **more)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE", world.story()
    return stack


def taken(world: World, stack: str, name: str | None = None) -> str:
    snapshot = take(world, stack, name)
    world.run()
    assert shown(world, stack, snapshot)["status"] == "COMPLETE", world.story()
    return snapshot


def test_a_snapshot_saves_what_objects_hold_and_shows_the_stack_as_it_was(world: World) -> None:
    stack = created(world)
    fill(world, "disk", "first")
    before = len(told(world, stack))
    snapshot = take(world, stack, "monday")
    begun = shown(world, stack, snapshot)
    assert (begun["action"], begun["status"], begun["data"]) == ("CREATE", "IN_PROGRESS", None)
    world.run()
    assert world.state(stack) == "SNAPSHOT_COMPLETE"
    assert sorted(told(world, stack, before)) == sorted(
        [
            "stack SNAPSHOT_IN_PROGRESS: Stack SNAPSHOT started",
            "net SNAPSHOT_IN_PROGRESS: state changed",
            "net SNAPSHOT_COMPLETE: state changed",
            "disk SNAPSHOT_IN_PROGRESS: state changed",
            "disk SNAPSHOT_COMPLETE: state changed",
            "stack SNAPSHOT_COMPLETE: Stack SNAPSHOT completed successfully",
        ]
    )
    (copy,) = world.cloud.copies.values()
    assert copy["content"] == "first"
    found = shown(world, stack, snapshot)
    assert (found["name"], found["status_reason"]) == ("monday", "Stack SNAPSHOT completed successfully")
    data = found["data"]
    assert (data["action"], data["status"], data["name"]) == ("CREATE", "COMPLETE", "stack")
    assert data["resources"]["disk"]["resource_id"] == world.rows(stack)["disk"].physical_id
    assert data["resources"]["disk"]["resource_data"] == {"copy_id": next(iter(world.cloud.copies))}
    assert data["template"]["resources"].keys() == {"net", "disk"}


def test_a_restore_brings_back_what_was_saved_and_what_was_wanted(world: World) -> None:
    stack = created(world)
    fill(world, "disk", "first")
    snapshot = taken(world, stack)
    old = world.rows(stack)["disk"].physical_id
    world.update(stack, {"net": {"value": "2"}, "disk": keeper(value="2", uses=["net"]), "more": {}})
    world.run()
    fill(world, "disk", "second")
    bring_back(world, stack, snapshot)
    world.run()
    assert world.state(stack) == "RESTORE_COMPLETE", world.story()
    assert world.stack(stack).status_reason == "Stack RESTORE completed successfully"
    assert world.rows(stack).keys() == {"net", "disk"}
    assert world.rows(stack)["disk"].physical_id == old
    assert contents(world, "disk") == ["first"]
    assert [item["value"] for item in world.cloud.named("net")] == ["1"]


def test_the_same_snapshot_is_restored_again_though_nothing_differs(world: World) -> None:
    stack = created(world)
    fill(world, "disk", "first")
    snapshot = taken(world, stack)
    for _ in range(2):
        fill(world, "disk", "spoilt")
        bring_back(world, stack, snapshot)
        world.run()
        assert world.state(stack) == "RESTORE_COMPLETE"
        assert contents(world, "disk") == ["first"]
    fill(world, "disk", "second")
    world.update(stack, PAIR)
    world.run()
    assert (world.state(stack), contents(world, "disk")) == ("UPDATE_COMPLETE", ["second"])


def test_what_is_gone_is_made_again_from_what_was_saved(world: World) -> None:
    stack = created(world)
    fill(world, "disk", "first")
    snapshot = taken(world, stack)
    world.update(stack, {"net": {"value": "1"}})
    world.run()
    assert not world.cloud.named("disk")
    bring_back(world, stack, snapshot)
    world.run()
    assert (world.state(stack), contents(world, "disk")) == ("RESTORE_COMPLETE", ["first"])


def test_nested_stacks_are_saved_and_restored_with_their_parent(world: World) -> None:
    stack = created(world, **nest())
    for name in ("disk", "own"):
        fill(world, name, "first")
    snapshot = taken(world, stack)
    child = world.rows(stack)["group"].physical_id or ""
    assert world.state(child) == "SNAPSHOT_COMPLETE"
    inner = shown(world, stack, snapshot)["data"]["resources"]["group"]["resources"]
    assert inner["disk"]["resource_data"].keys() == {"copy_id"}
    for name in ("disk", "own"):
        fill(world, name, "second")
    bring_back(world, stack, snapshot)
    world.run()
    assert world.state(stack) == "RESTORE_COMPLETE", world.story()
    assert contents(world, "disk") == contents(world, "own") == ["first"]
    fill(world, "disk", "third")
    update(world, stack, nest()["resources"], existing=True)
    world.run()
    assert contents(world, "disk") == ["third"]


def test_a_nested_stack_that_is_gone_comes_back_with_what_it_held(world: World) -> None:
    stack = created(world, **nest())
    fill(world, "disk", "first")
    snapshot = taken(world, stack)
    update(world, stack, {"own": keeper()})
    world.run()
    assert not world.cloud.named("disk")
    bring_back(world, stack, snapshot)
    world.run()
    assert (world.state(stack), contents(world, "disk")) == ("RESTORE_COMPLETE", ["first"])
    world.delete(stack)
    world.run()
    assert not world.cloud.objects
    assert not world.cloud.copies


def test_a_deleted_snapshot_leaves_nothing_and_the_stack_as_it_is(world: World) -> None:
    stack = created(world, **nest())
    first, second = taken(world, stack), taken(world, stack)
    assert len(world.cloud.copies) == 4
    before = (world.state(stack), told(world, stack))
    drop(world, stack, first)
    with pytest.raises(NotSupported):
        drop(world, stack, first)
    with pytest.raises(NotSupported):
        bring_back(world, stack, first)
    world.run()
    with pytest.raises(NotFound):
        shown(world, stack, first)
    assert (world.state(stack), told(world, stack)) == before
    assert len(world.cloud.copies) == 2
    bring_back(world, stack, second)
    world.run()
    assert world.state(stack) == "RESTORE_COMPLETE"


def test_the_stack_may_change_while_a_snapshot_is_deleted(world: World) -> None:
    stack = created(world)
    snapshot = taken(world, stack)
    drop(world, stack, snapshot)
    world.update(stack, {"net": {"value": "2"}, "disk": keeper(value="2", uses=["net"])})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert not world.cloud.copies


def test_a_delete_that_fails_says_why_and_can_be_repeated(world: World) -> None:
    stack = created(world)
    snapshot = taken(world, stack)

    def refuse(moment: str, verb: str, name: str) -> None:
        if (moment, verb) == ("before", "drop"):
            raise ValueError("not now")

    world.cloud.trouble = refuse
    drop(world, stack, snapshot)
    world.run()
    found = shown(world, stack, snapshot)
    assert (found["action"], found["status"]) == ("DELETE", "FAILED")
    assert "resources.disk: not now" in found["status_reason"]
    world.calm()
    drop(world, stack, snapshot)
    world.run()
    assert not world.cloud.copies


def test_a_deleted_stack_takes_its_snapshots_along(world: World) -> None:
    stack = created(world, **nest())
    taken(world, stack)
    taken(world, stack)
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"
    assert not world.cloud.copies
    assert not world.cloud.objects


def test_a_stack_deleted_while_its_snapshot_is_deleted_leaves_nothing(world: World) -> None:
    for steps in range(8):
        stack = created(world)
        drop(world, stack, taken(world, stack))
        left = iter(range(steps))
        world.run(until=lambda left=left: next(left, None) is None)
        world.delete(stack)
        world.run()
        assert world.state(stack) == "DELETE_COMPLETE", world.story()
        assert not world.cloud.copies


def test_a_snapshot_needs_resources_that_are_complete(world: World) -> None:
    stack = create(world, {"net": {}, "disk": keeper(fail=True)})
    world.run()
    snapshot = take(world, stack)
    world.run()
    assert world.state(stack) == "SNAPSHOT_FAILED"
    assert states(world, stack) == ["disk CREATE_FAILED", "net SNAPSHOT_COMPLETE"]
    reason = "Resource SNAPSHOT failed: Error: resources.disk: State CREATE_FAILED invalid for snapshot"
    assert shown(world, stack, snapshot)["status_reason"] == world.stack(stack).status_reason == reason
    with pytest.raises(NotSupported, match="CREATE_FAILED"):
        bring_back(world, stack, snapshot)
    drop(world, stack, snapshot)
    world.run()
    with pytest.raises(NotFound):
        shown(world, stack, snapshot)


def test_a_copy_that_went_bad_fails_the_snapshot_and_harms_no_object(world: World) -> None:
    stack = created(world, {"disk": keeper(spoils="the disk is full")})
    old = world.rows(stack)["disk"].physical_id
    snapshot = take(world, stack)
    world.run()
    assert "the disk is full" in shown(world, stack, snapshot)["status_reason"]
    world.update(stack, {"disk": keeper(value="2")})
    world.run()
    assert (world.state(stack), world.rows(stack)["disk"].physical_id) == ("UPDATE_COMPLETE", old)
    drop(world, stack, snapshot)
    world.run()
    assert not world.cloud.copies


@pytest.mark.parametrize("steps", range(0, 30, 3))
@pytest.mark.parametrize("what", ["update", "delete"])
def test_whoever_supersedes_a_snapshot_leaves_one_that_failed(world: World, what: str, steps: int) -> None:
    stack = created(world, **nest())
    snapshot = take(world, stack)
    left = iter(range(steps))
    world.run(until=lambda: next(left, None) is None)
    if world.state(stack) == "SNAPSHOT_COMPLETE":
        return
    if what == "delete":
        world.delete(stack)
        world.run()
        assert world.state(stack) == "DELETE_COMPLETE", world.story()
        assert not world.cloud.copies
        return
    update(world, stack, **nest(value="2"))
    found = shown(world, stack, snapshot)
    assert (found["status"], found["status_reason"], found["data"]) == ("FAILED", "SNAPSHOT aborted", None)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE", world.story()
    assert not lost_copies(world)
    drop(world, stack, snapshot)
    world.run()
    assert not world.cloud.copies


def test_a_snapshot_that_takes_too_long_is_aborted(world: World) -> None:
    stack = created(world, {"disk": keeper()}, timeout_mins=1)

    def slow(moment: str, verb: str, name: str) -> None:
        if verb == "save":
            raise CloudTransient("not now", retry_after=3600)

    world.cloud.trouble = slow
    snapshot = take(world, stack)
    world.run()
    assert world.state(stack) == "SNAPSHOT_FAILED"
    assert shown(world, stack, snapshot)["status_reason"] == "Timed out"
    world.calm()
    drop(world, stack, snapshot)
    world.run()
    assert not world.cloud.copies


def test_what_is_not_allowed_is_refused(world: World) -> None:
    stack = create(world, PAIR)
    with pytest.raises(Conflict):
        take(world, stack)
    world.run()
    snapshot = take(world, stack)
    with pytest.raises(NotSupported, match="IN_PROGRESS"):
        drop(world, stack, snapshot)
    with pytest.raises(NotSupported, match="IN_PROGRESS"):
        bring_back(world, stack, snapshot)
    with pytest.raises(NotSupported):
        cancel(world, stack, rollback=True)
    world.run()
    bring_back(world, stack, snapshot)
    with pytest.raises(Conflict):
        drop(world, stack, snapshot)
    world.run()
    for verb in (drop, bring_back, shown):
        with pytest.raises(NotFound):
            verb(world, stack, "zz")
    other = created(world, PAIR, name="other")
    with pytest.raises(NotFound):
        bring_back(world, other, snapshot)
    suspend(world, stack)
    world.run()
    for verb in (take, lambda *_: bring_back(world, stack, snapshot)):
        with pytest.raises(NotSupported):
            verb(world, stack)


def test_a_stack_has_so_many_snapshots_at_most(world: World) -> None:
    stack = created(world, {"net": {}})
    for _ in range(world.service.limits.snapshots):
        take(world, stack)
        world.run()
    with pytest.raises(LimitExceeded, match="32"):
        take(world, stack)
    assert world.state(stack) == "SNAPSHOT_COMPLETE"


def test_an_empty_stack_has_a_snapshot_at_once(world: World) -> None:
    stack = create(world, {})
    snapshot = take(world, stack)
    assert shown(world, stack, snapshot)["status"] == "COMPLETE"
    bring_back(world, stack, snapshot)
    assert world.state(stack) == "RESTORE_COMPLETE"
    drop(world, stack, snapshot)
    with pytest.raises(NotFound):
        shown(world, stack, snapshot)


def test_a_restore_that_fails_goes_back_where_that_is_wanted(world: World) -> None:
    stack = created(world, PAIR, disable_rollback=False)
    snapshot = taken(world, stack)
    world.update(stack, {"net": {"value": "2"}, "disk": keeper(value="2", uses=["net"])}, disable_rollback=False)
    world.run()
    world.cloud.copies.clear()
    bring_back(world, stack, snapshot)
    world.run()
    assert world.state(stack) == "ROLLBACK_COMPLETE", world.story()
    assert "RESTORE_FAILED" in world.events(stack)
    assert [item["value"] for item in world.cloud.named("disk")] == ["2"]


def test_hidden_parameters_do_not_show_and_are_restored_all_the_same(world: World) -> None:
    from heat_mq.engine.commands.create import create_stack

    template = {
        "heat_template_version": "2021-04-16",
        "parameters": {"secret": {"type": "string", "hidden": True}},
        "resources": {"net": {"type": "Sim::Thing", "properties": {"value": {"get_param": "secret"}}}},
    }
    parameters = {"parameters": {"secret": "xyzzy"}}
    made = create_stack(world.service, world.context, "stack", template, parameters, None, {})
    world.run()
    snapshot = taken(world, made["stack_id"])
    assert "xyzzy" not in json.dumps(shown(world, made["stack_id"], snapshot))
    world.update(made["stack_id"], {"net": {"value": "other"}})
    world.run()
    bring_back(world, made["stack_id"], snapshot)
    world.run()
    assert [item["value"] for item in world.cloud.named("net")] == ["xyzzy"]


@pytest.mark.parametrize("moment", ["before transaction", "after transaction", "before call", "after call"])
@pytest.mark.parametrize("act", ["snapshot", "restore", "forget", "delete"])
def test_a_death_anywhere_costs_nothing(make_world: Callable[..., World], act: str, moment: str) -> None:
    from tests.simulation.test_deaths import _die

    at = 0
    while True:
        at += 1
        world = make_world(seed=at)
        world.eager = True
        stack = created(world, **nest())
        fill(world, "disk", "first")
        snapshot = taken(world, stack) if act != "snapshot" else ""
        fill(world, "disk", "second")
        count = _die(world, moment, at)
        match act:
            case "snapshot":
                snapshot = take(world, stack)
            case "restore":
                bring_back(world, stack, snapshot)
            case "forget":
                drop(world, stack, snapshot)
            case "delete":
                world.delete(stack)
        world.run()
        assert not lost_copies(world), f"death {at}: {world.story()}"
        copies = {"snapshot": 2, "restore": 2, "forget": 0, "delete": 0}[act]
        assert len(world.cloud.copies) == copies, f"death {at}: {world.story()}"
        assert world.stack(stack).status == "COMPLETE", f"death {at}: {world.story()}"
        if act == "restore":
            assert contents(world, "disk") == ["first"]
        if act == "snapshot":
            assert shown(world, stack, snapshot)["status"] == "COMPLETE"
        if count() < at:
            break
        world.close()
    assert at > 1
