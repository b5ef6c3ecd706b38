"""The request that makes a server: a function of its properties, and of what was made for it before."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from heat_mq.resources.kit import Props, Record
from heat_mq.resources.types.nova.server import devices

#: Nova's microversions. Older ones are used where newer ones took something away.
DESCRIPTION: Final = (2, 19)
AUTO_NETWORK: Final = (2, 37)
TAGGED_INTERFACE: Final = (2, 42)
VOLUME_TYPE: Final = (2, 67)


def mark_of(record: Record) -> str:
    """The server's description. It holds the resource's id, and so tells the server from others of the same name.

    The guest never sees it, and no property of the type is about it.
    """
    return f"Server {record.name} of stack {record.stack_name} ({record.id})"


def name_of(record: Record, props: Mapping[str, Any]) -> str:
    return str(props.get("name") or record.physical_name)


def version_for(props: Mapping[str, Any]) -> str:
    """The lowest microversion that knows all that the properties ask for."""
    wanted = [DESCRIPTION]
    if isinstance(networks_choice(props.get("networks")), str):
        wanted.append(AUTO_NETWORK)
    if any(entry.get("tag") for entry in props.get("networks") or ()):
        wanted.append(TAGGED_INTERFACE)
    if any(device.get("volume_type") for device in props.get("block_device_mapping_v2") or ()):
        wanted.append(VOLUME_TYPE)
    major, minor = max(wanted)
    return f"{major}.{minor}"


def networks_choice(entries: Sequence[Mapping[str, Any]] | None) -> Any:
    """``auto`` or ``none`` when that is what the networks ask for, else the entries (None: the cloud chooses)."""
    for entry in entries or ():
        if entry.get("allocate_network"):
            return entry["allocate_network"]
    return entries or None


def server_body(record: Record, props: Props, *, interfaces: Any, user_data: str) -> dict[str, Any]:
    """The body of ``POST /servers``.

    ``interfaces`` is None, "auto", "none" or the list of ``{"port": id, "tag": …}``; ``user_data`` is plain text.
    """
    server: dict[str, Any] = {
        "name": name_of(record, props),
        "description": mark_of(record),
        "flavorRef": props.flavor,
        "imageRef": props.image or "",
        **_given(props),
    }
    if interfaces is not None:
        server["networks"] = interfaces
    if props.security_groups and not isinstance(interfaces, list):
        server["security_groups"] = [{"name": name} for name in props.security_groups]
    if user_data:
        server["user_data"] = base64.b64encode(user_data.encode()).decode()
    if props.personality:
        server["personality"] = [
            {"path": path, "contents": base64.b64encode(_text(content).encode()).decode()}
            for path, content in props.personality.items()
        ]
    if props.block_device_mapping:
        server["block_device_mapping"] = devices.legacy(props.block_device_mapping)
    if props.block_device_mapping_v2:
        server["block_device_mapping_v2"] = devices.modern(props.block_device_mapping_v2, props.image)
    body: dict[str, Any] = {"server": server}
    if hints := hints_of(props):
        body["os:scheduler_hints"] = hints
    return body


def metadata_of(values: Mapping[str, Any] | None) -> dict[str, str]:
    """Nova keeps text only: other values become JSON."""
    return {str(key): _text(value) for key, value in (values or {}).items()}


def hints_of(props: Props) -> dict[str, Any]:
    hints = {key: value for key, value in (props.scheduler_hints or {}).items() if value is not None}
    return {**hints, "reservation": props.reservation_id} if props.reservation_id else hints


def _given(props: Props) -> dict[str, Any]:
    """Plain properties under the names that Nova has for them."""
    values = {
        "key_name": props.key_name,
        "availability_zone": props.availability_zone,
        "metadata": metadata_of(props.metadata),
        "config_drive": props.config_drive,
        "adminPass": props.admin_pass,
        "OS-DCF:diskConfig": props.diskConfig,
    }
    return {key: value for key, value in values.items() if value not in (None, "", {})}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
