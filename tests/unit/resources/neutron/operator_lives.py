"""Lives of the types of Neutron with which an administrator shapes and limits what projects have."""

from __future__ import annotations

from typing import Any

from tests.unit.resources.lives import Make, Raw, id_of
from tests.unit.resources.neutron.making import RENAMED, Life, neutron

SOMEBODY = "alt_demo"  # a project that need not be there
TARGETS = ("0123456789abcdef0123456789abcdef", "f" * 32)  # these neither
LIMITS = ("subnet", "network", "floatingip", "security_group_rule", "security_group", "router", "port", "subnetpool")


def two_policies(make: Make) -> str:
    neutron(make, "QoSPolicy", name="other-policy")
    return neutron(make, "QoSPolicy")


def rule(**raw: Any) -> Any:
    return lambda make: {"policy": two_policies(make), **raw}


def pool(make: Make) -> Raw:
    neutron(make, "AddressScope", name="other-scope", shared=True)
    return {
        "name": "pool",
        "prefixes": ["10.8.0.0/16"],
        "address_scope": neutron(make, "AddressScope", shared=True),
        "default_quota": 512,
        "default_prefixlen": 26,
        "min_prefixlen": 24,
        "max_prefixlen": 28,
        "is_default": False,
        "shared": True,
        "tags": ["b", "a"],
        "tenant_id": SOMEBODY,
    }


def provider_net(make: Make) -> Raw:
    return {
        "name": "wire",
        "network_type": "vlan",
        "physical_network": "physnet1",
        "segmentation_id": "101",
        "admin_state_up": True,
        "shared": False,
        "router_external": False,
        "port_security_enabled": True,
        "dns_domain": "example.org.",
        "availability_zone_hints": ["nova"],
        "tags": ["b", "a"],
        "tenant_id": SOMEBODY,
    }


def segment(make: Make) -> Raw:
    wired = {"network_type": "vlan", "physical_network": "physnet1", "segmentation_id": 201}
    neutron(make, "Net", name="elsewhere")
    return {"network": neutron(make, "Net"), "name": "segment", "description": "d", **wired}


LIVES = (
    Life(
        "ProviderNet",
        provider_net,
        change={
            "name": "renamed",
            "segmentation_id": "102",
            "admin_state_up": False,
            "shared": True,
            "router_external": True,
            "port_security_enabled": False,
            "dns_domain": "example.com.",
            "tags": ["c"],
        },
        replace={"tenant_id": "demo", "segmentation_id": "103"},
        shown={"name": "wire", "provider:segmentation_id": 101, "shared": False, "tags": ["a", "b"]},
        changed={
            "name": "renamed",
            "provider:segmentation_id": 102,
            "admin_state_up": False,
            "router:external": True,
            "port_security_enabled": False,
            "dns_domain": "example.com.",
            "tags": ["c"],
        },
        refused={
            "network_type": ("vxlan", "does not support updating"),
            "physical_network": ("physnet2", "does not support updating"),
            "availability_zone_hints": (["elsewhere"], "read-only attribute availability_zone_hints"),
        },
    ),
    Life(
        "Segment",
        segment,
        change=RENAMED,
        replace={"network": "elsewhere"},
        shown={"name": "segment", "description": "d", "network_type": "vlan", "segmentation_id": 201},
        changed=RENAMED,
    ),
    Life(
        "SubnetPool",
        pool,
        change={
            "name": "other",
            "address_scope": "other-scope",
            "default_quota": 1024,
            "default_prefixlen": 25,
            "min_prefixlen": 23,
            "max_prefixlen": 27,
            "is_default": True,
            "tags": ["c"],
        },
        replace={"shared": False},
        shown={"name": "pool", "prefixes": ["10.8.0.0/16"], "default_quota": 512, "shared": True, "tags": ["a", "b"]},
        changed={
            "name": "other",
            "address_scope_id": id_of("other-scope"),
            "default_quota": 1024,
            "is_default": True,
            "tags": ["c"],
        },
    ),
    Life(
        "SubnetPool",
        pool,
        change={"prefixes": ["10.8.0.0/16", "10.9.0.0/16"]},
        shown={"prefixes": ["10.8.0.0/16"]},
        changed={"prefixes": ["10.8.0.0/15"]},
        changes_back=False,  # Neutron takes no prefix away
        variant="that grows",
    ),
    Life(
        "AddressScope",
        lambda make: {"name": "scope", "shared": False, "tenant_id": "demo", "ip_version": 4},
        change={"name": "renamed", "shared": True},
        replace={"ip_version": 6},
        shown={"name": "scope", "shared": False, "ip_version": 4},
        changed={"name": "renamed", "shared": True},
        changes_back=False,  # Neutron takes back no scope that it shares
    ),
    Life(
        "RBACPolicy",
        lambda make: {
            "object_type": "network",
            "object_id": neutron(make, "Net"),
            "action": "access_as_shared",
            "target_tenant": TARGETS[0],
            "tenant_id": "demo",
        },
        change={"target_tenant": TARGETS[1]},
        replace={"tenant_id": SOMEBODY},
        shown={"action": "access_as_shared", "target_tenant": TARGETS[0], "object_type": "network"},
        changed={"target_tenant": TARGETS[1]},
    ),
    Life(
        "Quota",
        lambda make: {"project": "demo", "rbac_policy": 3, **dict.fromkeys(LIMITS, 7)},
        change={**dict.fromkeys(LIMITS, 9), "rbac_policy": 4, "port": -1, "router": 8},
        replace={"project": "admin"},
        shown={"rbac_policy": 3, **dict.fromkeys(LIMITS, 7)},
        changed={**dict.fromkeys(LIMITS, 9), "rbac_policy": 4, "port": -1, "router": 8},
        can_be_gone=False,
    ),
    Life(
        "QoSPolicy",
        lambda make: {"name": "policy", "description": "d", "shared": True, "tenant_id": SOMEBODY},
        change={**RENAMED, "shared": False},
        replace={"tenant_id": "demo"},
        shown={"name": "policy", "description": "d", "shared": True, "project_id": SOMEBODY},
        changed={**RENAMED, "shared": False},
    ),
    Life(
        "QoSBandwidthLimitRule",
        rule(max_kbps=1000, max_burst_kbps=100, direction="egress", tenant_id=SOMEBODY),
        change={"max_kbps": 2000, "max_burst_kbps": 200, "direction": "ingress"},
        replace={"policy": "other-policy"},
        shown={"max_kbps": 1000, "max_burst_kbps": 100, "direction": "egress"},
        changed={"max_kbps": 2000, "max_burst_kbps": 200, "direction": "ingress"},
    ),
    Life(
        "QoSDscpMarkingRule",
        rule(dscp_mark=8, tenant_id=SOMEBODY),
        change={"dscp_mark": 10},
        replace={"tenant_id": "demo"},
        shown={"dscp_mark": 8},
        changed={"dscp_mark": 10},
    ),
    Life(
        "QoSMinimumBandwidthRule",
        rule(min_kbps=1000, direction="ingress", tenant_id=SOMEBODY),
        change={"min_kbps": 2000, "direction": "egress"},
        replace={"policy": "other-policy"},
        shown={"min_kbps": 1000, "direction": "ingress"},
        changed={"min_kbps": 2000, "direction": "egress"},
    ),
    Life(
        "QoSMinimumPacketRateRule",
        rule(min_kpps=1000, direction="any", tenant_id=SOMEBODY),
        change={"min_kpps": 2000, "direction": "egress"},
        replace={"policy": "other-policy"},
        shown={"min_kpps": 1000, "direction": "any"},
        changed={"min_kpps": 2000, "direction": "egress"},
    ),
)
