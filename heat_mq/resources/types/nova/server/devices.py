"""Block devices in Nova's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

Device = Mapping[str, Any]

#: Properties that are named alike here and in Nova; what they say goes before what a kind of device implies.
SAME: Final = (
    "volume_size",
    "disk_bus",
    "device_name",
    "device_type",
    "boot_index",
    "delete_on_termination",
    "volume_type",
)
NEVER_BOOTED: Final = -1


def legacy(devices: Sequence[Device]) -> list[dict[str, Any]]:
    """``block_device_mapping`` of the API."""
    return [{key: value for key, value in device.items() if value not in (None, "")} for device in devices]


def modern(devices: Sequence[Device], image: str | None) -> list[dict[str, Any]]:
    """``block_device_mapping_v2`` of the API; the server's own image comes first, as its root disk.

    The first device that can be booted from is the root disk when there is no image and no device says that
    it is; the others are not booted from unless they say so.
    """
    root_is_named = bool(image) or any(device.get("boot_index") == 0 for device in devices)
    out: list[dict[str, Any]] = []
    if image:
        out.append(
            {
                "uuid": image,
                "source_type": "image",
                "destination_type": "local",
                "boot_index": 0,
                "delete_on_termination": True,
            }
        )
    for device in devices:
        made = _source(device)
        if made["source_type"] != "blank":
            made["boot_index"] = NEVER_BOOTED if root_is_named else 0
            root_is_named = root_is_named or device.get("boot_index") is None
        out.append({**made, **{key: device[key] for key in SAME if device.get(key) not in (None, "")}})
    return out


def _source(device: Device) -> dict[str, Any]:
    """Where the content of a device comes from; the rules have seen that exactly one source is given."""
    for key, source in (
        ("volume_id", "volume"),
        ("snapshot_id", "snapshot"),
        ("image", "image"),
        ("image_id", "image"),
    ):
        if device.get(key):
            made = {"uuid": device[key], "source_type": source, "destination_type": "volume"}
            return {**made, "delete_on_termination": False} if source == "volume" else made
    blank = {
        "source_type": "blank",
        "destination_type": "local",
        "boot_index": NEVER_BOOTED,
        "delete_on_termination": True,
    }
    if device.get("swap_size"):
        return {**blank, "guest_format": "swap", "volume_size": device["swap_size"]}
    size = {"volume_size": device["ephemeral_size"]} if device.get("ephemeral_size") else {}
    file_system = {"guest_format": device["ephemeral_format"]} if device.get("ephemeral_format") else {}
    return {**blank, **size, **file_system}
