"""Lives of the types of Neutron for firewalls and virtual private networks."""

from __future__ import annotations

from typing import Any

from tests.unit.resources.lives import Make, Raw, id_of
from tests.unit.resources.neutron.making import RENAMED, Life, neutron, routed

#: What Neutron says to a change of a VPN service that has no connection yet.
BUSY = "Invalid state PENDING_CREATE"


def firewall(make: Make) -> Raw:
    neutron(make, "FirewallPolicy", name="other-policy")
    neutron(make, "Router", name="inside")
    return {
        "name": "firewall",
        "description": "d",
        "admin_state_up": True,
        "firewall_policy_id": neutron(make, "FirewallPolicy", name="policy"),
        "value_specs": {"router_ids": []},
        "shared": True,
    }


def firewall_policy(make: Make) -> Raw:
    rules = [neutron(make, "FirewallRule"), neutron(make, "FirewallRule")]
    return {"name": "policy", "description": "d", "shared": True, "audited": True, "firewall_rules": rules}


def firewall_rule(make: Make) -> Raw:
    return {
        "name": "rule",
        "description": "d",
        "shared": True,
        "protocol": "tcp",
        "ip_version": "4",
        "source_ip_address": "10.0.0.0/8",
        "destination_ip_address": "192.0.2.0/24",
        "source_port": "1:1024",
        "destination_port": "80",
        "action": "deny",
        "enabled": True,
    }


OTHER_TRAFFIC = {
    "shared": False,
    "protocol": "udp",
    "source_ip_address": "2001:db8::/32",
    "destination_ip_address": "2001:db8:1::/48",
    "source_port": "1:2048",
    "destination_port": "53",
    "action": "allow",
    "enabled": False,
}


def vpn_service(make: Make) -> Raw:
    """Without description: Neutron changes nothing of it before it has a connection, and one of a name is known by
    its description."""
    router, subnet = routed(make)
    second = neutron(make, "Subnet", name="second", network="wired", cidr="10.56.0.0/24")
    neutron(make, "RouterInterface", router=router, subnet=second)
    return {"name": "vpn", "router": router, "subnet": subnet, "admin_state_up": True}


def described_vpn_service(make: Make) -> Raw:
    router, subnet = routed(make)
    return {"description": "d", "router": router, "subnet": subnet}


def ciphers(name: str, **more: Any) -> Any:
    values = {"auth_algorithm": "sha256", "encryption_algorithm": "aes-256-gcm-16", "pfs": "group14"}
    lifetime = {"units": "seconds", "value": 7200}
    return lambda make: {"name": name, "description": "d", **values, "lifetime": lifetime, **more}


def connection(make: Make) -> Raw:
    router, subnet = routed(make)
    raw = {
        "name": "connection",
        "description": "d",
        "vpnservice_id": neutron(make, "VPNService", router=router, subnet=subnet),
        "ikepolicy_id": neutron(make, "IKEPolicy", auth_algorithm="sha256"),
        "ipsecpolicy_id": neutron(make, "IPsecPolicy", auth_algorithm="sha256"),
        "peer_address": "198.51.100.1",
        "peer_id": "198.51.100.1",
        "peer_cidrs": ["10.77.0.0/24"],
        "mtu": 1400,
        "dpd": {"actions": "restart", "interval": 20, "timeout": 100},
        "psk": "very secret",
        "initiator": "response-only",
        "admin_state_up": True,
    }
    neutron(make, "IPsecSiteConnection", **{**raw, "name": "first", "peer_cidrs": ["10.78.0.0/24"]})
    return raw


LIVES = (
    Life(
        "Firewall",
        firewall,
        change={
            **RENAMED,
            "admin_state_up": False,
            "shared": False,
            "firewall_policy_id": id_of("other-policy"),
            "value_specs": {"router_ids": [id_of("inside")]},
        },
        shown={"name": "firewall", "description": "d", "status": "ACTIVE", "shared": True},
        changed={
            **RENAMED,
            "admin_state_up": False,
            "shared": False,
            "firewall_policy_id": id_of("other-policy"),
            "router_ids": [id_of("inside")],
            "status": "ACTIVE",
        },
    ),
    Life(
        "FirewallPolicy",
        firewall_policy,
        change={**RENAMED, "firewall_rules": [], "shared": False, "audited": False},
        shown={"name": "policy", "description": "d", "shared": True, "audited": True},
        changed={**RENAMED, "firewall_rules": [], "shared": False, "audited": False},
    ),
    Life(
        "FirewallRule",
        firewall_rule,
        change={**RENAMED, **OTHER_TRAFFIC, "ip_version": "6"},
        shown={"name": "rule", "description": "d", "protocol": "tcp", "ip_version": 4, "source_port": "1:1024"},
        changed={**RENAMED, **OTHER_TRAFFIC, "ip_version": 6},
    ),
    Life(
        "VPNService",
        vpn_service,
        replace={"subnet": "second"},
        shown={"name": "vpn", "admin_state_up": True, "status": "PENDING_CREATE"},
        refused={"name": ("renamed", BUSY), "admin_state_up": (False, BUSY)},
    ),
    Life(
        "VPNService",
        described_vpn_service,
        shown={"description": "d", "status": "PENDING_CREATE"},
        refused={"description": ("other", BUSY)},
        variant="with a description",
    ),
    Life(
        "IKEPolicy",
        ciphers("ike", ike_version="v2", phase1_negotiation_mode="main"),
        change={
            **RENAMED,
            "auth_algorithm": "sha512",
            "encryption_algorithm": "aes-128",
            "ike_version": "v1",
            "lifetime": {"units": "seconds", "value": 3601},
            "pfs": "group31",
        },
        shown={"name": "ike", "description": "d", "ike_version": "v2", "lifetime": {"units": "seconds", "value": 7200}},
        changed={
            **RENAMED,
            "auth_algorithm": "sha512",
            "encryption_algorithm": "aes-128",
            "ike_version": "v1",
            "lifetime": {"units": "seconds", "value": 3601},
        },
    ),
    Life(
        "IPsecPolicy",
        ciphers("ipsec", transform_protocol="ah", encapsulation_mode="transport"),
        change=RENAMED,
        replace={"pfs": "group2"},
        shown={"name": "ipsec", "description": "d", "transform_protocol": "ah", "encapsulation_mode": "transport"},
        changed=RENAMED,
    ),
    Life(
        "IPsecSiteConnection",
        connection,
        change={**RENAMED, "admin_state_up": False},
        replace={"mtu": 1300},
        shown={
            "name": "connection",
            "description": "d",
            "psk": "very secret",
            "dpd": {"action": "restart", "interval": 20, "timeout": 100},
        },
        changed={**RENAMED, "admin_state_up": False},
    ),
)
