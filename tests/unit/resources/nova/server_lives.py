"""The lives of servers and of what goes into them."""

from __future__ import annotations

import base64
from typing import Any

from heat_mq.resources.types.nova import user_data
from heat_mq.resources.types.nova.user_data import CfnTools
from tests.unit.resources.cinder.copies import SNAPSHOT, snapshot
from tests.unit.resources.lives import Life as AnyLife
from tests.unit.resources.lives import Make, Networks, Raw, id_of
from tests.unit.resources.neutron.making import neutron
from tests.unit.resources.stack_users import APIS

FIRST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f first"
PLAIN = {"image": "cirros", "flavor": "m1.nano", "user_data_format": "RAW"}


BARE = {"image": "cirros", "flavor": "m1.nano", "networks": [{"allocate_network": "none"}]}
PROGRAM = "#!/bin/sh\n"
CFN_API = APIS.metadata_url(str)
#: What administrators are shown of a server.
USER_DATA = "OS-EXT-SRV-ATTR:user_data"


def told(user_data_format: str, **more: Any) -> str:
    """The program as Nova has it."""
    return base64.b64encode(user_data.build(PROGRAM, user_data_format, **more).encode()).decode()


class Life(AnyLife):
    def __init__(self, type_name: str, begin: Any, **more: Any) -> None:
        values = {"user": "demo", "services": ("compute",), **more}
        super().__init__(f"OS::Nova::{type_name}", begin, **values)


def wires(make: Make) -> None:
    """Networks ``inner`` and ``outer`` with subnets of these names, and a group ``web``."""
    for number, name in enumerate(("inner", "outer")):
        neutron(make, "Net", name=name)
        neutron(make, "Subnet", name=name, network=name, cidr=f"10.{70 + number}.0.0/24")
    neutron(make, "SecurityGroup", name="web")


def connected(make: Make) -> Raw:
    """With ports of its own."""
    wires(make)
    pair = {"ip_address": "10.70.0.99", "mac_address": "fa:16:3e:00:00:99"}
    extra = {"port_security_enabled": True, "allowed_address_pairs": [pair], "mac_address": "fa:16:3e:00:00:98"}
    return {
        **PLAIN,
        "name": "web",
        "key_name": make("OS::Nova::KeyPair", name="door", public_key=FIRST_KEY),
        "availability_zone": "nova",
        "security_groups": ["web"],
        "networks": [
            {"network": "inner", "fixed_ip": "10.70.0.20", "tag": "front"},
            {"subnet": "inner", "port_extra_properties": extra},
        ],
        "scheduler_hints": {"group": make("OS::Nova::ServerGroup", policies=["soft-affinity"])},
        "reservation_id": "0123",  # which a cloud without Blazar lets be
        "metadata": {"role": "web", "size": 3},
        "user_data": "#!/bin/sh\n",
        "config_drive": True,
        "diskConfig": "AUTO",
        "admin_pass": "secret",
        "tags": ["b", "a"],
    }


CONNECTED_OTHERWISE = {
    "name": "shop",
    "metadata": {"role": "shop"},
    "tags": ["c"],
    "admin_pass": "other",
    "networks": [
        {"network": "inner", "fixed_ip": "10.70.0.20", "tag": "front"},
        {"network": "outer", "fixed_ip": "10.71.0.21"},
    ],
}


def joined(make: Make) -> Raw:
    """With ports that it is given."""
    wires(make)
    for name, network in (("first", "inner"), ("second", "outer"), ("third", "inner")):
        neutron(make, "Port", name=name, network=network, security_groups=["web"])
    return {**PLAIN, "name": "web", "networks": [{"port": "first", "tag": "front"}, {"port": "second"}]}


def reached(make: Make) -> Raw:
    """Through a floating IP."""
    wires(make)
    neutron(make, "Router", name="way", external_gateway_info={"network": "public"})
    neutron(make, "RouterInterface", router="way", subnet="inner")
    address = neutron(make, "FloatingIP", floating_network="public")
    extra = {"admin_state_up": True, "value_specs": {"description": "d"}}
    return {**PLAIN, "networks": [{"network": "inner", "floating_ip": address, "port_extra_properties": extra}]}


def on_volumes(make: Make) -> Raw:
    """Boots from a volume made of an image, and has others."""
    wires(make)
    flavor = make("OS::Nova::Flavor", ram=128, vcpus=1, disk=0, swap=64, ephemeral=2)
    disk = make("OS::Cinder::Volume", name="store", size=1)
    neutron(make, "QoSPolicy", name="slow")
    shaped = {"qos_policy": "slow", "propagate_uplink_status": True, "binding:vnic_type": "normal"}
    return {
        "flavor": flavor,
        "user_data_format": "RAW",
        "networks": [
            {"network": "inner", "port_extra_properties": shaped},
            {"network": "outer", "port_extra_properties": {"no_fixed_ips": True}},
        ],
        "block_device_mapping_v2": [
            {"image": "cirros", "volume_size": 2, "boot_index": 0, "delete_on_termination": True, "disk_bus": "virtio"},
            {"volume_id": disk, "device_name": "vdc", "device_type": "disk", "boot_index": -1},
            {"ephemeral_size": 1, "ephemeral_format": "ext4"},
            {"swap_size": 64},
        ],
    }


def on_its_own_disk(make: Make) -> Raw:
    """Runs from a volume that was there before."""
    wires(make)
    disk = make("OS::Cinder::Volume", name="system", size=1, image="cirros")
    return {
        "flavor": "m1.nano",
        "user_data_format": "RAW",
        "networks": [{"network": "inner"}],
        "block_device_mapping_v2": [{"volume_id": disk, "boot_index": 0, "delete_on_termination": False}],
    }


def in_old_ways(make: Make) -> Raw:
    """With what newer templates say otherwise."""
    disk = make("OS::Cinder::Volume", size=1)
    return {
        **PLAIN,
        "name": "web",
        "block_device_mapping": [{"device_name": "vdb", "volume_id": disk, "delete_on_termination": False}],
        "personality": {"/etc/motd": "Welcome"},
        "networks": [{"allocate_network": "none"}],
        "user_data": "#!/bin/sh\n",
        "user_data_update_policy": "REBUILD",
        "admin_pass": "secret",
    }


def plugged(make: Make) -> Raw:
    """In Amazon's words, with ports that it is given."""
    wires(make)
    ports = [neutron(make, "Port", network=network) for network in ("inner", "outer")]
    neutron(make, "Port", name="third", network="inner")
    return {
        "ImageId": "cirros",
        "InstanceType": "m1.nano",
        "UserData": PROGRAM,
        "NetworkInterfaces": [{"NetworkInterfaceId": ports[1], "DeviceIndex": 1}, ports[0]],
    }


def instance(make: Make) -> Raw:
    """In Amazon's words."""
    wires(make)
    neutron(make, "Subnet", name="fourth", network="outer", cidr="10.73.0.0/24")
    disk = make("OS::Cinder::Volume", size=1)
    return {
        "ImageId": "cirros",
        "InstanceType": "m1.nano",
        "KeyName": make("OS::Nova::KeyPair", name="door", public_key=FIRST_KEY),
        "AvailabilityZone": "nova",
        "SecurityGroups": ["web"],
        "SecurityGroupIds": [neutron(make, "SecurityGroup", name="ssh")],
        "SubnetId": neutron(make, "Subnet", name="third", network="inner", cidr="10.72.0.0/24"),
        "Tags": [{"Key": "role", "Value": "web"}],
        "NovaSchedulerHints": [{"Key": "group", "Value": make("OS::Nova::ServerGroup", policies=["affinity"])}],
        "Volumes": [{"VolumeId": disk, "Device": "/dev/vdc"}],
    }


def amazon_copy(make: Make) -> Raw:
    disk = {"SnapshotId": SNAPSHOT, "VolumeSize": 2, "DeleteOnTermination": True}
    return {
        "ImageId": "cirros",
        "InstanceType": "m1.nano",
        "BlockDeviceMappings": [{"DeviceName": "vdb", "Ebs": disk}],
    }


def copies(make: Make) -> Raw:
    """With volumes of a snapshot and of an image, beside an image that is booted from."""
    copy = {"delete_on_termination": True, "boot_index": -1}
    return {
        **PLAIN,
        "name": "copy",
        "networks": [{"allocate_network": "none"}],
        "block_device_mapping_v2": [
            {"snapshot_id": SNAPSHOT, **copy},
            {"image": "cirros", "volume_size": 2, "volume_type": "lvmdriver-1", **copy},
        ],
    }


def older_copy(make: Make) -> Raw:
    device = {"device_name": "vdb", "snapshot_id": SNAPSHOT, "volume_size": 2, "delete_on_termination": True}
    return {**PLAIN, "name": "older", "networks": [{"allocate_network": "none"}], "block_device_mapping": [device]}


LIVES = (
    AnyLife(
        "AWS::EC2::Instance",
        instance,
        change={
            "InstanceType": "m1.micro",
            "SubnetId": id_of("fourth"),
            "Tags": [{"Key": "role", "Value": "shop"}],
        },
        replace={"ImageId": "cirros-0.3.3-x86_64"},
        shown={"status": "ACTIVE", "metadata": {"role": "web"}, "addresses": Networks(["inner"])},
        changed={"status": "ACTIVE", "metadata": {"role": "shop"}, "addresses": Networks(["outer"])},
        services=("compute", "network"),
        user="demo",
        asleep={"status": "SUSPENDED"},
        comes_back_alike=False,  # its volume is attached anew
    ),
    AnyLife(
        "AWS::EC2::Instance",
        plugged,
        change={"NetworkInterfaces": [id_of("third")], "Tags": [{"Key": "role", "Value": "shop"}]},
        shown={"status": "ACTIVE", "addresses": Networks(["inner", "outer"])},
        changed={"status": "ACTIVE", "metadata": {"role": "shop"}, "addresses": Networks(["inner"])},
        services=("compute", "network"),
        user="demo",
        variant="with interfaces",
    ),
    AnyLife(
        "AWS::EC2::Instance",
        amazon_copy,
        replace={"UserData": "#!/bin/bash\n"},
        shown={"status": "ACTIVE"},
        services=("compute",),
        user="demo",
        variant="with a disk of a snapshot",
        ground=snapshot,
    ),
    Life(
        "KeyPair",
        lambda make: {"name": "key", "save_private_key": True, "type": "ssh"},
        replace={"save_private_key": False},
        shown={"name": "key", "type": "ssh"},
    ),
    Life(
        "KeyPair",
        lambda make: {"name": "key", "public_key": FIRST_KEY},
        variant="imported",
        replace={"name": "other"},
        shown={"name": "key", "public_key": FIRST_KEY},
    ),
    Life(
        "KeyPair",
        lambda make: {"name": "key", "public_key": FIRST_KEY, "user": "demo"},
        variant="of somebody else",
        replace={"name": "other"},
        shown={"name": "key", "public_key": FIRST_KEY},
        user="admin",
    ),
    Life(
        "Server",
        connected,
        change=CONNECTED_OTHERWISE,
        # Neutron gives a MAC address out once.
        replace={"key_name": None, "name": "other", "networks": [{"network": "inner"}]},
        shown={"name": "web", "status": "ACTIVE", "metadata": {"role": "web", "size": "3"}, "config_drive": "True"},
        changed={"name": "shop", "status": "ACTIVE", "metadata": {"role": "shop"}, "tags": ["c"]},
        services=("compute", "network"),
        variant="connected",
    ),
    Life(
        "Server",
        joined,
        change={"networks": [{"port": "third"}, {"port": "second"}]},
        replace={"flavor": "m1.tiny", "flavor_update_policy": "REPLACE"},
        shown={"status": "ACTIVE"},
        changed={"status": "ACTIVE"},
        services=("compute", "network"),
        variant="joined",
    ),
    Life(
        "Server",
        lambda make: {
            **PLAIN,
            "networks": [{"allocate_network": "none"}],
            "name": "alone",
            "flavor_update_policy": "REPLACE",
            "image_update_policy": "REPLACE",
        },
        change={
            "flavor": "m1.micro",
            "flavor_update_policy": "RESIZE",
            "image": "cirros-0.3.3-x86_64",
            "image_update_policy": "REBUILD",
        },
        replace={"flavor": "m1.tiny", "flavor_update_policy": "REPLACE"},
        shown={"name": "alone", "status": "ACTIVE"},
        changed={"name": "alone", "status": "ACTIVE"},
        asleep={"status": "SUSPENDED"},
        variant="rebuilt and resized",
    ),
    Life(
        "Server",
        lambda make: {**PLAIN, "networks": [{"allocate_network": "auto"}]},
        change={"networks": [{"allocate_network": "none"}]},
        replace={"flavor": "m1.tiny", "flavor_update_policy": "REPLACE"},
        shown={"status": "ACTIVE"},
        changed={"status": "ACTIVE", "addresses": {}},
        services=("compute", "network"),
        variant="on a network that the cloud chooses",
    ),
    Life(
        "Server",
        lambda make: {**PLAIN, "networks": [{"allocate_network": "none"}]},
        change={"networks": [{"allocate_network": "auto"}]},
        shown={"status": "ACTIVE", "addresses": {}},
        changed={"status": "ACTIVE"},
        services=("compute", "network"),
        variant="put on a network that the cloud chooses",
    ),
    Life(
        "Server",
        lambda make: {**BARE, "user_data": PROGRAM, "admin_user": "ec2-user", "image_update_policy": "REBUILD"},
        change={"user_data": "#!/bin/bash\n", "user_data_update_policy": "IGNORE", "image": "cirros-0.3.3-x86_64"},
        replace={"user_data": "#!/bin/bash\n"},
        shown={"status": "ACTIVE", USER_DATA: told("HEAT_CFNTOOLS", admin_user="ec2-user", cfn=CfnTools(CFN_API))},
        changed={"status": "ACTIVE", USER_DATA: told("HEAT_CFNTOOLS", admin_user="ec2-user", cfn=CfnTools(CFN_API))},
        user="admin",
        variant="with the cfn tools",
    ),
    Life(
        "Server",
        lambda make: {**BARE, "user_data": PROGRAM, "user_data_format": "SOFTWARE_CONFIG"},
        change={
            "software_config_transport": "POLL_TEMP_URL",
            "deployment_swift_data": {"container": "software", "object": "of the server"},
        },
        replace={"user_data_format": "RAW"},
        shown={"status": "ACTIVE"},
        changed={"status": "ACTIVE"},
        services=("compute", "identity", "object-store"),
        variant="that asks for its software",
    ),
    Life(
        "Server",
        lambda make: {
            **BARE,
            "user_data_format": "SOFTWARE_CONFIG",
            "software_config_transport": "POLL_TEMP_URL",
        },
        change={"software_config_transport": "POLL_SERVER_HEAT"},
        shown={"status": "ACTIVE"},
        changed={"status": "ACTIVE"},
        services=("compute", "identity", "object-store"),
        variant="that reads an object for its software",
    ),
    Life(
        "Server",
        lambda make: {
            **BARE,
            "user_data_format": "SOFTWARE_CONFIG",
            "software_config_transport": "POLL_SERVER_HEAT",
        },
        change={"software_config_transport": "ZAQAR_MESSAGE"},
        shown={"status": "ACTIVE"},
        changed={"status": "ACTIVE"},
        services=("compute", "identity", "message"),
        variant="that is sent its software",
    ),
    Life(
        "Server",
        reached,
        change={"name": "far"},
        shown={"status": "ACTIVE"},
        changed={"name": "far", "status": "ACTIVE"},
        services=("compute", "network"),
        variant="reached",
    ),
    Life(
        "Server",
        in_old_ways,
        change={"user_data": "#!/bin/bash\n"},
        replace={"image": "cirros-0.3.3-x86_64", "image_update_policy": "REPLACE"},
        shown={"name": "web", "status": "ACTIVE"},
        changed={"name": "web", "status": "ACTIVE"},
        comes_back_alike=False,  # its volume is attached anew
        variant="in old ways",
    ),
    Life(
        "Server",
        on_volumes,
        change={"metadata": {"disks": 2}},
        replace={"config_drive": True},
        shown={"status": "ACTIVE"},
        changed={"metadata": {"disks": "2"}},
        user="admin",
        services=("compute", "network"),
        comes_back_alike=False,  # its volume is attached anew
        variant="on volumes",
    ),
    Life(
        "Server",
        copies,
        change={"name": "other"},
        replace={"config_drive": True},
        shown={"name": "copy", "status": "ACTIVE"},
        changed={"name": "other", "status": "ACTIVE"},
        variant="with disks of a snapshot and an image",
        ground=snapshot,
    ),
    Life(
        "Server",
        older_copy,
        change={"flavor": "m1.micro"},
        replace={"config_drive": True},
        shown={"name": "older", "status": "ACTIVE"},
        changed={"name": "older", "status": "ACTIVE"},
        variant="with an older mapping of a snapshot",
        ground=snapshot,
    ),
    Life(
        "Server",
        on_its_own_disk,
        change={"metadata": {"disks": 1}},
        replace={"config_drive": True},
        shown={"status": "ACTIVE"},
        changed={"metadata": {"disks": "1"}},
        services=("compute", "network", "block-storage"),
        comes_back_alike=False,  # its volume is attached anew
        variant="on its own disk",
    ),
)
