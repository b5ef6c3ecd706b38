"""What can be said of a server and what can be asked of it."""

from __future__ import annotations

from typing import Final

from heat_mq.resources.kit import IN_PLACE, Bool, Int, List, Lookup, Map, Prop, Schema, Str, Support, collect
from heat_mq.resources.kit import Any as AnyValue
from heat_mq.resources.types.nova.server.port_schema import PORT_EXTRA


def _volume(doc: str) -> Str:
    return Str(doc, constraint="cinder.volume")


def _snapshot(doc: str) -> Str:
    return Str(doc, constraint="cinder.snapshot")


LEGACY_DEVICE: Final[dict[str, Prop]] = {
    "device_name": Str("Name of the disk in the guest, such as vda.", required=True),
    "volume_id": _volume("Volume to attach."),
    "snapshot_id": _snapshot("Volume snapshot to make a volume of."),
    "volume_size": Int("Size of the new volume, in GiB; the snapshot's size when not given."),
    "delete_on_termination": Bool("Whether the volume is deleted with the server."),
}

DEVICE: Final[dict[str, Prop]] = {
    "device_name": Str("Name of the disk in the guest; most hypervisors choose it themselves."),
    "volume_id": _volume("Volume to attach."),
    "image": Str(
        "Name or id of an image to make a volume of.",
        constraint="glance.image",
        lookup=Lookup("image", "image"),
        support=Support(version="7.0.0"),
    ),
    "image_id": Str(
        "Id of an image to make a volume of; image took over.",
        constraint="glance.image",
        hidden=True,
        moved_to="image",
        support=Support("HIDDEN", "9.0.0", previous=Support("DEPRECATED", "7.0.0", previous=Support(version="5.0.0"))),
    ),
    "snapshot_id": _snapshot("Volume snapshot to make a volume of."),
    "swap_size": Int("Size of a swap disk, in MiB."),
    "ephemeral_size": Int("Size of a local disk, in GiB.", within=(1, None), support=Support(version="8.0.0")),
    "ephemeral_format": Str(
        "File system of the local disk.",
        allowed=["ext2", "ext3", "ext4", "xfs", "ntfs"],
        support=Support(version="8.0.0"),
    ),
    "device_type": Str("Kind of device that the guest sees.", allowed=["cdrom", "disk"]),
    "disk_bus": Str(
        "Bus on which the guest sees the device.", allowed=["ide", "lame_bus", "sata", "scsi", "usb", "virtio"]
    ),
    "boot_index": Int("Place in the boot order, from 0; -1 for a device that is never booted from."),
    "volume_size": Int("Size of the new volume, in GiB."),
    "delete_on_termination": Bool("Whether the device is deleted with the server."),
    "volume_type": Str(
        "Name or id of the new volume's type.", constraint="cinder.vtype", support=Support(version="26.0.0")
    ),
}

NETWORK: Final[dict[str, Prop]] = {
    "uuid": Str(
        "Id of the network; network took over.",
        constraint="neutron.network",
        hidden=True,
        moved_to="network",
        support=Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.1")),
    ),
    "network": Str(
        "Name or id of the network: a port is made on it, and deleted with the server.",
        constraint="neutron.network",
        lookup=Lookup("network", "network"),
    ),
    "allocate_network": Str(
        "auto: a network is found or made by the cloud; none: the server has no interface.",
        allowed=["none", "auto"],
        update=IN_PLACE,
        support=Support(version="9.0.0"),
    ),
    "fixed_ip": Str("Address that the made port gets.", constraint="ip_addr"),
    "port": Str("Name or id of a port to use.", constraint="neutron.port", lookup=Lookup("network", "port")),
    "port_extra_properties": Map(
        "More properties of the made port.", schema=PORT_EXTRA, update=IN_PLACE, support=Support(version="6.0.0")
    ),
    "subnet": Str(
        "Name or id of the subnet from which the made port gets its address.",
        lookup=Lookup("network", "subnet"),
        support=Support(version="5.0.0"),
    ),
    "floating_ip": Str("Id of a floating IP to associate with the port.", support=Support(version="6.0.0")),
    "tag": Str("Tag by which the guest can tell the interface.", support=Support(version="9.0.0")),
}


class ServerProperties(Schema):
    name = Str("Name of the server.", update=IN_PLACE)
    image = Str(
        "Name or id of the image to boot from.",
        update=IN_PLACE,
        constraint="glance.image",
        lookup=Lookup("image", "image"),
    )
    block_device_mapping = List("Volumes to attach, in the old form.", of=Map("A device.", schema=LEGACY_DEVICE))
    block_device_mapping_v2 = List(
        "Disks of the server.", of=Map("A device.", schema=DEVICE), support=Support(version="2015.1")
    )
    flavor = Str(
        "Name or id of the flavor.",
        required=True,
        update=IN_PLACE,
        constraint="nova.flavor",
        lookup=Lookup("compute", "flavor"),
    )
    flavor_update_policy = Str(
        "What a new flavor does: RESIZE this server, or REPLACE it.",
        default="RESIZE",
        allowed=["RESIZE", "REPLACE"],
        update=IN_PLACE,
    )
    image_update_policy = Str(
        "What a new image does: REBUILD this server, with or without its ephemeral disk, or REPLACE it.",
        default="REBUILD",
        allowed=["REBUILD", "REPLACE", "REBUILD_PRESERVE_EPHEMERAL"],
        update=IN_PLACE,
    )
    key_name = Str("Name of the key pair put into the guest.", constraint="nova.keypair")
    admin_user = Str(
        "Name of the user that cloud-init sets up.",
        hidden=True,
        support=Support(
            "HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.1", previous=Support(version="2013.2"))
        ),
    )
    availability_zone = Str("Availability zone in which the server runs.")
    security_groups = List(
        "Names or ids of the security groups of the ports made for the server; not for ports that are given.",
        default=[],
    )
    networks = List(
        "Interfaces of the server, in order. Without it the cloud chooses.",
        of=Map("An interface.", schema=NETWORK),
        update=IN_PLACE,
    )
    scheduler_hints = Map("Key-value pairs for the scheduler.")
    metadata = Map(
        "Key-value pairs kept with the server; values that are not text become JSON.", default={}, update=IN_PLACE
    )
    user_data_format = Str(
        "How user_data reaches the guest: HEAT_CFNTOOLS wraps it for the cfn tools, RAW leaves it as it is, "
        "SOFTWARE_CONFIG adds what software deployments need.",
        default="HEAT_CFNTOOLS",
        allowed=["HEAT_CFNTOOLS", "RAW", "SOFTWARE_CONFIG"],
    )
    user_data_update_policy = Str(
        "What new user_data does: REPLACE or REBUILD the server, or IGNORE it.",
        default="REPLACE",
        allowed=["REPLACE", "IGNORE", "REBUILD"],
        update=IN_PLACE,
        support=Support(version="6.0.0"),
    )
    software_config_transport = collect.transport()
    user_data = Str("Data for cloud-init.", default="", update=IN_PLACE)
    reservation_id = Str("Id of a reservation of hosts or flavors to run on.")
    config_drive = Bool("Whether the guest gets its metadata on a drive.")
    diskConfig = Str("How the image's partitions fill the disk.", allowed=["AUTO", "MANUAL"])
    personality = Map("Files put into the guest: path to content.", default={}, support=Support("DEPRECATED", "12.0.0"))
    admin_pass = Str("Password of the administrator.", update=IN_PLACE, secret=True)
    tags = List("Tags of the server.", of=Str("A tag."), update=IN_PLACE, support=Support(version="8.0.0"))
    deployment_swift_data = collect.swift_data()


def _deprecated(status: str, version: str, *before: tuple[str, str]) -> Support:
    previous = None
    for state, since in before:
        previous = Support(state, since, previous=previous)
    return Support(status, version, previous=previous)


class ServerAttributes(Schema):
    name = Str("Name of the server.")
    addresses = Map(
        "Addresses by network; each network stands under its name and under its id. An address is a map with addr, "
        "version, OS-EXT-IPS:type, OS-EXT-IPS-MAC:mac_addr, and the id of its port with the network and the subnets.",
        support=Support(version="11.0.0", previous=Support()),
    )
    networks = Map("Lists of addresses by network; each network stands under its name and under its id.")
    first_address = AnyValue(
        "The first address of the server.",
        hidden=True,
        support=_deprecated("HIDDEN", "5.0.0", ("SUPPORTED", "2013.2"), ("DEPRECATED", "2014.2")),
    )
    instance_name = Str("Name of the server on its hypervisor; shown to administrators only.")
    accessIPv4 = Str(
        "IPv4 address set for access.", support=_deprecated("DEPRECATED", "14.0.0", ("SUPPORTED", "2015.1"))
    )
    accessIPv6 = Str(
        "IPv6 address set for access.", support=_deprecated("DEPRECATED", "14.0.0", ("SUPPORTED", "2015.1"))
    )
    console_urls = Map(
        "URLs of the server's consoles by kind: novnc, spice-html5, rdp-html5, serial, mks, webmks, xvpvnc.",
        cached=False,
        support=Support(version="2015.1"),
    )
    os_collect_config = collect.attribute()
    tags = List("Tags of the server.", support=Support(version="8.0.0"))
