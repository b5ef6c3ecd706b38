"""AWS::AutoScaling::LaunchConfiguration: what the members of a group of servers are like. Nothing is made for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.groups.instances import is_given, tags
from heat_mq.resources.kit import Bool, Call, List, Map, Num, Props, Replace, Resource, Schema, Str
from heat_mq.template.marks import UNKNOWN


def block_devices(doc: str) -> List:
    """The schema of BlockDeviceMappings."""
    volume = {
        "DeleteOnTermination": Bool("Whether the volume goes with the server.", default=True),
        "Iops": Num("Not implemented.", implemented=False),
        "SnapshotId": Str("Snapshot that the volume is made of.", constraint="cinder.snapshot"),
        "VolumeSize": Str("Size in GB; that of the snapshot when it is not given."),
        "VolumeType": Str("Not implemented.", implemented=False),
    }
    mapping = {
        "DeviceName": Str("Name of the device, for example vdb.", required=True),
        "Ebs": Map("The volume.", schema=volume),
        "NoDevice": Map("Not implemented.", implemented=False),
        "VirtualName": Str("Not implemented.", implemented=False),
    }
    return List(doc, of=Map("A device.", schema=mapping))


def device_problems(mappings: Any) -> Iterator[Problem]:
    """A volume is made of a snapshot."""
    for at, mapping in enumerate(mappings if isinstance(mappings, list) else ()):
        volume = mapping.get("Ebs") if isinstance(mapping, Mapping) else None
        path = f"BlockDeviceMappings[{at}]"
        if mapping is not UNKNOWN and not is_given(volume):
            yield Problem("Ebs is missing", path=path)
        elif isinstance(volume, Mapping) and not is_given(volume.get("SnapshotId")):
            yield Problem("SnapshotId is missing", path=f"{path}.Ebs")


class LaunchConfiguration(Resource, type="AWS::AutoScaling::LaunchConfiguration"):
    """Groups refer to it by its physical name, which is new when anything in it changes."""

    class Properties(Schema):
        ImageId = Str("Image of the servers.", constraint="glance.image")
        InstanceType = Str("Flavor of the servers.", constraint="nova.flavor")
        InstanceId = Str("A server that gives what the other properties do not.", constraint="nova.server")
        KeyName = Str("Key pair of the servers.", constraint="nova.keypair")
        UserData = Str("User data of the servers.")
        SecurityGroups = List("Security groups of the servers.")
        KernelId = Str("Not implemented.", implemented=False)
        RamDiskId = Str("Not implemented.", implemented=False)
        BlockDeviceMappings = block_devices("Volumes of the servers.")
        NovaSchedulerHints = tags("Hints for the scheduler.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        for name in ("ImageId", "InstanceType"):
            if not is_given(props.get("InstanceId")) and not is_given(props.get(name)):
                yield Problem(f"{name} must be given when InstanceId is not", path=name)
        yield from device_problems(props.get("BlockDeviceMappings"))

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        """Called for changed metadata alone, which is that of the members."""
        raise Replace("the metadata has changed")
