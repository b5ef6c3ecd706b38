"""Groups: the template of the child for each count, removal and batch."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.errors import InvalidTemplate, LimitExceeded, StepFailed
from heat_mq.resources.kit import Call, Record
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.heat.resource_group import ResourceGroup


@dataclasses.dataclass
class Member:
    name: str
    reference_id: str

    def attribute(self, path: list[Any]) -> Any:
        return f"{self.name}:{'.'.join(str(step) for step in path)}"


class Child:
    """Fulfils ``heat_mq.resources.kit.call.ChildStacks``; an action takes one look. ``history`` keeps the templates."""

    def __init__(self) -> None:
        self.history: list[dict[str, Any]] = []
        self.busy = False
        self.gone = True
        self.fails = ""

    def create(self, child: dict[str, Any]) -> str:
        self.gone = False
        self.update("child", child)
        return "child"

    def existing(self) -> str | None:
        return None if self.gone else "child"

    def update(self, stack_id: str, child: dict[str, Any]) -> None:
        self.history.append(child["template"]["resources"])
        self.busy = True

    def delete(self, stack_id: str) -> bool:
        self.gone = True
        return False

    def state(self, stack_id: str) -> tuple[str, str, str] | None:
        if self.gone:
            return None
        if self.busy:
            self.busy = False
            return ("UPDATE", "IN_PROGRESS", "")
        return ("UPDATE", "FAILED", self.fails) if self.fails else ("UPDATE", "COMPLETE", "")

    def outputs(self, stack_id: str) -> dict[str, Any]:
        return {}

    def definitions(self, stack_id: str) -> dict[str, Any]:
        return dict(self.history[-1])

    def members(self, stack_id: str) -> list[Member]:
        return [Member(name, f"id-{name}") for name in self.history[-1]]


@pytest.fixture
def child() -> Child:
    return Child()


@pytest.fixture
def driver(child: Child) -> Driver:
    return Driver(None, FakeClock(), children=child)  # type: ignore[arg-type]


def of(count: int, value: str = "v", **more: Any) -> dict[str, Any]:
    definition = {"type": "T", "properties": {"value": f"{value}-%index%"}}
    return {"count": count, "resource_def": definition, **more}


def value_of(member: dict[str, Any]) -> str:
    return str(member["properties"]["value"].partition("-")[0])


def test_members_are_numbered_and_their_index_stands_in_values_at_any_depth(driver: Driver, child: Child) -> None:
    properties = {"list": ["a%index%", {"%index%": "x%index%y", "n": 3}], "none": None}
    driver.create(ResourceGroup, "group", {"count": 2, "resource_def": {"type": "T", "properties": properties}})
    assert child.history == [
        {
            name: {"type": "T", "properties": {"list": [f"a{name}", {"%index%": f"x{name}y", "n": 3}]}}
            for name in ("0", "1")
        }
    ]


def test_an_index_variable_in_the_type_is_refused(driver: Driver) -> None:
    with pytest.raises(InvalidTemplate, match="may not contain"):
        driver.create(ResourceGroup, "group", {"resource_def": {"type": "T%index%"}})


def test_the_highest_go_when_it_shrinks(driver: Driver, child: Child) -> None:
    group = driver.create(ResourceGroup, "group", of(3))
    driver.update(group, of(1))
    assert list(child.history[-1]) == ["0"]


def test_removed_names_are_not_used_again_and_a_reference_names_a_member(driver: Driver, child: Child) -> None:
    group = driver.create(ResourceGroup, "group", of(3))
    group = driver.update(group, of(3, removal_policies=[{"resource_list": ["0", "id-2"]}]))
    assert list(child.history[-1]) == ["1", "3", "4"]
    assert attribute(driver, group, "removed_rsrc_list") == ["0", "2"]
    group = driver.update(group, of(4, removal_policies=[{"resource_list": ["1"]}]))
    assert list(child.history[-1]) == ["3", "4", "5", "6"]
    changed = of(4, removal_policies=[{"resource_list": ["3"]}], removal_policies_mode="update")
    driver.update(group, changed)
    assert list(child.history[-1]) == ["0", "1", "2", "4"]


def test_attributes_are_of_the_group_of_a_member_or_of_all(driver: Driver) -> None:
    group = driver.create(ResourceGroup, "group", of(2))
    assert attribute(driver, group, "refs") == ["id-0", "id-1"]
    assert attribute(driver, group, "refs", 1) == "id-1"
    assert attribute(driver, group, "refs_map") == {"0": "id-0", "1": "id-1"}
    assert attribute(driver, group, "resource.1") == "id-1"
    assert attribute(driver, group, "resource.1.addresses", "net", 0) == "1:addresses.net.0"
    assert attribute(driver, group, "attributes", "name") == {"0": "0:name", "1": "1:name"}
    assert attribute(driver, group, "name") == ["0:name", "1:name"]
    with pytest.raises(KeyError, match="no member 7"):
        attribute(driver, group, "resource.7")


def test_a_batch_create_begins_empty_and_adds_so_many_at_a_time(driver: Driver, child: Child) -> None:
    driver.ports["policy"] = {"batch_create": {"max_batch_size": 2, "pause_time": 3}}
    began = driver.clock.monotonic()
    create(driver, of(3))
    assert [list(step) for step in child.history] == [[], ["0", "1"], ["0", "1", "2"]]
    assert driver.clock.monotonic() - began >= 6


def test_a_rolling_update_changes_the_members_batch_by_batch(driver: Driver, child: Child) -> None:
    group = create(driver, of(3))
    driver.ports["policy"] = {"rolling_update": {"max_batch_size": 2, "min_in_service": 0, "pause_time": 0}}
    child.history = child.history[-1:]
    update(driver, group, of(3, "new"))
    assert [{name: value_of(item) for name, item in step.items()} for step in child.history[1:]] == [
        {"0": "new", "1": "new", "2": "v"},
        {"0": "new", "1": "new", "2": "new"},
    ]


def test_a_rolling_update_that_must_keep_all_in_service_adds_spare_members(driver: Driver, child: Child) -> None:
    group = create(driver, of(2))
    driver.ports["policy"] = {"rolling_update": {"max_batch_size": 2, "min_in_service": 2, "pause_time": 0}}
    update(driver, group, of(2, "new"))
    assert [{name: value_of(item) for name, item in step.items()} for step in child.history[1:]] == [
        {"2": "new", "3": "new", "0": "v", "1": "v"},
        {"2": "new", "3": "new", "0": "new", "1": "new"},
        {"0": "new", "1": "new"},
    ]


def test_a_change_of_the_count_alone_is_not_rolling(driver: Driver, child: Child) -> None:
    group = create(driver, of(3))
    driver.ports["policy"] = {"rolling_update": {"max_batch_size": 1}}
    update(driver, group, of(5))
    assert [list(step) for step in child.history[1:]] == [["0", "1", "2", "3", "4"]]


def test_the_failure_of_the_child_is_the_groups_with_the_path_to_the_member(driver: Driver, child: Child) -> None:
    child.fails = "Resource CREATE failed: CloudQuota: resources.0: no more of it"
    with pytest.raises(StepFailed, match=r"resources\.0: no more of it") as caught:
        create(driver, of(1))
    assert (caught.value.fields["kind"], caught.value.fields["below"]) == ("CloudQuota", True)


def create(driver: Driver, raw: dict[str, Any]) -> Record:
    return driver.create(ResourceGroup, "group", raw)


def update(driver: Driver, group: Record, raw: dict[str, Any]) -> Record:
    return driver.update(group, raw)


def attribute(driver: Driver, group: Record, name: str, *path: Any) -> Any:
    call = Call(cloud=driver.cloud, clock=driver.clock, data=driver.data[group.id], children=driver.ports["children"])
    return ResourceGroup(group).attribute_at(call, name, path)


def test_more_members_than_a_stack_may_have_are_not_even_written_out(driver: Driver, child: Child) -> None:
    driver.ports["most_members"] = 10
    group = driver.create(ResourceGroup, "group", of(10))
    with pytest.raises(LimitExceeded, match="10 resources, not 1000000000 members"):
        driver.update(group, of(10**9))
    assert len(child.history) == 1
