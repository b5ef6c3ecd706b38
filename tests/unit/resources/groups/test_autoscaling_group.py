"""OS::Heat::AutoScalingGroup: its child for each change, and what it tells of its members."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from heat_mq.errors import ActionNotSupported, InvalidTemplate, LimitExceeded, StepFailed
from heat_mq.resources.groups.capacity import CHANGE
from heat_mq.resources.groups.scaling_group import ScalingGroup
from heat_mq.resources.kit import Call, Record
from heat_mq.resources.kit.scaling import Adjustment, Resize
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.heat.autoscaling_group import AutoScalingGroup
from heat_mq.template import UNKNOWN
from tests.unit.resources.groups.fakes import Child


def of(value: str = "old", **more: Any) -> dict[str, Any]:
    return {"min_size": 1, "max_size": 5, "resource": {"type": "T", "properties": {"v": value}}, **more}


def versions(child: dict[str, Any]) -> list[str]:
    return sorted(member["properties"]["v"] for member in child["template"]["resources"].values())


def call_of(driver: Driver, group: Record, **more: Any) -> Call:
    return Call(cloud=driver.cloud, clock=driver.clock, data=driver.data[group.id], **{**driver.ports, **more})


def adjust(driver: Driver, group: Record, amount: float, **more: Any) -> Resize | None:
    return AutoScalingGroup(group).adjust(call_of(driver, group), Adjustment("group", CHANGE, amount, **more))


def test_it_begins_with_the_least_or_the_desired_number_of_members(driver: Driver, child: Child) -> None:
    driver.create(AutoScalingGroup, "group", of(min_size=2))
    assert len(child.resources) == 2
    assert all(len(name) == 12 and name.isalnum() for name in child.resources)
    driver.ports["peers"].add("other", "a group", {})
    driver.create(AutoScalingGroup, "other", of(desired_capacity=3))
    assert len(child.resources) == 3


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"min_size": 6}, "min_size"),
        ({"desired_capacity": 6}, "desired_capacity"),
        ({"desired_capacity": 0}, "desired_capacity"),
        ({"min_size": -1}, "min_size"),
        ({"resource": {"properties": {}}}, "resource.type"),
        ({"rolling_updates": {"max_batch_size": 0}}, "rolling_updates.max_batch_size"),
    ],
)
def test_sizes_and_definitions_that_do_not_hold_are_refused(driver: Driver, wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidTemplate) as caught:
        driver.props(AutoScalingGroup, of(**wrong))
    assert any(problem.path.endswith(path) for problem in caught.value.problems)


def test_what_is_not_known_yet_is_not_judged() -> None:
    for name in ("min_size", "max_size", "desired_capacity", "resource"):
        assert list(AutoScalingGroup.validate({**of(desired_capacity=2), name: UNKNOWN})) == []
    assert AutoScalingGroup.preview_child({**of(), "resource": {"type": UNKNOWN}}) is None
    assert AutoScalingGroup.preview_child({**of(), "min_size": UNKNOWN}) is None


def test_an_empty_group_is_tried_with_one_member_and_shown_with_none() -> None:
    empty = of(min_size=0)
    trial, preview = AutoScalingGroup.trial_child(empty), AutoScalingGroup.preview_child(empty)
    assert trial is not None
    assert preview is not None
    assert len(trial["template"]["resources"]) == 1
    assert preview["template"]["resources"] == {}


def test_another_definition_changes_the_members_batch_by_batch(driver: Driver, child: Child) -> None:
    group = driver.create(AutoScalingGroup, "group", of(min_size=3))
    names = set(child.resources)
    child.history.clear()
    child.history.append({"template": {"resources": {name: of()["resource"] for name in names}}})
    driver.update(group, of("new", min_size=3))
    assert [versions(step) for step in child.history[1:4]] == [
        ["new", "old", "old"],
        ["new", "new", "old"],
        ["new", "new", "new"],
    ]
    assert set(child.resources) == names


def test_members_above_the_size_stay_and_the_oldest_go_when_many_must_be_in_service(
    driver: Driver, child: Child
) -> None:
    rolling = {"min_in_service": 2, "max_batch_size": 2, "pause_time": 0}
    group = driver.create(AutoScalingGroup, "group", of(min_size=2, rolling_updates=rolling))
    before = set(child.resources)
    driver.update(group, of("new", min_size=2, rolling_updates=rolling))
    sizes = [len(step["template"]["resources"]) for step in child.history]
    assert max(sizes) == 4
    assert versions(child.history[-1]) == ["new", "new"]
    assert not before & set(child.resources)


def test_pauses_come_between_batches_and_must_fit_into_the_action(driver: Driver, child: Child) -> None:
    rolling = {"min_in_service": 0, "max_batch_size": 1, "pause_time": 100}
    group = driver.create(AutoScalingGroup, "group", of(min_size=3, rolling_updates=rolling))
    began = driver.clock.monotonic()
    driver.update(group, of("new", min_size=3, rolling_updates=rolling))
    assert driver.clock.monotonic() - began >= 300
    long = {**rolling, "pause_time": 1800}
    group = driver.create(AutoScalingGroup, "group", of(min_size=3, rolling_updates=long))
    with pytest.raises(StepFailed, match="longer than the action may"):
        driver.update(group, of("new", min_size=3, rolling_updates=long))


def test_an_update_is_the_same_when_a_worker_dies_before_its_first_step_is_stored(driver: Driver, child: Child) -> None:
    rolling = {"min_in_service": 2, "max_batch_size": 1, "pause_time": 0}
    group = driver.create(AutoScalingGroup, "group", of(min_size=2, rolling_updates=rolling))
    driver.update(group, of("new", min_size=2, rolling_updates=rolling), lose=("update", "check_update"))
    assert versions(child.history[-1]) == ["new", "new"]


def test_an_adjustment_adds_new_members_and_takes_the_oldest(driver: Driver, child: Child) -> None:
    group = driver.create(AutoScalingGroup, "group", of(min_size=3))
    child.state("child")
    more = adjust(driver, group, 1, cooldown=7)
    assert more is not None
    assert (more.before, more.after, more.cooldown) == (3, 4, 7)
    assert set(child.resources) < set(more.child["template"]["resources"])
    group = dataclasses.replace(group, properties={**group.properties, "min_size": 1, "cooldown": 30})
    fewer = adjust(driver, group, -1)
    assert fewer is not None
    assert fewer.cooldown == 30
    assert list(fewer.child["template"]["resources"]) == child.oldest_first()[1:]


def test_members_keep_the_definition_that_they_have_when_the_size_changes(driver: Driver, child: Child) -> None:
    group = driver.create(AutoScalingGroup, "group", of())
    child.state("child")
    group = dataclasses.replace(group, properties={**group.properties, **of("new")})
    more = adjust(driver, group, 1)
    assert more is not None
    assert versions(more.child) == ["new", "old"]  # type: ignore[arg-type]


def test_what_has_failed_does_not_count_and_goes_first(driver: Driver, child: Child) -> None:
    group = driver.create(AutoScalingGroup, "group", of(min_size=1, desired_capacity=3))
    child.state("child")
    newest = child.oldest_first()[-1]
    child.rows[newest].status = "FAILED"
    fewer = adjust(driver, group, -1)
    assert fewer is not None
    assert (fewer.before, fewer.after) == (2, 1)
    assert list(fewer.child["template"]["resources"]) == [child.oldest_first()[1]]
    assert attribute(driver, group, "current_size") == 2


def test_nothing_is_adjusted_while_it_must_not_be(driver: Driver, child: Child) -> None:
    group = driver.create(AutoScalingGroup, "group", of())
    child.busy = True
    assert adjust(driver, group, 1) is None
    assert adjust(driver, dataclasses.replace(group, status="IN_PROGRESS"), 1) is None
    assert adjust(driver, dataclasses.replace(group, status="FAILED"), 1) is None
    assert adjust(driver, group, 0) is None
    cooling = {"cooldown_end": {"2999-01-01T00:00:00": "x"}}
    assert adjust(driver, dataclasses.replace(group, metadata=cooling), 1) is None
    assert adjust(driver, group, 1) is not None


def test_a_type_that_does_not_scale_says_so(driver: Driver) -> None:
    group = driver.create(AutoScalingGroup, "group", of())
    with pytest.raises(ActionNotSupported, match="no scaling group"):
        ScalingGroup(group).adjust(call_of(driver, group), Adjustment("group", CHANGE, 1))


def test_attributes_are_of_the_members_the_oldest_first(driver: Driver, child: Child) -> None:
    group = driver.create(AutoScalingGroup, "group", of(min_size=2))
    first, second = child.oldest_first()
    assert attribute(driver, group, "current_size") == 2
    assert attribute(driver, group, "refs") == [f"id-{first}", f"id-{second}"]
    assert attribute(driver, group, "refs", 1) == f"id-{second}"
    assert attribute(driver, group, "refs_map") == {first: f"id-{first}", second: f"id-{second}"}
    assert attribute(driver, group, "outputs", "ip", 0) == {first: f"{first}:ip.0", second: f"{second}:ip.0"}
    assert attribute(driver, group, "outputs_list", "ip") == [f"{first}:ip", f"{second}:ip"]
    assert attribute(driver, group, "resource.1.ip") == f"{second}:ip"
    assert attribute(driver, group, "resource.0") == f"id-{first}"
    with pytest.raises(KeyError, match="no member 5"):
        attribute(driver, group, "resource.5.ip")
    assert AutoScalingGroup.offers("resource.0.ip")
    assert not AutoScalingGroup.offers("nonsense")


def test_its_reference_is_the_id_of_the_nested_stack(driver: Driver) -> None:
    group = driver.create(AutoScalingGroup, "group", of())
    assert driver.reference(group) == "child"
    assert driver.reference(dataclasses.replace(group, physical_id=None)) == "group"


def test_a_suspend_waits_until_the_size_has_changed(driver: Driver, child: Child) -> None:
    group = driver.create(AutoScalingGroup, "group", of())
    child.busy = True
    call = call_of(driver, group)
    AutoScalingGroup(group).suspend(call)
    assert child.suspended == 0
    AutoScalingGroup(group).check_suspend(call)
    assert child.suspended == 1


def attribute(driver: Driver, group: Record, name: str, *path: Any) -> Any:
    return AutoScalingGroup(group).attribute_at(call_of(driver, group), name, path)


def test_more_members_than_a_stack_may_have_are_not_even_written_out(driver: Driver, child: Child) -> None:
    driver.ports["most_members"] = 3
    group = driver.create(AutoScalingGroup, "group", of(max_size=10**9))
    with pytest.raises(LimitExceeded, match="3 resources, not 1000000000 members"):
        adjust(driver, group, 10**9)
    with pytest.raises(LimitExceeded):
        driver.update(group, of(min_size=10**9, max_size=10**9))
    assert len(child.resources) == 1
