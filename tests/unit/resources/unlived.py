"""Properties that no life gives, and those that can be updated in place and no life changes, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Reasons = Mapping[str, Mapping[str, str]]
"""Type, path of the property, and why."""

OPEN: Final = "not yet lived"

UNLIVED: Final[Reasons] = {
    "AWS::EC2::Instance": {
        "SecurityGroupIds": OPEN,
    },
    "AWS::IAM::User": {
        "Groups": OPEN,
        "LoginProfile": OPEN,
        "LoginProfile.Password": OPEN,
    },
    "OS::Barbican::CertificateContainer": {
        "name": OPEN,
    },
    "OS::Barbican::GenericContainer": {
        "name": OPEN,
    },
    "OS::Barbican::Order": {
        "name": OPEN,
        "request_type": OPEN,
        "subject_dn": OPEN,
        "source_container_ref": OPEN,
        "ca_id": OPEN,
        "profile": OPEN,
        "request_data": OPEN,
        "pass_phrase": OPEN,
    },
    "OS::Barbican::RSAContainer": {
        "name": OPEN,
    },
    "OS::Barbican::Secret": {
        "name": OPEN,
    },
    "OS::Cinder::Volume": {
        "snapshot_id": OPEN,
        "backup_id": OPEN,
        "scheduler_hints": OPEN,
    },
    "OS::Glance::WebImage": {
        "id": OPEN,
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
    "OS::Nova::Flavor": {
        "disk": OPEN,
        "swap": OPEN,
        "ephemeral": OPEN,
        "rxtx_factor": OPEN,
    },
    "OS::Nova::KeyPair": {
        "user": OPEN,
    },
    "OS::Nova::Server": {
        "block_device_mapping_v2.*.device_name": OPEN,
        "networks.*.port_extra_properties.mac_address": OPEN,
        "networks.*.port_extra_properties.allowed_address_pairs.*.mac_address": OPEN,
        "networks.*.port_extra_properties.binding:vnic_type": OPEN,
        "networks.*.port_extra_properties.qos_policy": OPEN,
        "networks.*.port_extra_properties.propagate_uplink_status": OPEN,
        "networks.*.port_extra_properties.no_fixed_ips": OPEN,
        "reservation_id": OPEN,
        "deployment_swift_data": OPEN,
        "deployment_swift_data.container": OPEN,
        "deployment_swift_data.object": OPEN,
    },
    "OS::Nova::ServerGroup": {
        "name": OPEN,
        "rules": OPEN,
        "rules.max_server_per_host": OPEN,
    },
    "OS::Swift::Container": {
        "X-Account-Meta": OPEN,
    },
}

UNCHANGED: Final[Reasons] = {
    "AWS::EC2::Instance": {
        "NetworkInterfaces": OPEN,
        "SubnetId": OPEN,
    },
    "OS::Cinder::Quota": {
        "backup_gigabytes": OPEN,
        "backups": OPEN,
    },
    "OS::Cinder::Volume": {
        "backup_id": OPEN,
    },
    "OS::Cinder::VolumeAttachment": {
        "instance_uuid": OPEN,
        "mountpoint": OPEN,
        "volume_id": OPEN,
    },
    "OS::Glance::WebImage": {
        "kernel_id": OPEN,
        "owner": OPEN,
        "protected": OPEN,
        "ramdisk_id": OPEN,
    },
    "OS::Keystone::Endpoint": {
        "enabled": OPEN,
    },
    "OS::Keystone::Group": {
        "domain": OPEN,
    },
    "OS::Keystone::GroupRoleAssignment": {
        "group": OPEN,
    },
    "OS::Keystone::Project": {
        "domain": OPEN,
    },
    "OS::Keystone::User": {
        "domain": OPEN,
    },
    "OS::Keystone::UserRoleAssignment": {
        "user": OPEN,
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
    "OS::Nova::HostAggregate": {
        "hosts": OPEN,
    },
    "OS::Nova::Quota": {
        "fixed_ips": OPEN,
        "floating_ips": OPEN,
        "injected_file_content_bytes": OPEN,
        "injected_file_path_bytes": OPEN,
        "injected_files": OPEN,
        "key_pairs": OPEN,
        "metadata_items": OPEN,
        "security_group_rules": OPEN,
        "security_groups": OPEN,
        "server_group_members": OPEN,
        "server_groups": OPEN,
    },
    "OS::Nova::Server": {
        "deployment_swift_data": OPEN,
        "flavor_update_policy": OPEN,
        "image_update_policy": OPEN,
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
