"""Dependencies that no reference shows."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.resources.kit import Sibling, registry
from heat_mq.template.marks import UNKNOWN
from heat_mq.template.tree import ResourceReference as Ref

STACK = {
    "net": ("Net", {}),
    "other_net": ("Net", {}),
    "subnet": ("Subnet", {"network": Ref("net")}),
    "old_subnet": ("Subnet", {"network_id": Ref("net")}),
    "other_subnet": ("Subnet", {"network": Ref("other_net")}),
    "public_subnet": ("Subnet", {"network": "public"}),
    "port": ("Port", {"network": Ref("net")}),
    "port_on_subnet": ("Port", {"network_id": Ref("net"), "fixed_ips": [{"subnet_id": Ref("old_subnet")}]}),
    "unknown_port": ("Port", {"network": UNKNOWN, "fixed_ips": UNKNOWN}),
    "router": ("Router", {"external_gateway_info": {"network": "public"}}),
    "inner_router": ("Router", {}),
    "gateway": ("RouterGateway", {"router_id": Ref("inner_router"), "network_id": "public"}),
    "interface": ("RouterInterface", {"router": Ref("router"), "subnet": Ref("subnet")}),
    "old_interface": ("RouterInterface", {"router_id": Ref("inner_router"), "subnet_id": Ref("old_subnet")}),
    "other_interface": ("RouterInterface", {"router": Ref("router"), "subnet": Ref("other_subnet")}),
    "ip": ("FloatingIP", {"floating_network": "public"}),
    "ip_of_port": ("FloatingIP", {"floating_network_id": "public", "port_id": Ref("port")}),
    "ip_elsewhere": ("FloatingIP", {"floating_network": "elsewhere", "port_id": Ref("port_on_subnet")}),
    "association": ("FloatingIPAssociation", {"floatingip_id": Ref("ip"), "port_id": Ref("port")}),
    "group": ("SecurityGroup", {}),
    "forward": ("FloatingIPPortForward", {"floating_ip": Ref("ip"), "internal_port": Ref("port")}),
    "route": ("ExtraRoute", {"router_id": Ref("router")}),
    "routes": ("ExtraRouteSet", {"router": Ref("inner_router")}),
    "vpn": ("VPNService", {"router": Ref("router"), "subnet": Ref("subnet")}),
    "old_vpn": ("VPNService", {"router_id": Ref("inner_router"), "subnet_id": Ref("old_subnet")}),
}


def dependencies(name: str, stack: dict[str, tuple[str, Any]]) -> set[str]:
    siblings = {key: Sibling(key, f"OS::Neutron::{kind}", values) for key, (kind, values) in stack.items()}
    me = siblings.pop(name)
    return set(registry.get(me.type).hidden_dependencies(me, list(siblings.values())))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("net", set()),
        ("subnet", set()),
        ("group", set()),
        ("port", {"subnet", "old_subnet"}),
        ("port_on_subnet", {"subnet", "old_subnet"}),
        ("unknown_port", set()),
        ("router", {"public_subnet"}),
        ("inner_router", set()),
        ("gateway", {"public_subnet", "old_interface"}),
        ("ip", {"router", "gateway"}),
        ("ip_of_port", {"router", "gateway", "interface", "old_interface"}),
        ("ip_elsewhere", {"old_interface"}),
        ("association", {"interface", "old_interface"}),
        ("forward", {"interface", "old_interface"}),
        ("route", {"interface", "other_interface"}),
        ("routes", {"gateway", "old_interface"}),
        ("vpn", {"interface", "other_interface"}),
        ("old_vpn", {"gateway", "old_interface"}),
    ],
)
def test_what_must_be_there_first(name: str, expected: set[str]) -> None:
    assert dependencies(name, STACK) == expected
