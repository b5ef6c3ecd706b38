"""What the lives of Neutron's types have in common."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from heat_mq.resources.kit import registry
from heat_mq.resources.kit.testing import Driver
from tests.unit.resources.lives import Life as AnyLife
from tests.unit.resources.lives import Make

#: What lives say for the ids of an agent of that kind, and of a network with its only segment.
DHCP_AGENT, L3_AGENT, WIRE, SEGMENT = "a DHCP agent", "an L3 agent", "a wire", "its segment"
RENAMED = {"name": "renamed", "description": "other"}


class Life(AnyLife):
    def __init__(self, type_name: str, begin: Any, **more: Any) -> None:
        super().__init__(f"OS::Neutron::{type_name}", begin, services=("network",), **more)


def neutron(make: Make, type_name: str, **raw: Any) -> str:
    return make(f"OS::Neutron::{type_name}", **raw)


def wire(make: Make, *ports: str, **port: Any) -> tuple[str, ...]:
    """Ids of a subnet of the new network ``wired``, and of ports of these names there."""
    network = neutron(make, "Net", name="wired")
    subnet = neutron(make, "Subnet", network=network, cidr="10.55.0.0/24")
    return (subnet, *(neutron(make, "Port", network=network, name=name, **port) for name in ports))


def routed(make: Make, **router: Any) -> tuple[str, str]:
    """Ids of a router to the external network, and of a subnet that it is on."""
    (subnet,) = wire(make)
    id = neutron(make, "Router", external_gateway_info={"network": "public"}, **router)
    neutron(make, "RouterInterface", router=id, subnet=subnet)
    return id, subnet


@contextlib.contextmanager
def agents(driver: Driver) -> Iterator[Mapping[str, str]]:
    """Those that the cloud has: no type makes one."""
    found = {each["agent_type"]: str(each["id"]) for each in driver.cloud.service("network").each("/agents", "agents")}
    yield {word: found[kind] for word, kind in ((DHCP_AGENT, "DHCP agent"), (L3_AGENT, "L3 agent")) if kind in found}


@contextlib.contextmanager
def one_segment(driver: Driver) -> Iterator[Mapping[str, str]]:
    """A network of a VLAN: its segment comes with it, without a name."""
    wire = {"network_type": "vlan", "physical_network": "physnet1", "segmentation_id": "104"}
    network = driver.create(registry.get("OS::Neutron::ProviderNet"), "wire", wire)
    id = str(network.physical_id)
    (segment,) = driver.cloud.service("network").each("/segments", "segments", query={"network_id": id})
    yield {WIRE: id, SEGMENT: str(segment["id"])}
    driver.delete(network)
