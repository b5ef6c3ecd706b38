"""Networks and routers on the agents that the template names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.clients.cloud import Cloud
from heat_mq.resources.kit import registry
from heat_mq.resources.kit.testing import Driver

KINDS = pytest.mark.parametrize(
    ("type_name", "key", "kind", "more"),
    [
        ("OS::Neutron::Net", "dhcp_agent_ids", "DHCP agent", {}),
        ("OS::Neutron::Router", "l3_agent_ids", "L3 agent", {"ha": True}),
    ],
)
PATHS = {"DHCP agent": "/networks/{}/dhcp-agents", "L3 agent": "/routers/{}/l3-agents"}


@pytest.fixture
def administrator(cloud_of: Callable[[str], Cloud], cloud_clock: Any) -> Driver:
    return Driver(cloud_of("admin"), cloud_clock)


def ids(driver: Driver, kind: str, path: str = "/agents") -> list[str]:
    agents = driver.cloud.service("network").each(path, "agents")
    return sorted(each["id"] for each in agents if each["agent_type"] == kind)


@KINDS
def test_exactly_those_agents_serve_it_that_the_template_names(
    administrator: Driver, type_name: str, key: str, kind: str, more: dict[str, Any]
) -> None:
    one, other = ids(administrator, kind)
    record = administrator.create(registry.get(type_name), "thing", {**more, key: [one]})
    serving = PATHS[kind].format(record.physical_id)
    assert ids(administrator, kind, serving) == [one]
    for wanted in ([one, other], [other], []):
        record = administrator.update(record, {**more, key: wanted})
        assert ids(administrator, kind, serving) == wanted


def test_the_agent_of_a_router_that_has_only_one_is_exchanged(administrator: Driver) -> None:
    one, other = ids(administrator, "L3 agent")
    record = administrator.create(registry.get("OS::Neutron::Router"), "thing", {"l3_agent_ids": [one]})
    record = administrator.update(record, {"l3_agent_ids": [other]})
    assert ids(administrator, "L3 agent", PATHS["L3 agent"].format(record.physical_id)) == [other]
