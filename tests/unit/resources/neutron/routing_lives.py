"""Lives of the types of Neutron that lead packets between networks, and count them."""

from __future__ import annotations

from typing import Any

from tests.unit.resources.lives import Make, Raw, id_of
from tests.unit.resources.neutron.making import L3_AGENT, RENAMED, Life, agents, neutron, routed, wire


def interface(make: Make) -> Raw:
    (subnet,) = wire(make)
    neutron(make, "Router", name="other")
    return {"router": neutron(make, "Router"), "subnet": subnet}


def outside(address: str, **more: Any) -> Raw:
    """A gateway of a router."""
    return {"network": "public", "external_fixed_ips": [{"subnet": "public-subnet", "ip_address": address}], **more}


def gateway(make: Make) -> Raw:
    for name in ("router", "other"):
        neutron(make, "Router", name=name)
    return {"router_id": "router", "network": "public"}


def floating_ip(make: Make) -> Raw:
    _, subnet = routed(make)
    for name, address in (("a", "10.55.0.20"), ("b", "10.55.0.21")):
        neutron(make, "Port", network="wired", fixed_ips=[{"subnet": subnet, "ip_address": address}], name=name)
    return {
        "floating_network": "public",
        "floating_subnet": "public-subnet",
        "port_id": "a",
        "fixed_ip_address": "10.55.0.20",
        "dns_name": "host",
        "dns_domain": "example.org.",
    }


def association(make: Make) -> Raw:
    _, subnet = routed(make)
    address = {"subnet": subnet, "ip_address": "10.55.0.20"}
    neutron(make, "Port", network="wired", fixed_ips=[{"subnet": subnet}], name="other-port")
    neutron(make, "FloatingIP", floating_network="public", floating_ip_address="172.24.4.79")
    return {
        "floatingip_id": neutron(make, "FloatingIP", floating_network="public"),
        "port_id": neutron(make, "Port", network="wired", fixed_ips=[address]),
        "fixed_ip_address": "10.55.0.20",
    }


def forwarding(make: Make) -> Raw:
    _, subnet = routed(make)
    address = {"subnet": subnet, "ip_address": "10.55.0.20"}
    port = neutron(make, "Port", network="wired", name="inside", fixed_ips=[address])
    other = {"subnet": subnet, "ip_address": "10.55.0.21"}
    neutron(make, "Port", network="wired", name="other-inside", fixed_ips=[other])
    neutron(make, "FloatingIP", floating_network="public", floating_ip_address="172.24.4.77")
    return {
        "floating_ip": neutron(make, "FloatingIP", floating_network="public"),
        "external_port": 2222,
        "internal_port": port,
        "internal_port_number": 22,
        "internal_ip_address": "10.55.0.20",
        "protocol": "tcp",
    }


def routes(make: Make) -> tuple[str, str]:
    """A router with an interface, and another one named ``other`` on the same subnet."""
    router, subnet = routed(make)
    other = neutron(make, "Router", name="other")
    port = neutron(make, "Port", network="wired", fixed_ips=[{"subnet": subnet, "ip_address": "10.55.0.2"}])
    neutron(make, "RouterInterface", router=other, port=port)
    return router, subnet


def route(destination: str, nexthop: str = "10.55.0.9") -> Raw:
    return {"destination": destination, "nexthop": nexthop}


def extra_route(make: Make) -> Raw:
    return {"router_id": routes(make)[0], **route("10.99.0.0/24")}


def extra_routes(make: Make) -> Raw:
    return {"router": routes(make)[0], "routes": [route("10.99.0.0/24"), route("10.98.0.0/24")]}


def metering_rule(make: Make) -> Raw:
    label = neutron(make, "MeteringLabel")
    return {"metering_label_id": label, "remote_ip_prefix": "10.0.0.0/8", "direction": "egress", "excluded": True}


LIVES = (
    Life(
        "Router",
        lambda make: {
            "name": "router",
            "external_gateway_info": outside("172.24.4.80", enable_snat=False),
            "admin_state_up": True,
            "distributed": False,
            "ha": False,
            "availability_zone_hints": ["nova"],
            "l3_agent_ids": [L3_AGENT],
            "value_specs": {"description": "d"},
            "tags": ["b", "a"],
        },
        change={
            "name": "renamed",
            "external_gateway_info": outside("172.24.4.81", enable_snat=True),
            "admin_state_up": False,
            "l3_agent_ids": [],
            "value_specs": {"description": "other"},
            "tags": ["c"],
        },
        replace={"tenant_id": "alt_demo", "external_gateway_info": {"network": "public"}},
        shown={"name": "router", "description": "d", "admin_state_up": True, "distributed": False, "tags": ["a", "b"]},
        changed={**RENAMED, "admin_state_up": False, "tags": ["c"]},
        refused={"availability_zone_hints": (["elsewhere"], "read-only attribute availability_zone_hints")},
        ground=agents,
    ),
    Life(
        "RouterInterface",
        interface,
        replace={"router": "other"},
        shown={"device_owner": "network:router_interface"},
        comes_back_alike=False,  # by another port
    ),
    Life("RouterGateway", gateway, replace={"router_id": "other"}),
    Life(
        "FloatingIP",
        floating_ip,
        change={"port_id": "b", "fixed_ip_address": "10.55.0.21"},
        replace={"value_specs": {"description": "other"}},
        shown={"port_id": id_of("a"), "fixed_ip_address": "10.55.0.20"},
        changed={"port_id": id_of("b"), "fixed_ip_address": "10.55.0.21"},
        refused={
            "dns_name": ("other", "read-only attribute dns_name"),
            "dns_domain": ("example.com.", "read-only attribute dns_domain"),
        },
    ),
    Life(
        "FloatingIP",
        lambda make: {"floating_network": "public", "floating_ip_address": "172.24.4.78"},
        replace={"value_specs": {"description": "other"}},
        shown={"floating_ip_address": "172.24.4.78"},
        comes_back_alike=False,  # the port that it has outside is another one
        variant="of an address",
    ),
    Life(
        "FloatingIPAssociation",
        association,
        change={"floatingip_id": id_of("172.24.4.79"), "port_id": "other-port", "fixed_ip_address": None},
        shown={"fixed_ip_address": "10.55.0.20"},
        changed={"floating_ip_address": "172.24.4.79", "port_id": id_of("other-port")},
        can_be_gone=False,
    ),
    Life(
        "FloatingIPPortForward",
        forwarding,
        change={
            "external_port": 2223,
            "internal_port": "other-inside",
            "internal_ip_address": "10.55.0.21",
            "internal_port_number": 23,
            "protocol": "udp",
        },
        replace={"floating_ip": "172.24.4.77"},
        shown={"external_port": 2222, "internal_port": 22, "protocol": "tcp", "internal_ip_address": "10.55.0.20"},
        changed={
            "external_port": 2223,
            "internal_port_id": id_of("other-inside"),
            "internal_ip_address": "10.55.0.21",
            "internal_port": 23,
            "protocol": "udp",
        },
    ),
    Life(
        "ExtraRoute",
        extra_route,
        replace={"nexthop": "10.55.0.10"},
        shown={"routes": [route("10.99.0.0/24")]},
        can_be_gone=False,
    ),
    Life(
        "ExtraRouteSet",
        extra_routes,
        change={"routes": [route("10.98.0.0/24"), route("10.97.0.0/24")]},
        replace={"router": "other"},
        shown={"routes": [route("10.98.0.0/24"), route("10.99.0.0/24")]},
        changed={"routes": [route("10.97.0.0/24"), route("10.98.0.0/24")]},
        can_be_gone=False,
    ),
    Life(
        "MeteringLabel",
        lambda make: {"name": "label", "shared": True},
        replace={"description": "d"},
        shown={"name": "label", "shared": True},
    ),
    Life(
        "MeteringRule",
        metering_rule,
        replace={"remote_ip_prefix": "10.0.0.0/9"},
        shown={"remote_ip_prefix": "10.0.0.0/8", "direction": "egress", "excluded": True},
    ),
)
