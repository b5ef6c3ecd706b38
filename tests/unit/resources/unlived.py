"""Properties that no life gives, and those that can be updated in place and no life changes, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Reasons = Mapping[str, Mapping[str, str]]
"""Type, path of the property, and why."""

OPEN: Final = "not yet lived"

#: Barbican dropped orders of certificates, and what is left of them in the simulated one knows stored keys alone.
NO_AUTHORITY: Final = "there is no authority that certificates could be asked of"

UNLIVED: Final[Reasons] = {
    "OS::Barbican::Order": {
        "ca_id": NO_AUTHORITY,
        "profile": NO_AUTHORITY,
        "request_data": NO_AUTHORITY,
    },
    "OS::Neutron::FloatingIP": {
        "floating_subnet": OPEN,
        "fixed_ip_address": OPEN,
        "floating_ip_address": OPEN,
    },
    "OS::Neutron::Net": {
        "dhcp_agent_ids": OPEN,
    },
    "OS::Neutron::Port": {
        "device_id": OPEN,
        "device_owner": OPEN,
        "propagate_uplink_status": OPEN,
        "no_fixed_ips": OPEN,
    },
    "OS::Neutron::Router": {
        "external_gateway_info.external_fixed_ips": OPEN,
        "external_gateway_info.external_fixed_ips.*.ip_address": OPEN,
        "external_gateway_info.external_fixed_ips.*.subnet": OPEN,
        "l3_agent_ids": OPEN,
    },
    "OS::Neutron::RouterInterface": {
        "port": OPEN,
    },
    "OS::Neutron::SecurityGroup": {
        "rules.*.ethertype": OPEN,
        "rules.*.remote_ip_prefix": OPEN,
        "rules.*.remote_group_id": OPEN,
    },
    "OS::Neutron::SecurityGroupRule": {
        "remote_group": OPEN,
    },
    "OS::Neutron::Subnet": {
        "subnetpool": OPEN,
        "prefixlen": OPEN,
        "ip_version": OPEN,
        "tenant_id": OPEN,
        "ipv6_ra_mode": OPEN,
        "ipv6_address_mode": OPEN,
        "segment": OPEN,
    },
    "OS::Neutron::VPNService": {
        "description": OPEN,
    },
}

UNCHANGED: Final[Reasons] = {
    "OS::Glance::WebImage": {
        "protected": "an image that is protected cannot be deleted, as most of a life's tests do; it has a test apart",
    },
    "OS::Neutron::Firewall": {
        "firewall_policy_id": OPEN,
        "value_specs": OPEN,
    },
    "OS::Neutron::FirewallPolicy": {
        "audited": OPEN,
    },
    "OS::Neutron::FirewallRule": {
        "destination_ip_address": OPEN,
        "ip_version": OPEN,
        "shared": OPEN,
        "source_ip_address": OPEN,
        "source_port": OPEN,
    },
    "OS::Neutron::FloatingIP": {
        "dns_domain": OPEN,
        "dns_name": OPEN,
        "fixed_ip_address": OPEN,
    },
    "OS::Neutron::FloatingIPAssociation": {
        "floatingip_id": OPEN,
    },
    "OS::Neutron::FloatingIPPortForward": {
        "internal_ip_address": OPEN,
        "internal_port": OPEN,
    },
    "OS::Neutron::IKEPolicy": {
        "encryption_algorithm": OPEN,
        "ike_version": OPEN,
    },
    "OS::Neutron::Net": {
        "dhcp_agent_ids": OPEN,
        "dns_domain": OPEN,
        "qos_policy": OPEN,
    },
    "OS::Neutron::Port": {
        "binding:vnic_type": OPEN,
        "device_id": OPEN,
        "device_owner": OPEN,
        "no_fixed_ips": OPEN,
        "port_security_enabled": OPEN,
        "propagate_uplink_status": OPEN,
        "qos_policy": OPEN,
    },
    "OS::Neutron::PortChain": {
        "port_pair_groups": OPEN,
    },
    "OS::Neutron::ProviderNet": {
        "admin_state_up": OPEN,
        "availability_zone_hints": OPEN,
        "dns_domain": OPEN,
        "network_type": OPEN,
        "physical_network": OPEN,
        "port_security_enabled": OPEN,
    },
    "OS::Neutron::QoSBandwidthLimitRule": {
        "max_burst_kbps": OPEN,
    },
    "OS::Neutron::QoSMinimumBandwidthRule": {
        "direction": OPEN,
    },
    "OS::Neutron::Quota": {
        "floatingip": OPEN,
        "network": OPEN,
        "rbac_policy": OPEN,
        "security_group": OPEN,
        "security_group_rule": OPEN,
        "subnet": OPEN,
        "subnetpool": OPEN,
    },
    "OS::Neutron::Router": {
        "availability_zone_hints": OPEN,
        "l3_agent_ids": OPEN,
    },
    "OS::Neutron::Subnet": {
        "segment": OPEN,
    },
    "OS::Neutron::SubnetPool": {
        "address_scope": OPEN,
        "default_prefixlen": OPEN,
        "default_quota": OPEN,
        "max_prefixlen": OPEN,
        "min_prefixlen": OPEN,
    },
    "OS::Neutron::VPNService": {
        "admin_state_up": OPEN,
        "description": OPEN,
        "name": OPEN,
    },
    "OS::Octavia::AvailabilityZone": {
        "name": OPEN,
    },
    "OS::Octavia::L7Rule": {
        "admin_state_up": OPEN,
    },
    "OS::Octavia::Listener": {
        "default_tls_container_ref": OPEN,
    },
}
