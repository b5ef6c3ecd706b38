"""OS::Heat::ResourceChain."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.resources.kit import Call, Record
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.heat.resource_chain import ResourceChain
from heat_mq.template import UNKNOWN
from tests.unit.resources.groups.fakes import Child


@pytest.fixture
def child() -> Child:
    return Child()


@pytest.fixture
def driver(child: Child) -> Driver:
    return Driver(None, FakeClock(), children=child)  # type: ignore[arg-type]


def attribute(driver: Driver, chain: Record, name: str, *path: Any) -> Any:
    call = Call(cloud=driver.cloud, clock=driver.clock, **driver.ports)
    return ResourceChain(chain).attribute_at(call, name, path)


def test_members_come_one_after_the_other_with_the_same_properties(driver: Driver, child: Child) -> None:
    driver.create(ResourceChain, "chain", {"resources": ["A", "B", "A"], "resource_properties": {"p": 1}})
    assert child.resources == {
        "0": {"type": "A", "properties": {"p": 1}},
        "1": {"type": "B", "properties": {"p": 1}, "depends_on": ["0"]},
        "2": {"type": "A", "properties": {"p": 1}, "depends_on": ["1"]},
    }


def test_concurrent_members_have_no_order(driver: Driver, child: Child) -> None:
    driver.create(ResourceChain, "chain", {"resources": ["A", "B"], "concurrent": True})
    assert child.resources == {"0": {"type": "A"}, "1": {"type": "B"}}


def test_the_types_can_be_changed(driver: Driver, child: Child) -> None:
    chain = driver.create(ResourceChain, "chain", {"resources": ["A"]})
    driver.update(chain, {"resources": ["A", "B"]})
    assert list(child.resources) == ["0", "1"]


def test_attributes_are_of_a_member_or_of_all_in_order(driver: Driver) -> None:
    chain = driver.create(ResourceChain, "chain", {"resources": ["A"] * 11})
    assert attribute(driver, chain, "refs", 10) == "id-10"
    assert attribute(driver, chain, "attributes", "ip")["2"] == "2:ip"
    assert attribute(driver, chain, "ip")[2] == "2:ip"
    assert attribute(driver, chain, "resource.3.ip") == "3:ip"
    assert attribute(driver, chain, "resource.3") == "id-3"


def test_what_is_not_known_yet_is_not_previewed() -> None:
    for name in ("resources", "resource_properties", "concurrent"):
        props = {"resources": ["A"], "resource_properties": {}, "concurrent": False, name: UNKNOWN}
        assert ResourceChain.preview_child(props) is None
