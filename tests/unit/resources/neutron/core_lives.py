"""Lives of the types of Neutron that nearly every stack has."""

from __future__ import annotations

from tests.unit.resources.lives import Make, Raw, id_of
from tests.unit.resources.neutron.making import (
    DHCP_AGENT,
    RENAMED,
    SEGMENT,
    WIRE,
    Life,
    agents,
    neutron,
    one_segment,
    wire,
)

GROUPS = ("web", "mail")


def net(make: Make) -> Raw:
    neutron(make, "QoSPolicy", name="other-policy")
    return {
        "name": "net",
        "admin_state_up": True,
        "shared": True,
        "port_security_enabled": True,
        "qos_policy": neutron(make, "QoSPolicy"),
        "dns_domain": "example.org.",
        "availability_zone_hints": ["nova"],
        "dhcp_agent_ids": [DHCP_AGENT],
        "value_specs": {"description": "d"},
        "tags": ["b", "a"],
    }


def subnet(make: Make) -> Raw:
    return {
        "name": "subnet",
        "network": neutron(make, "Net"),
        "tenant_id": "alt_demo",
        "ip_version": 4,
        "cidr": "10.60.0.0/24",
        "gateway_ip": "10.60.0.254",
        "enable_dhcp": False,
        "allocation_pools": [{"start": "10.60.0.10", "end": "10.60.0.20"}],
        "dns_nameservers": ["192.0.2.1", "192.0.2.2"],
        "host_routes": [{"destination": "10.61.0.0/24", "nexthop": "10.60.0.9"}],
        "value_specs": {"description": "d"},
        "tags": ["b", "a"],
    }


def subnet_of_pool(make: Make) -> Raw:
    return {
        "network": neutron(make, "Net"),
        "subnetpool": neutron(make, "SubnetPool", name="pool", prefixes=["2001:db8::/48"], default_prefixlen=64),
        "prefixlen": 64,
        "ip_version": 6,
        "ipv6_ra_mode": "dhcpv6-stateful",
        "ipv6_address_mode": "dhcpv6-stateful",
    }


def port(make: Make) -> Raw:
    (subnet,) = wire(make)
    for name in GROUPS:
        neutron(make, "SecurityGroup", name=name)
    neutron(make, "QoSPolicy", name="other-policy")
    return {
        "name": "port",
        "network": "wired",
        "fixed_ips": [{"subnet": subnet, "ip_address": "10.55.0.20"}],
        "mac_address": "fa:16:3e:00:00:77",
        "security_groups": [GROUPS[0]],
        "allowed_address_pairs": [{"ip_address": "10.55.0.99", "mac_address": "fa:16:3e:00:00:78"}],
        "device_id": "share",
        "device_owner": "manila:share",
        "binding:vnic_type": "normal",
        "admin_state_up": True,
        "port_security_enabled": True,
        "qos_policy": neutron(make, "QoSPolicy"),
        "dns_name": "host",
        "propagate_uplink_status": False,
        "value_specs": {"description": "d"},
        "tags": ["b", "a"],
    }


def bare_port(make: Make) -> Raw:
    """It has nothing that needs an address or filters traffic."""
    wire(make)
    return {"network": "wired", "no_fixed_ips": True, "port_security_enabled": True, "security_groups": []}


def group(make: Make) -> Raw:
    neutron(make, "SecurityGroup", name="friends")  # with the first one a project gets its default group
    return {
        "name": "group",
        "description": "d",
        "rules": [
            {"protocol": "tcp", "port_range_min": 80, "port_range_max": 80, "remote_ip_prefix": "10.0.0.0/8"},
            {"protocol": "udp", "direction": "egress", "remote_mode": "remote_group_id"},
            {"ethertype": "IPv6", "remote_mode": "remote_group_id", "remote_group_id": "friends"},
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


def rule_of_groups(make: Make) -> Raw:
    for name in GROUPS:
        neutron(make, "SecurityGroup", name=name)
    return {"security_group": GROUPS[0], "remote_group": GROUPS[1], "ethertype": "IPv6", "protocol": "udp"}


LIVES = (
    Life(
        "Net",
        net,
        change={
            "name": "renamed",
            "shared": False,
            "admin_state_up": False,
            "port_security_enabled": False,
            "qos_policy": "other-policy",
            "dns_domain": "example.com.",
            "dhcp_agent_ids": [],
            "value_specs": {"description": "other"},
            "tags": ["c"],
        },
        replace={"tenant_id": "alt_demo"},
        shown={"name": "net", "description": "d", "shared": True, "dns_domain": "example.org.", "tags": ["a", "b"]},
        changed={
            **RENAMED,
            "shared": False,
            "admin_state_up": False,
            "port_security_enabled": False,
            "qos_policy_id": id_of("other-policy"),
            "dns_domain": "example.com.",
            "tags": ["c"],
        },
        ground=agents,
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
        shown={"name": "subnet", "description": "d", "gateway_ip": "10.60.0.254", "tenant_id": "alt_demo"},
        changed={**RENAMED, "gateway_ip": "10.60.0.253", "enable_dhcp": True, "host_routes": [], "tags": ["c"]},
    ),
    Life(
        "Subnet",
        subnet_of_pool,
        change={"name": "renamed"},
        replace={"prefixlen": 72, "ipv6_ra_mode": None},
        shown={"subnetpool_id": id_of("pool"), "ip_version": 6, "cidr": "2001:db8::/64"}
        | {"ipv6_ra_mode": "dhcpv6-stateful", "ipv6_address_mode": "dhcpv6-stateful"},
        changed={"name": "renamed"},
        variant="of IPv6 out of a pool",
    ),
    Life(
        "Subnet",
        lambda make: {"network": WIRE, "cidr": "10.60.0.0/24"},
        change={"segment": SEGMENT},
        shown={"cidr": "10.60.0.0/24"},
        changed={"segment_id": SEGMENT},
        changes_back=False,  # Neutron takes no subnet away from its segment
        variant="on a segment",
        ground=one_segment,
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
            "device_id": "other-share",
            "device_owner": "manila:other",
            "binding:vnic_type": "macvtap",
            "qos_policy": "other-policy",
            "dns_name": "other",
            "value_specs": {"description": "other"},
            "tags": ["c"],
        },
        replace={"mac_address": "fa:16:3e:00:00:79"},
        shown={
            "name": "port",
            "description": "d",
            "mac_address": "fa:16:3e:00:00:77",
            "device_id": "share",
            "dns_name": "host",
            "propagate_uplink_status": False,
        },
        changed={
            **RENAMED,
            "admin_state_up": False,
            "allowed_address_pairs": [],
            "device_id": "other-share",
            "device_owner": "manila:other",
            "binding:vnic_type": "macvtap",
            "qos_policy_id": id_of("other-policy"),
            "dns_name": "other",
            "tags": ["c"],
        },
        refused={"propagate_uplink_status": (True, "read-only attribute propagate_uplink_status")},
    ),
    Life(
        "Port",
        bare_port,
        change={"no_fixed_ips": False, "fixed_ips": [{"ip_address": "10.55.0.20"}], "port_security_enabled": False},
        shown={"fixed_ips": [], "port_security_enabled": True, "security_groups": []},
        changed={"port_security_enabled": False},
        variant="without an address",
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
    Life(
        "SecurityGroupRule",
        rule_of_groups,
        replace={"remote_group": GROUPS[0]},
        shown={"protocol": "udp", "ethertype": "IPv6", "remote_group_id": id_of(GROUPS[1]), "remote_ip_prefix": None},
        variant="of two groups",
    ),
)
