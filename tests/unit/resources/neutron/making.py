"""What the lives of Neutron's types have in common."""

from __future__ import annotations

from typing import Any

from tests.unit.resources.lives import Life as AnyLife
from tests.unit.resources.lives import Make

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
