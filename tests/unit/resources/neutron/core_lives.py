"""Lives of the types of Neutron that nearly every stack has."""

from __future__ import annotations

from tests.unit.resources.lives import Make, Raw
from tests.unit.resources.neutron.making import RENAMED, Life, neutron, wire

GROUPS = ("web", "mail")


def net(make: Make) -> Raw:
    return {
        "name": "net",
        "admin_state_up": True,
        "shared": True,
        "port_security_enabled": True,
        "qos_policy": neutron(make, "QoSPolicy"),
        "dns_domain": "example.org.",
        "availability_zone_hints": ["nova"],
        "value_specs": {"description": "d"},
        "tags": ["b", "a"],
    }


def subnet(make: Make) -> Raw:
    return {
        "name": "subnet",
        "network": neutron(make, "Net"),
        "cidr": "10.60.0.0/24",
        "gateway_ip": "10.60.0.254",
        "enable_dhcp": False,
        "allocation_pools": [{"start": "10.60.0.10", "end": "10.60.0.20"}],
        "dns_nameservers": ["192.0.2.1", "192.0.2.2"],
        "host_routes": [{"destination": "10.61.0.0/24", "nexthop": "10.60.0.9"}],
        "value_specs": {"description": "d"},
        "tags": ["b", "a"],
    }


def port(make: Make) -> Raw:
    (subnet,) = wire(make)
    for name in GROUPS:
        neutron(make, "SecurityGroup", name=name)
    return {
        "name": "port",
        "network": "wired",
        "fixed_ips": [{"subnet": subnet, "ip_address": "10.55.0.20"}],
        "mac_address": "fa:16:3e:00:00:77",
        "security_groups": [GROUPS[0]],
        "allowed_address_pairs": [{"ip_address": "10.55.0.99", "mac_address": "fa:16:3e:00:00:78"}],
        "binding:vnic_type": "normal",
        "admin_state_up": True,
        "port_security_enabled": True,
        "qos_policy": neutron(make, "QoSPolicy"),
        "dns_name": "host",
        "value_specs": {"description": "d"},
        "tags": ["b", "a"],
    }


def group(make: Make) -> Raw:
    neutron(make, "SecurityGroup")  # with the first one a project gets its default group
    return {
        "name": "group",
        "description": "d",
        "rules": [
            {"protocol": "tcp", "port_range_min": 80, "port_range_max": 80},
            {"protocol": "udp", "direction": "egress", "remote_mode": "remote_group_id"},
        ],
        "stateful": True,
    }


def group_rule(make: Make) -> Raw:
    for name in GROUPS:
        neutron(make, "SecurityGroup", name=name)
    return {
        "security_group": GROUPS[0],
        "description": "d",
        "direction": "ingress",
        "ethertype": "IPv4",
        "protocol": "tcp",
        "port_range_min": 80,
        "port_range_max": 81,
        "remote_ip_prefix": "10.0.0.0/8",
    }


LIVES = (
    Life(
        "Net",
        net,
        change={
            "name": "renamed",
            "shared": False,
            "admin_state_up": False,
            "port_security_enabled": False,
            "value_specs": {"description": "other"},
            "tags": ["c"],
        },
        replace={"tenant_id": "alt_demo"},
        shown={"name": "net", "description": "d", "shared": True, "dns_domain": "example.org.", "tags": ["a", "b"]},
        changed={**RENAMED, "shared": False, "admin_state_up": False, "port_security_enabled": False, "tags": ["c"]},
    ),
    Life(
        "Subnet",
        subnet,
        change={
            "name": "renamed",
            "gateway_ip": "10.60.0.253",
            "enable_dhcp": True,
            "allocation_pools": [{"start": "10.60.0.10", "end": "10.60.0.30"}],
            "dns_nameservers": ["192.0.2.3"],
            "host_routes": [],
            "value_specs": {"description": "other"},
            "tags": ["c"],
        },
        replace={"allocation_pools": [{"start": "10.60.1.10", "end": "10.60.1.20"}], "cidr": "10.60.1.0/24"}
        | {"gateway_ip": "10.60.1.1", "host_routes": None},
        shown={"name": "subnet", "description": "d", "gateway_ip": "10.60.0.254", "enable_dhcp": False},
        changed={**RENAMED, "gateway_ip": "10.60.0.253", "enable_dhcp": True, "host_routes": [], "tags": ["c"]},
    ),
    Life(
        "Port",
        port,
        change={
            "name": "renamed",
            "fixed_ips": [{"ip_address": "10.55.0.21"}],
            "security_groups": [GROUPS[1]],
            "allowed_address_pairs": None,
            "admin_state_up": False,
            "dns_name": "other",
            "value_specs": {"description": "other"},
            "tags": ["c"],
        },
        replace={"mac_address": "fa:16:3e:00:00:79"},
        shown={"name": "port", "description": "d", "mac_address": "fa:16:3e:00:00:77", "dns_name": "host"},
        changed={**RENAMED, "admin_state_up": False, "allowed_address_pairs": [], "dns_name": "other", "tags": ["c"]},
    ),
    Life(
        "SecurityGroup",
        group,
        change={
            **RENAMED,
            "rules": [{"protocol": "tcp", "port_range_min": 81, "port_range_max": 81, "description": "d"}],
            "stateful": False,
        },
        shown={"name": "group", "description": "d", "stateful": True},
        changed={**RENAMED, "stateful": False},
    ),
    Life(
        "SecurityGroupRule",
        group_rule,
        replace={"description": "other"},
        shown={"protocol": "tcp", "port_range_min": 80, "port_range_max": 81, "description": "d"},
    ),
)
