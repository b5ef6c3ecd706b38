"""Policies change the size of groups, each signal once whatever dies; groups keep to their rules."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from heat_mq.db import tables
from heat_mq.db.records import StackRow
from heat_mq.errors import Conflict, InvalidTemplate, NotFound, NotSupported
from tests.counting import statements
from tests.simulation.acts import create, mark, resume, signal, suspend, told, update
from tests.simulation.cloud import Death
from tests.simulation.users import FakeIdentity, with_users
from tests.simulation.world import World


@pytest.fixture
def identity(world: World) -> FakeIdentity:
    return with_users(world)


def scaled(group: dict[str, Any] | None = None, /, value: str = "1", **policies: dict[str, Any]) -> dict[str, Any]:
    """A template's resources: the group ``g`` of things, and policies by name (at least ``up``, one more)."""
    member = {"type": "Sim::Thing", "properties": {"fixed": value, "value": value}}
    properties = {"min_size": 1, "max_size": 4, "resource": member, **(group or {})}
    found: dict[str, Any] = {"g": {"type": "OS::Heat::AutoScalingGroup", "properties": properties}}
    for name, policy in {"up": {"scaling_adjustment": 1}, **policies}.items():
        given = {"adjustment_type": "change_in_capacity", "auto_scaling_group_id": {"get_resource": "g"}, **policy}
        found[name] = {"type": "OS::Heat::ScalingPolicy", "properties": given}
    return found


def child_of(world: World, stack: str, group: str = "g") -> StackRow:
    return world.stack(str(world.rows(stack)[group].physical_id))


def members(world: World, stack: str) -> list[str]:
    """Names of the members, the oldest first."""
    rows = world.rows(child_of(world, stack).id).values()
    return [row.name for row in sorted(rows, key=lambda row: (row.created_at, row.name))]


def notices(world: World) -> list[tuple[str, int]]:
    return [(row.event_type.rpartition(".")[2], row.payload["capacity"]) for row in told_of_scaling(world)]


def told_of_scaling(world: World) -> Sequence[Any]:
    notice = tables.notice.c
    query = select(tables.notice).where(notice.event_type.like("orchestration.autoscaling.%")).order_by(notice.id)
    return world.database.read(lambda connection: connection.execute(query).all())


def full(moment: str, verb: str, name: str) -> None:
    """Trouble: nothing more can be made."""
    if verb == "make" and moment == "before":
        raise RuntimeError("no more room")


def made(world: World, resources: dict[str, Any]) -> str:
    stack = create(world, resources)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE", world.story()
    return stack


def test_a_signal_makes_the_group_larger_and_its_event_comes_when_that_is_done(
    world: World, identity: FakeIdentity
) -> None:
    stack = made(world, scaled())
    before = len(told(world, stack))
    signal(world, stack, "up", {"current": "alarm", "previous": "ok", "reason": "load"})
    assert told(world, stack, before) == []
    assert world.rows(stack)["g"].metadata["scaling_in_progress"] is True
    world.run()
    assert len(members(world, stack)) == 2
    assert told(world, stack, before) == ["up SIGNAL_COMPLETE: alarm state changed from ok to alarm (load)"]
    assert world.rows(stack)["g"].metadata["scaling_in_progress"] is False
    assert world.state(stack) == "CREATE_COMPLETE"
    assert notices(world) == [("start", 1), ("end", 2)]


def test_a_signal_during_the_cooldown_changes_nothing_and_tells_nothing(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled(up={"scaling_adjustment": 1, "cooldown": 60}))
    signal(world, stack, "up")
    world.run()
    before = len(told(world, stack))
    signal(world, stack, "up")
    world.run()
    assert (len(members(world, stack)), told(world, stack, before)) == (2, [])
    world.clock.advance(61)
    signal(world, stack, "up")
    world.run()
    assert len(members(world, stack)) == 3


def test_making_a_group_and_updating_it_start_its_own_cooldown(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled({"cooldown": 100}))
    signal(world, stack, "up")
    world.run()
    assert len(members(world, stack)) == 1
    world.clock.advance(101)
    update(world, stack, scaled({"cooldown": 100, "max_size": 5}))
    world.run()
    signal(world, stack, "up")
    world.run()
    assert len(members(world, stack)) == 1
    world.clock.advance(101)
    signal(world, stack, "up")
    world.run()
    assert len(members(world, stack)) == 2


def test_a_signal_at_the_limit_changes_nothing(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled({"max_size": 1}))
    before = len(told(world, stack))
    signal(world, stack, "up")
    world.run()
    assert (len(members(world, stack)), told(world, stack, before), notices(world)) == (1, [], [])


def test_a_signal_while_another_is_worked_on_changes_nothing(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled())
    signal(world, stack, "up")
    signal(world, stack, "up")
    world.run()
    assert len(members(world, stack)) == 2


def test_of_two_signals_at_once_one_acts(make_world: Callable[..., World]) -> None:
    """Both have decided on the same state before either stores anything."""
    world = make_world()
    with_users(world)
    stack = made(world, scaled())
    both = threading.Barrier(2)
    write, first = world.database.write, set[str]()

    def together(work: Any, *args: Any, **kwargs: Any) -> Any:
        name = threading.current_thread().name
        if work.__name__ == "_begin" and name not in first:
            first.add(name)
            both.wait(60)
        return write(work, *args, **kwargs)

    world.database.write = together  # type: ignore[method-assign]
    errors: list[BaseException] = []

    def act() -> None:
        try:
            signal(world, stack, "up")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=act, name=f"signal {at}") for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert (errors, len(first)) == ([], 2)
    world.run()
    assert len(members(world, stack)) == 2


def test_what_has_failed_goes_first_then_the_oldest(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled(down={"scaling_adjustment": -1}))
    for _ in range(3):
        world.clock.advance(1)
        signal(world, stack, "up")
        world.run()
    oldest, *_, middle, newest = members(world, stack)
    mark(world, child_of(world, stack).id, newest, True)
    signal(world, stack, "down")
    world.run()
    assert newest not in members(world, stack)
    assert oldest not in members(world, stack), "the one that had failed did not count"
    assert len(members(world, stack)) == 2
    assert middle in members(world, stack)


@pytest.mark.parametrize(
    ("policy", "size"),
    [
        ({"adjustment_type": "exact_capacity", "scaling_adjustment": 3}, 3),
        ({"adjustment_type": "exact_capacity", "scaling_adjustment": 30}, 4),
        ({"adjustment_type": "percent_change_in_capacity", "scaling_adjustment": 60}, 2),
        ({"adjustment_type": "percent_change_in_capacity", "scaling_adjustment": 50, "min_adjustment_step": 2}, 3),
        ({"adjustment_type": "change_in_capacity", "scaling_adjustment": -5}, 1),
    ],
)
def test_policies_adjust_by_their_kind(world: World, identity: FakeIdentity, policy: dict[str, Any], size: int) -> None:
    first = 2 if size == 1 else 1
    stack = made(world, scaled({"desired_capacity": first}, p=policy))
    signal(world, stack, "p")
    world.run()
    assert len(members(world, stack)) == size


def test_an_update_keeps_the_size_or_brings_the_desired_one(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled())
    signal(world, stack, "up")
    world.run()
    kept = members(world, stack)
    update(world, stack, scaled({"max_size": 9}))
    world.run()
    assert members(world, stack) == kept
    update(world, stack, scaled({"max_size": 9, "desired_capacity": 4}))
    world.run()
    assert members(world, stack)[:2] == kept
    assert len(members(world, stack)) == 4
    update(world, stack, scaled({"max_size": 3}))
    world.run()
    assert len(members(world, stack)) == 3
    assert kept[0] not in members(world, stack)


def test_an_update_that_meets_a_scaling_goes_on_from_the_size_that_was_asked_for(
    world: World, identity: FakeIdentity
) -> None:
    stack = made(world, scaled())
    signal(world, stack, "up")
    update(world, stack, scaled({"max_size": 9}))
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert len(members(world, stack)) == 2
    assert world.rows(stack)["g"].metadata["scaling_in_progress"] is False
    assert notices(world) == [("start", 1), ("end", 2)]
    assert [line for line in told(world, stack) if "SIGNAL" in line] == [
        "up SIGNAL_COMPLETE: No signal details provided"
    ]


def test_a_signal_while_the_group_is_being_updated_changes_nothing(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled())
    update(world, stack, scaled(value="2"))
    world.run(until=lambda: world.rows(stack)["g"].status == "IN_PROGRESS")
    signal(world, stack, "up")
    world.run()
    assert (world.state(stack), len(members(world, stack))) == ("UPDATE_COMPLETE", 1)
    assert notices(world) == []


def test_a_scaling_that_fails_tells_so_starts_no_cooldown_and_leaves_the_group_to_the_next_signal(
    world: World, identity: FakeIdentity
) -> None:
    stack = made(world, scaled(up={"scaling_adjustment": 1, "cooldown": 600}))

    world.cloud.trouble = full
    before = len(told(world, stack))
    signal(world, stack, "up")
    world.run()
    world.calm()
    assert told(world, stack, before) == []
    assert child_of(world, stack).status == "FAILED"
    assert world.state(stack) == "CREATE_COMPLETE"
    assert notices(world) == [("start", 1), ("error", 1)]
    signal(world, stack, "up")
    world.run()
    assert (child_of(world, stack).status, len(members(world, stack))) == ("COMPLETE", 2)
    assert len(world.cloud.objects) == 2


def test_outputs_show_the_size_after_a_signal(world: World, identity: FakeIdentity) -> None:
    from heat_mq.engine.queries.outputs import show_output

    outputs = {"size": {"value": {"get_attr": ["g", "current_size"]}}}
    stack = world.create(scaled(), outputs=outputs)
    world.run()

    def shown() -> Any:
        return show_output(world.service, world.context, world.identity(stack), "size")["output_value"]

    assert shown() == 1
    signal(world, stack, "up")
    world.run()
    assert shown() == 2


def test_signals_are_refused_while_the_stack_is_suspended_and_users_are_kept_out(
    world: World, identity: FakeIdentity
) -> None:
    stack = made(world, scaled())
    suspend(world, stack)
    world.run()
    assert [user["enabled"] for user in identity.users.values()] == [False]
    with pytest.raises(NotSupported, match="SUSPEND"):
        signal(world, stack, "up")
    resume(world, stack)
    world.run()
    signal(world, stack, "up")
    world.run()
    assert len(members(world, stack)) == 2


@pytest.mark.parametrize("then", [{}, {"desired_capacity": 3}, {"max_size": 5}], ids=["same", "larger", "other"])
def test_a_group_whose_update_failed_is_mended_by_the_next_one(
    world: World, identity: FakeIdentity, then: dict[str, Any]
) -> None:
    """A quota is reached, say; it is raised, and the same or another update goes through."""
    stack = made(world, scaled())
    world.cloud.trouble = full
    update(world, stack, scaled({"desired_capacity": 2}))
    world.run()
    assert (world.state(stack), world.state(child_of(world, stack).id)) == ("UPDATE_FAILED", "UPDATE_FAILED")
    world.calm()
    update(world, stack, scaled({"desired_capacity": 2, **then}))
    world.run()
    assert (world.state(stack), len(members(world, stack))) == ("UPDATE_COMPLETE", then.get("desired_capacity", 2))


def test_a_suspend_waits_for_the_scaling_under_way(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled())
    signal(world, stack, "up")
    suspend(world, stack)
    world.run()
    assert world.state(stack) == "SUSPEND_COMPLETE"
    assert len(members(world, stack)) == 2
    assert {item["state"] for item in world.cloud.objects.values()} == {"SUSPENDED"}


def test_a_delete_ends_the_scaling_under_way_and_leaves_nothing(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled())
    signal(world, stack, "up")
    world.delete(stack)
    world.run()
    assert (world.state(stack), world.cloud.objects, identity.users, identity.keys) == ("DELETE_COMPLETE", {}, {}, {})


def test_a_policy_of_no_group_says_so(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled(lost={"scaling_adjustment": 1, "auto_scaling_group_id": "nobody"}))
    with pytest.raises(NotFound, match="nobody"):
        signal(world, stack, "lost")


def test_a_rolling_update_keeps_so_many_in_service(world: World, identity: FakeIdentity) -> None:
    rolling = {"min_in_service": 2, "max_batch_size": 1, "pause_time": 10}
    stack = made(world, scaled({"desired_capacity": 3, "rolling_updates": rolling}))
    old = set(world.cloud.objects)
    least = [3]

    def watch(moment: str, verb: str, name: str) -> None:
        rows = world.rows(child_of(world, stack).id).values()
        least.append(sum(row.status == "COMPLETE" for row in rows))

    world.cloud.trouble = watch
    update(world, stack, scaled({"desired_capacity": 3, "rolling_updates": rolling}, value="2"))
    world.run()
    world.calm()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert not old & set(world.cloud.objects)
    assert {item["value"] for item in world.cloud.objects.values()} == {"2"}
    assert len(world.cloud.objects) == 3
    assert min(least) >= 2


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_death_while_a_signal_is_worked_on_adjusts_once(make_world: Callable[..., World], moment: str) -> None:
    """Whoever signals hears nothing and signals again; the cooldown keeps the change from being made twice."""
    at, came = 0, True
    while came:
        at += 1
        world = make_world(seed=at)
        world.eager = True
        with_users(world)
        stack = made(world, scaled(up={"scaling_adjustment": 1, "cooldown": 300}))
        count = _die(world, moment, at)
        world.database.working = True
        try:
            signal(world, stack, "up")
        except Death:
            world.database.working = False
            signal(world, stack, "up")
        world.database.working = False
        world.run()
        came = count() >= at
        signal(world, stack, "up")
        world.run()
        story = f"death {at}: {world.story()}"
        assert len(members(world, stack)) == len(world.cloud.objects) == 2, story
        assert [line for line in told(world, stack) if "SIGNAL" in line] != [], story
        assert notices(world) == [("start", 1), ("end", 2)], story
        world.close()
    assert at > 4


def _die(world: World, moment: str, at: int) -> Callable[[], int]:
    seen = 0

    def here(number: int) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            raise Death

    if moment == "before":
        world.before_transaction = here
    else:
        world.after_transaction = here
    return lambda: seen


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_death_during_a_rolling_update_makes_no_member_too_many(
    make_world: Callable[..., World], moment: str
) -> None:
    rolling = {"min_in_service": 2, "max_batch_size": 1, "pause_time": 0}
    at, came = 0, True
    while came:
        at += 3
        world = make_world(seed=at)
        world.eager = True
        with_users(world)
        stack = made(world, scaled({"min_size": 2, "rolling_updates": rolling}))
        count = _die(world, moment, at)
        update(world, stack, scaled({"min_size": 2, "rolling_updates": rolling}, value="2"))
        world.run()
        came = count() >= at
        story = f"death {at}: {world.story()}"
        assert world.state(stack) == "UPDATE_COMPLETE", story
        assert [item["value"] for item in world.cloud.objects.values()] == ["2", "2"], story
        world.close()
    assert at > 4


@pytest.mark.parametrize("seed", range(12))
def test_a_storm_of_signals_and_updates_leaves_a_group_as_it_must_be(
    make_world: Callable[..., World], seed: int
) -> None:
    """Engines die and freeze while signals, updates and marks come at any moment; in the end nothing is half done."""
    world = make_world(seed=seed, workers=3)
    with_users(world)
    dice = random.Random(seed)
    rolling = {"min_in_service": dice.randint(0, 2), "max_batch_size": dice.randint(1, 2), "pause_time": 0}
    policies = {"up": {"scaling_adjustment": 1}, "down": {"scaling_adjustment": -1}, "twice": {"scaling_adjustment": 2}}
    stack = made(world, scaled({"rolling_updates": rolling}, **policies))

    def die(number: int) -> None:
        if dice.random() < 0.03:
            raise Death

    world.before_transaction = world.after_transaction = die
    world.freezing = 0.01
    for step in range(12):
        until = world.database.transactions + dice.randint(0, 25)
        world.run(until=lambda until=until: world.database.transactions >= until or world.at_rest())
        match dice.choice(("signal", "signal", "signal", "update", "mark")):
            case "signal":
                signal(world, stack, dice.choice(sorted(policies)))
            case "update":
                update(world, stack, scaled({"rolling_updates": rolling}, value=str(step), **policies))
            case "mark":
                with contextlib.suppress(Conflict):
                    mark(world, child_of(world, stack).id, dice.choice(members(world, stack)), True)
    world.run()
    world.calm()
    update(world, stack, scaled({"rolling_updates": rolling}, value="last", **policies))
    world.run()
    story = world.story()
    assert world.state(stack) == "UPDATE_COMPLETE", story
    assert child_of(world, stack).status == "COMPLETE", story
    assert 1 <= len(members(world, stack)) <= 4, story
    assert [item["value"] for item in world.cloud.objects.values()] == ["last"] * len(members(world, stack)), story
    assert world.rows(stack)["g"].metadata["scaling_in_progress"] is False, story
    kinds = [kind for kind, _ in notices(world)]
    assert kinds.count("start") == kinds.count("end") + kinds.count("error"), story


def test_an_update_policy_may_give_numbers_as_text(world: World, identity: FakeIdentity) -> None:
    def group(value: str) -> dict[str, Any]:
        member = {"type": "Sim::Thing", "properties": {"fixed": value, "value": value}}
        policy = {"rolling_update": {"max_batch_size": "2", "min_in_service": "1"}}
        properties = {"count": 3, "resource_def": member}
        return {"g": {"type": "OS::Heat::ResourceGroup", "properties": properties, "update_policy": policy}}

    stack = made(world, group("1"))
    update(world, stack, group("2"))
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert [item["value"] for item in world.cloud.objects.values()] == ["2"] * 3


def test_a_notification_tells_of_the_stack_the_group_and_the_change(world: World, identity: FakeIdentity) -> None:
    stack = made(world, scaled())
    signal(world, stack, "up")
    world.run()
    rows = told_of_scaling(world)
    assert [row.event_type for row in rows] == ["orchestration.autoscaling.start", "orchestration.autoscaling.end"]
    payload = rows[1].payload
    assert payload["stack_identity"] == stack
    assert {key: payload[key] for key in ("stack_name", "tenant_id", "state", "tags", "groupname")} == {
        "stack_name": "stack",
        "tenant_id": "project",
        "state": "CREATE_COMPLETE",
        "tags": [],
        "groupname": child_of(world, stack).id,
    }
    assert (payload["adjustment_type"], payload["adjustment"], payload["capacity"]) == ("change_in_capacity", 1, 2)


def test_a_large_change_takes_no_more_statements_than_a_small_one(make_world: Callable[..., World]) -> None:
    counts = []
    for amount in (1, 200):
        world = make_world()
        with_users(world)
        stack = made(world, scaled({"max_size": 300}, more={"scaling_adjustment": amount}))
        with statements(world.database.engine) as seen:
            signal(world, stack, "more")
        counts.append(len(seen))
        world.run()
        assert len(members(world, stack)) == amount + 1
    assert counts[0] == counts[1]


def test_an_update_policy_that_depends_on_a_resource_is_refused(world: World) -> None:
    member = {"type": "Sim::Thing"}
    resources = {
        "size": {"type": "OS::Heat::Value", "properties": {"value": 2}},
        "g": {
            "type": "OS::Heat::ResourceGroup",
            "properties": {"count": 3, "resource_def": member},
            "update_policy": {"rolling_update": {"max_batch_size": {"get_attr": ["size", "value"]}}},
        },
    }
    with pytest.raises(InvalidTemplate, match=r"resources\.g\.update_policy: it must not depend on resources"):
        create(world, resources)
