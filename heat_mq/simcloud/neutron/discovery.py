"""What the network service says about itself: versions, extensions, availability zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

routes = Routes()

# Alias to name of what this Neutron can do: clients look here before they use an attribute or a path.
EXTENSIONS = {
    "address-scope": "Address scope",
    "agent": "agent",
    "allowed-address-pairs": "Allowed Address Pairs",
    "auto-allocated-topology": "Auto Allocated Topology Services",
    "availability_zone": "Availability Zone",
    "binding": "Port Binding",
    "default-subnetpools": "Default Subnetpools",
    "dhcp_agent_scheduler": "DHCP Agent Scheduler",
    "dns-integration": "DNS Integration",
    "dvr": "Distributed Virtual Router",
    "ext-gw-mode": "Neutron L3 Configurable external gateway mode",
    "external-net": "Neutron external network",
    "extra_dhcp_opt": "Neutron Extra DHCP options",
    "extraroute": "Neutron Extra Route",
    "extraroute-atomic": "Atomically add/remove extra routes",
    "fip-port-details": "Floating IP Port Details Extension",
    "floating-ip-port-forwarding": "Floating IP Port Forwarding",
    "fwaas": "Firewall service",
    "ip_allocation": "IP Allocation",
    "l2-gateway": "L2 Gateway",
    "l2-gateway-connection": "L2 Gateway Connection",
    "l2_adjacency": "L2 Adjacency",
    "l3-ha": "HA Router extension",
    "l3_agent_scheduler": "L3 Agent Scheduler",
    "metering": "Neutron Metering",
    "net-mtu": "Network MTU",
    "net-mtu-writable": "Network MTU (writable)",
    "network-gateway": "Network Gateway",
    "network_availability_zone": "Network Availability Zone",
    "pagination": "Pagination support",
    "port-security": "Port Security",
    "project-id": "project_id field enabled",
    "provider": "Provider Network",
    "qos": "Quality of Service",
    "qos-bw-limit-direction": "Direction for QoS bandwidth limit rule",
    "qos-bw-minimum-ingress": "Ingress direction for QoS minimum bandwidth rule",
    "qos-default": "QoS default policy",
    "qos-fip": "Floating IP QoS",
    "qos-pps-minimum": "QoS minimum packet rate rule",
    "quota_details": "Quota details management support",
    "quotas": "Quota management support",
    "rbac-address-scope": "Add address_scope type to RBAC",
    "rbac-policies": "RBAC Policies",
    "rbac-security-groups": "Add security_group type to network RBAC",
    "rbac-subnetpool": "Add subnetpool type to RBAC",
    "router": "Neutron L3 Router",
    "router_availability_zone": "Router Availability Zone",
    "security-group": "security-group",
    "security-groups-normalized-cidr": "Normalized CIDR field for security group rules",
    "segment": "Segment",
    "sfc": "Service Function Chaining",
    "sorting": "Sorting support",
    "standard-attr-description": "standard-attr-description",
    "standard-attr-revisions": "Resource revision numbers",
    "standard-attr-segment": "standard-attr-segment",
    "standard-attr-tag": "Tag support for resources with standard attributes",
    "standard-attr-timestamp": "Resource timestamps",
    "stateful-security-group": "Stateful security group",
    "subnet-dns-publish-fixed-ip": "Subnet DNS publish fixed IP",
    "subnet-service-types": "Subnet service types",
    "subnet_allocation": "Subnet Allocation",
    "taas": "Neutron Tap as a Service",
    "trunk": "Trunk Extension",
    "uplink-status-propagation": "Port Uplink Status Propagation",
    "vlan-transparent": "Vlantransparent",
    "vpnaas": "VPN service",
}


@routes.get("", public=True)
def list_versions(service: Network, call: Call) -> Document:
    link = {"rel": "self", "href": f"{service.url()}/v2.0/"}
    return {"versions": [{"id": "v2.0", "status": "CURRENT", "links": [link]}]}


@routes.get("/v2.0", public=True)
def list_resources(service: Network, call: Call) -> Document:
    return {
        "resources": [
            {
                "name": kind.singular,
                "collection": kind.plural,
                "links": [{"rel": "self", "href": f"{service.url()}{kind.where()}"}],
            }
            for kind in service.kinds.values()
        ]
    }


@routes.get("/v2.0/extensions")
def list_extensions(service: Network, call: Call) -> Document:
    return {"extensions": [_extension(alias) for alias in EXTENSIONS]}


@routes.get("/v2.0/extensions/{alias}")
def show_extension(service: Network, call: Call, alias: str) -> Document:
    if alias not in EXTENSIONS:
        raise not_found(f"Extension with alias {alias} does not exist")
    return {"extension": _extension(alias)}


@routes.get("/v2.0/availability_zones")
def list_zones(service: Network, call: Call) -> Document:
    zones = [{"name": "nova", "resource": resource, "state": "available"} for resource in ("network", "router")]
    return {"availability_zones": zones}


def _extension(alias: str) -> Document:
    name = EXTENSIONS[alias]
    return {"alias": alias, "name": name, "description": name, "updated": "2026-01-01T00:00:00-00:00", "links": []}
