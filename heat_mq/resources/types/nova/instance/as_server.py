"""An instance's properties in the words of OS::Nova::Server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from heat_mq.resources.kit.convert import convert
from heat_mq.resources.types.nova.server.schema import ServerProperties

#: Name of a property here -> name of what it is of a server.
CHANGES: Final = {
    "InstanceType": "flavor",
    "NetworkInterfaces": "networks",
    "SubnetId": "networks",
    "Tags": "metadata",
}
_PLAIN: Final = {
    "ImageId": "image",
    "InstanceType": "flavor",
    "KeyName": "key_name",
    "AvailabilityZone": "availability_zone",
    "UserData": "user_data",
}
ADMIN_USER: Final = "ec2-user"


def as_server(props: Mapping[str, Any]) -> dict[str, Any]:
    """Every property of the server, with the defaults of those that instances do not have."""
    raw = {name: props[own] for own, name in _PLAIN.items() if props.get(own) is not None}
    raw["admin_user"] = ADMIN_USER
    raw["security_groups"] = [*(props.get("SecurityGroups") or ()), *(props.get("SecurityGroupIds") or ())]
    raw["metadata"] = {tag["Key"]: tag["Value"] for tag in props.get("Tags") or ()}
    raw["scheduler_hints"] = _hints(props.get("NovaSchedulerHints") or ())
    if networks := _networks(props):
        raw["networks"] = networks
    if devices := _devices(props):
        raw["block_device_mapping_v2"] = devices
    return convert(ServerProperties, raw, lambda problem: None)


def changed_names(changed: Iterable[str]) -> frozenset[str]:
    """The server's properties that follow from those changed here."""
    return frozenset(CHANGES[name] for name in changed)


def _hints(given: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """A hint that is given more than once is a list."""
    hints: dict[str, Any] = {}
    for hint in given:
        key, value = hint["Key"], hint["Value"]
        if key in hints:
            before = hints[key] if isinstance(hints[key], list) else [hints[key]]
            hints[key] = [*before, value]
        else:
            hints[key] = value
    return hints


def _networks(props: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The ports given, or else one that is made in the subnet."""
    given = props.get("NetworkInterfaces") or ()
    if given:
        maps = [item if isinstance(item, Mapping) else {"NetworkInterfaceId": item} for item in given]
        placed = sorted(enumerate(maps), key=lambda item: int(item[1].get("DeviceIndex", item[0])))
        return [{"port": item["NetworkInterfaceId"]} for _, item in placed]
    return [{"subnet": props["SubnetId"]}] if props.get("SubnetId") else []


def _devices(props: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Nova attaches volumes when it makes the server, so that none is attached twice."""
    volumes = [
        {"volume_id": item["VolumeId"], "device_name": item["Device"], "delete_on_termination": False}
        for item in props.get("Volumes") or ()
    ]
    made = []
    for mapping in props.get("BlockDeviceMappings") or ():
        volume = mapping["Ebs"]
        device = {"device_name": mapping["DeviceName"], "snapshot_id": volume["SnapshotId"]}
        if volume.get("VolumeSize"):
            device["volume_size"] = volume["VolumeSize"]
        made.append({**device, "delete_on_termination": volume["DeleteOnTermination"]})
    return [*volumes, *made]
