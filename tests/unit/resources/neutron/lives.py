"""Lives of the types of Neutron that an administrator or an operator's service makes possible."""

from __future__ import annotations

from typing import Any

from tests.unit.resources.lives import Make, Raw
from tests.unit.resources.neutron.core_lives import LIVES as CORE
from tests.unit.resources.neutron.making import RENAMED, Life, neutron, routed, wire

SOMEBODY = "alt_demo"  # a project that need not be there
TARGETS = ("0123456789abcdef0123456789abcdef", "f" * 32)  # these neither


def two_policies(make: Make) -> str:
    neutron(make, "QoSPolicy", name="other-policy")
    return neutron(make, "QoSPolicy")


def rule(**raw: Any) -> Any:
    return lambda make: {"policy": two_policies(make), **raw}


def trunk(make: Make) -> Raw:
    _, parent, *_ = wire(make, "parent", "sub-a", "sub-b", "sub-c")
    sub_ports = [sub_port("sub-a", 11), sub_port("sub-b", 12)]
    return {"name": "trunk", "description": "d", "port": parent, "sub_ports": sub_ports, "admin_state_up": True}


def sub_port(port: str, vlan: int) -> Raw:
    return {"port": port, "segmentation_type": "vlan", "segmentation_id": vlan}


def pool(make: Make) -> Raw:
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


def forwarding(make: Make) -> Raw:
    _, subnet = routed(make)
    address = {"subnet": subnet, "ip_address": "10.55.0.20"}
    port = neutron(make, "Port", network="wired", name="inside", fixed_ips=[address])
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


def firewall(make: Make) -> Raw:
    return {
        "name": "firewall",
        "description": "d",
        "admin_state_up": True,
        "firewall_policy_id": neutron(make, "FirewallPolicy"),
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


def vpn_service(make: Make) -> Raw:
    """Without description: Neutron changes nothing of it before it has a connection."""
    router, subnet = routed(make)
    second = neutron(make, "Subnet", name="second", network="wired", cidr="10.56.0.0/24")
    neutron(make, "RouterInterface", router=router, subnet=second)
    return {"name": "vpn", "router": router, "subnet": subnet, "admin_state_up": True}


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


def classifier(make: Make) -> Raw:
    _, source, destination = wire(make, "source", "destination")
    return {
        "name": "classifier",
        "description": "d",
        "protocol": "tcp",
        "ethertype": "IPv4",
        "source_ip_prefix": "10.55.0.0/24",
        "destination_ip_prefix": "10.56.0.0/24",
        "source_port_range_min": 1024,
        "source_port_range_max": 2048,
        "destination_port_range_min": 80,
        "destination_port_range_max": 81,
        "logical_source_port": source,
        "logical_destination_port": destination,
        "l7_parameters": {},
    }


def pair(make: Make) -> Raw:
    _, ingress, egress, _ = wire(make, "in", "out", "other-port", device_id="function")
    parameters = {"correlation": "mpls"}
    return {
        "name": "pair",
        "description": "d",
        "ingress": ingress,
        "egress": egress,
        "service_function_parameters": parameters,
    }


def group(make: Make) -> Raw:
    _, a, b = wire(make, "a", "b", device_id="function")
    for name, ports in (("pair-a", (a, b)), ("pair-b", (b, a))):
        neutron(make, "PortPair", name=name, ingress=ports[0], egress=ports[1])
    return {"name": "group", "description": "d", "port_pairs": ["pair-a"]}


def chain(make: Make) -> Raw:
    pair_id = neutron(make, "PortPair", **{key: value for key, value in pair(make).items() if key != "name"})
    neutron(make, "PortPairGroup", name="group", port_pairs=[pair_id])
    for name in ("one", "other"):
        protocol = {"one": "tcp", "other": "udp"}[name]
        neutron(make, "FlowClassifier", name=name, logical_source_port="in", protocol=protocol)
    parameters = {"correlation": "mpls", "symmetric": True}
    return {
        "name": "chain",
        "description": "d",
        "port_pair_groups": ["group"],
        "flow_classifiers": ["one"],
        "chain_parameters": parameters,
    }


def two_nets(make: Make) -> None:
    for name in ("net-a", "net-b"):
        neutron(make, "Net", name=name)


def l2_devices(vlan: str) -> list[Raw]:
    interfaces = [{"name": name, "segmentation_id": [vlan]} for name in ("eth0", "eth1")]
    return [{"device_name": "switch", "interfaces": interfaces}]


def l2_connection(make: Make) -> Raw:
    two_nets(make)
    devices = [{"device_name": "switch", "interfaces": [{"name": "eth0"}]}]
    gateway = neutron(make, "L2Gateway", name="gateway", devices=devices)
    return {"l2_gateway_id": gateway, "network_id": "net-a", "segmentation_id": "7"}


def network_gateway(make: Make) -> Raw:
    two_nets(make)
    connected = [{"network": "net-a", "segmentation_type": "vlan", "segmentation_id": 5}]
    return {"name": "gateway", "devices": [{"id": "d1", "interface_name": "eth0"}], "connections": connected}


def tap_service(make: Make) -> Raw:
    _, port, _ = wire(make, "tapped", "other-port")
    return {"name": "taps", "description": "d", "port": port}


def tap_flow(make: Make) -> Raw:
    port = tap_service(make)["port"]
    service = neutron(make, "TaaS::TapService", port="other-port")
    ranges = "1-5,9"
    return {
        "name": "flow",
        "description": "d",
        "port": port,
        "tap_service": service,
        "direction": "IN",
        "vlan_filter": ranges,
    }


LIMITS = ("subnet", "network", "floatingip", "security_group_rule", "security_group", "router", "port", "subnetpool")

LIVES = (
    *CORE,
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
        change={"max_kbps": 2000, "direction": "ingress"},
        replace={"policy": "other-policy"},
        shown={"max_kbps": 1000, "max_burst_kbps": 100, "direction": "egress"},
        changed={"max_kbps": 2000, "max_burst_kbps": 100, "direction": "ingress"},
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
        change={"min_kbps": 2000},
        replace={"policy": "other-policy"},
        shown={"min_kbps": 1000, "direction": "ingress"},
        changed={"min_kbps": 2000, "direction": "ingress"},
    ),
    Life(
        "QoSMinimumPacketRateRule",
        rule(min_kpps=1000, direction="any", tenant_id=SOMEBODY),
        change={"min_kpps": 2000, "direction": "egress"},
        replace={"policy": "other-policy"},
        shown={"min_kpps": 1000, "direction": "any"},
        changed={"min_kpps": 2000, "direction": "egress"},
    ),
    Life(
        "Trunk",
        trunk,
        change={**RENAMED, "sub_ports": [sub_port("sub-b", 11), sub_port("sub-c", 13)], "admin_state_up": False},
        shown={"name": "trunk", "description": "d", "admin_state_up": True},
        changed={**RENAMED, "admin_state_up": False},
    ),
    Life(
        "SubnetPool",
        pool,
        change={"name": "wider", "prefixes": ["10.8.0.0/16", "10.9.0.0/16"], "is_default": True, "tags": ["c"]},
        replace={"shared": False},
        shown={"name": "pool", "prefixes": ["10.8.0.0/16"], "default_quota": 512, "shared": True, "tags": ["a", "b"]},
        changed={"name": "wider", "prefixes": ["10.8.0.0/15"], "is_default": True, "tags": ["c"]},
    ),
    Life(
        "AddressScope",
        lambda make: {"name": "scope", "shared": False, "tenant_id": "demo", "ip_version": 4},
        change={"name": "renamed", "shared": True},
        replace={"ip_version": 6},
        shown={"name": "scope", "shared": False, "ip_version": 4},
        changed={"name": "renamed", "shared": True},
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
        "Segment",
        segment,
        change=RENAMED,
        replace={"network": "elsewhere"},
        shown={"name": "segment", "description": "d", "network_type": "vlan", "segmentation_id": 201},
        changed=RENAMED,
    ),
    Life(
        "ProviderNet",
        provider_net,
        change={"name": "renamed", "segmentation_id": "102", "shared": True, "router_external": True, "tags": ["c"]},
        replace={"tenant_id": "demo", "segmentation_id": "103"},
        shown={"name": "wire", "provider:segmentation_id": 101, "shared": False, "tags": ["a", "b"]},
        changed={"name": "renamed", "provider:segmentation_id": 102, "router:external": True, "tags": ["c"]},
    ),
    Life(
        "Quota",
        lambda make: {"project": "demo", "rbac_policy": 3, **dict.fromkeys(LIMITS, 7)},
        change={"port": -1, "router": 8},
        replace={"project": "admin"},
        shown={"rbac_policy": 3, **dict.fromkeys(LIMITS, 7)},
        changed={"rbac_policy": 3, "port": -1, "router": 8, "subnet": 7},
        can_be_gone=False,
    ),
    Life(
        "FloatingIPPortForward",
        forwarding,
        change={"external_port": 2223, "internal_port_number": 23, "protocol": "udp"},
        replace={"floating_ip": "172.24.4.77"},
        shown={"external_port": 2222, "internal_port": 22, "protocol": "tcp", "internal_ip_address": "10.55.0.20"},
        changed={"external_port": 2223, "internal_port": 23, "protocol": "udp"},
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
    Life(
        "Firewall",
        firewall,
        change={**RENAMED, "admin_state_up": False, "shared": False},
        shown={"name": "firewall", "description": "d", "status": "ACTIVE", "shared": True},
        changed={**RENAMED, "admin_state_up": False, "shared": False, "status": "ACTIVE"},
    ),
    Life(
        "FirewallPolicy",
        firewall_policy,
        change={**RENAMED, "firewall_rules": [], "shared": False, "audited": True},
        shown={"name": "policy", "description": "d", "shared": True},
        changed={**RENAMED, "firewall_rules": [], "shared": False},
    ),
    Life(
        "FirewallRule",
        firewall_rule,
        change={**RENAMED, "protocol": "udp", "action": "allow", "enabled": False, "destination_port": "53"},
        shown={"name": "rule", "description": "d", "protocol": "tcp", "ip_version": 4, "source_port": "1:1024"},
        changed={**RENAMED, "protocol": "udp", "action": "allow", "enabled": False, "destination_port": "53"},
    ),
    Life(
        "VPNService",
        vpn_service,
        replace={"subnet": "second"},
        shown={"name": "vpn", "admin_state_up": True, "status": "PENDING_CREATE"},
    ),
    Life(
        "IKEPolicy",
        ciphers("ike", ike_version="v2", phase1_negotiation_mode="main"),
        change={
            **RENAMED,
            "auth_algorithm": "sha512",
            "lifetime": {"units": "seconds", "value": 3601},
            "pfs": "group31",
        },
        shown={"name": "ike", "description": "d", "ike_version": "v2", "lifetime": {"units": "seconds", "value": 7200}},
        changed={**RENAMED, "auth_algorithm": "sha512", "lifetime": {"units": "seconds", "value": 3601}},
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
    Life(
        "FlowClassifier",
        classifier,
        change=RENAMED,
        replace={"protocol": "udp"},
        shown={"name": "classifier", "description": "d", "protocol": "tcp", "destination_port_range_max": 81},
        changed=RENAMED,
    ),
    Life(
        "PortPair",
        pair,
        change=RENAMED,
        replace={"service_function_parameters": {"correlation": None}},
        shown={"name": "pair", "description": "d", "service_function_parameters": {"correlation": "mpls"}},
        changed=RENAMED,
    ),
    Life(
        "PortPairGroup",
        group,
        change={**RENAMED, "port_pairs": ["pair-b", "pair-a"]},
        shown={"name": "group", "description": "d"},
        changed=RENAMED,
    ),
    Life(
        "PortChain",
        chain,
        change={**RENAMED, "flow_classifiers": ["other"]},
        replace={"chain_parameters": {"correlation": "mpls", "symmetric": False}},
        shown={"name": "chain", "chain_parameters": {"correlation": "mpls", "symmetric": True}},
        changed=RENAMED,
    ),
    Life(
        "L2Gateway",
        lambda make: {"name": "gateway", "devices": l2_devices("5")},
        change={"name": "renamed", "devices": l2_devices("6")},
        shown={"name": "gateway"},
        changed={"name": "renamed"},
    ),
    Life("L2GatewayConnection", l2_connection, replace={"segmentation_id": "8"}, shown={"segmentation_id": 7}),
    Life(
        "NetworkGateway",
        network_gateway,
        change={
            "name": "renamed",
            "devices": [{"id": "d2", "interface_name": "eth1"}],
            "connections": [{"network": "net-b"}],
        },
        shown={"name": "gateway", "devices": [{"id": "d1", "interface_name": "eth0"}]},
        changed={"name": "renamed", "devices": [{"id": "d2", "interface_name": "eth1"}]},
    ),
    Life(
        "TaaS::TapService",
        tap_service,
        change=RENAMED,
        replace={"port": "other-port"},
        shown={"name": "taps", "description": "d"},
        changed=RENAMED,
    ),
    Life(
        "TaaS::TapFlow",
        tap_flow,
        change=RENAMED,
        replace={"direction": "OUT"},
        shown={"name": "flow", "description": "d", "direction": "IN", "vlan_filter": "1-5,9"},
        changed=RENAMED,
    ),
)
