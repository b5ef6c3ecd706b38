"""How CloudFormation describes a server: what instances and launch configurations have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.kit import REPLACE, Bool, List, Map, Num, Str
from heat_mq.template.marks import UNKNOWN


def tags(doc: str, update: str = REPLACE) -> List:
    return List(
        doc,
        update=update,
        of=Map(
            "A tag.",
            schema={"Key": Str("The tag's name.", required=True), "Value": Str("The tag's value.", required=True)},
        ),
    )


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


def is_given(value: Any) -> bool:
    """Whether a property has a value, known or not."""
    return value is UNKNOWN or value not in (None, "")
