"""Properties and attributes of an instance."""

from __future__ import annotations

from heat_mq.resources.groups.launch import block_devices, tags
from heat_mq.resources.kit import IN_PLACE, Bool, List, Lookup, Map, Schema, Str

VOLUME = {
    "Device": Str("Name of the device in the guest.", required=True),
    "VolumeId": Str("Id of the volume.", required=True, constraint="cinder.volume", lookup=Lookup("volume", "volume")),
}


class InstanceProperties(Schema):
    ImageId = Str("Name or id of the image.", required=True, constraint="glance.image", lookup=Lookup("image", "image"))
    InstanceType = Str(
        "Name or id of the flavor.",
        required=True,
        update=IN_PLACE,
        constraint="nova.flavor",
        lookup=Lookup("compute", "flavor"),
    )
    KeyName = Str("Name of the key pair.", constraint="nova.keypair")
    AvailabilityZone = Str("Availability zone in which the server runs.")
    DisableApiTermination = Str("Not implemented.", implemented=False)
    KernelId = Str("Not implemented.", implemented=False)
    Monitoring = Bool("Not implemented.", implemented=False)
    PlacementGroupName = Str("Not implemented.", implemented=False)
    PrivateIpAddress = Str("Not implemented.", implemented=False)
    RamDiskId = Str("Not implemented.", implemented=False)
    SecurityGroups = List("Names of the security groups.")
    SecurityGroupIds = List("Ids of the security groups.")
    NetworkInterfaces = List(
        "Ids of ports, in order, or maps with NetworkInterfaceId and DeviceIndex.", update=IN_PLACE
    )
    SourceDestCheck = Bool("Not implemented.", implemented=False)
    SubnetId = Str("Id of the subnet that the server gets an address of.", update=IN_PLACE)
    Tags = tags("Metadata of the server.", update=IN_PLACE)
    NovaSchedulerHints = tags("Hints for the scheduler.")
    Tenancy = Str("Not implemented.", allowed=["dedicated", "default"], implemented=False)
    UserData = Str("User data, for the cfn tools.")
    Volumes = List("Volumes attached to the server.", default=[], of=Map("A volume.", schema=VOLUME))
    BlockDeviceMappings = block_devices("Volumes that are made of snapshots.")


class InstanceAttributes(Schema):
    AvailabilityZone = Str("Availability zone in which the server runs.")
    PrivateDnsName = Str("The server's first address.")
    PublicDnsName = Str("The server's first address.")
    PrivateIp = Str("The server's first address.")
    PublicIp = Str("The server's first address.")
