"""What state a volume is in, and Cinder's own words when it is a bad one."""

from __future__ import annotations

from typing import Any, Final

from heat_mq.resources.kit import Call, CloudError, CloudGone, Failed, Wait, Watch, polling

#: The microversion from which on messages can be asked for by the object they are about.
MESSAGES: Final = "3.5"
READY: Final = frozenset({"available", "in-use"})
CREATING: Final = frozenset({"creating", "downloading", "restoring-backup", "uploading", "backing-up", "managing"})
#: States that pass by themselves while a volume is changed.
BUSY: Final = CREATING | {"attaching", "detaching", "extending", "maintenance", "reserved", "retyping"}


def show(call: Call, volume_id: str) -> dict[str, Any]:
    """The volume; raises CloudGone when there is none."""
    return call.take_seen(volume_id) or dict(call.cloud.volume.get(f"/volumes/{volume_id}")["volume"])


def wait(call: Call, volume_id: str, status: str) -> Wait:
    """Until the volume leaves this status."""
    return polling.wait(call, Watch("block-storage", "volume", volume_id, status))


def find(call: Call, volume_id: str) -> dict[str, Any] | None:
    try:
        return show(call, volume_id)
    except CloudGone:
        return None


def act(call: Call, volume_id: str, action: str, details: Any, *, version: str | None = None) -> None:
    call.cloud.volume.post(f"/volumes/{volume_id}/action", {action: details}, version=version)


def failure(call: Call, volume: dict[str, Any], doing: str) -> Failed:
    """The error of a volume that is in a state from which nothing good comes by itself."""
    reason = _last_message(call, str(volume["id"]))
    return Failed(f"{doing}: the volume went to status {volume['status']}{f': {reason}' if reason else ''}")


def _last_message(call: Call, volume_id: str) -> str:
    """What Cinder tells users about the volume, "" when it tells nothing or is too old for messages."""
    query = {"resource_uuid": volume_id, "sort": "created_at:desc", "limit": 1}
    try:
        messages = call.cloud.volume.get("/messages", query=query, version=MESSAGES)["messages"]
    except CloudError:
        return ""
    return str(messages[0]["user_message"]) if messages else ""
