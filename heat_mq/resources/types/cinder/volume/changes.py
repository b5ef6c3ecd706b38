"""Changes of a volume: what is done at once, and the steps that take their time.

The steps stand in ``call.progress`` as a list of ``[name, details]``; the first is the one that runs. A step looks at
the volume before it asks for anything, so that an interrupted one can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from heat_mq.resources.kit import (
    DONE,
    Call,
    CloudConflict,
    CloudError,
    CloudGone,
    CloudTransient,
    Failed,
    Outcome,
    Wait,
)
from heat_mq.resources.kit.polling import rewind, wait
from heat_mq.resources.types.cinder.volume import status

STEPS: Final = "steps"
RESTORE: Final = "restore"
RETYPE: Final = "retype"
EXTEND: Final = "extend"
#: The microversion from which on a volume in use can be extended.
EXTEND_IN_USE: Final = "3.42"

#: Metadata that Cinder keeps beside that of the user.
CINDERS_OWN: Final = frozenset({"readonly", "attached_mode", "src_backup_id"})

Volume = Mapping[str, Any]


def begin(call: Call, volume_id: str, props: Mapping[str, Any], changed: frozenset[str], name: str) -> None:
    """Do what takes no time, and note the steps that follow."""
    if STEPS in call.progress:
        return
    volume = status.show(call, volume_id)
    steps: list[list[Any]] = []
    if "size" in changed and props.get("size"):
        if props["size"] < volume["size"]:
            raise Failed(
                f"A volume cannot shrink: it has {volume['size']} GiB and the template asks for {props['size']}"
            )
        steps.append([EXTEND, {"size": props["size"], "detached": None, "asked": False}])
    if changed & {"name", "description"}:
        rename(call, volume_id, name, props.get("description"))
    if "metadata" in changed:
        set_metadata(call, volume_id, props.get("metadata"))
    if "read_only" in changed:
        set_read_only(call, volume_id, bool(props.get("read_only")))
    if "backup_id" in changed and props.get("backup_id"):
        steps.insert(0, [RESTORE, {"backup": props["backup_id"], "detached": None, "asked": False}])
    if "volume_type" in changed:
        steps.insert(0, [RETYPE, {"type": props.get("volume_type") or _default_type(call), "asked": False}])
    call.progress[STEPS] = steps


def advance(call: Call, volume_id: str) -> Outcome:
    """Go on with the steps; DONE after the last."""
    steps = call.progress.get(STEPS, [])
    if not steps:
        return DONE
    name, details = steps[0]
    outcome = _RUN[name](call, status.show(call, volume_id), details)
    if outcome != DONE:
        return outcome
    steps.pop(0)
    rewind(call)
    # The end of a step is stored before the next one begins: who resumes must not take one for the other.
    return Wait(0) if steps else DONE


def seen(call: Call, volume: Volume) -> dict[str, Any]:
    """The properties that a live volume shows, for :meth:`Resource.live_properties`."""
    wanted = call.wanted
    asked = text_of(wanted.get("metadata"))
    strange = CINDERS_OWN - asked.keys()
    kept = {key: value for key, value in (volume.get("metadata") or {}).items() if key not in strange}
    same_metadata = kept == asked
    found = {name: volume.get(name) for name in ("name", "description", "size", "volume_type")}
    found["metadata"] = wanted.get("metadata") if same_metadata else kept
    found["read_only"] = str((volume.get("metadata") or {}).get("readonly")).lower() == "true"
    type = wanted.get("volume_type")
    if type and found["volume_type"] != type and found["volume_type"] in _names(call, type):
        found["volume_type"] = type  # the template gives the id, Cinder the name
    return found


def rename(call: Call, volume_id: str, name: str, description: str | None) -> None:
    call.cloud.volume.put(f"/volumes/{volume_id}", {"volume": {"name": name, "description": description or ""}})


def set_metadata(call: Call, volume_id: str, metadata: Mapping[str, Any] | None) -> None:
    call.cloud.volume.put(f"/volumes/{volume_id}/metadata", {"metadata": text_of(metadata)})


def set_read_only(call: Call, volume_id: str, value: bool) -> None:
    status.act(call, volume_id, "os-update_readonly_flag", {"readonly": value})


def text_of(metadata: Mapping[str, Any] | None) -> dict[str, str]:
    """Cinder keeps text only."""
    return {str(key): value if isinstance(value, str) else str(value) for key, value in (metadata or {}).items()}


def _restore(call: Call, volume: Volume, details: dict[str, Any]) -> Outcome:
    """Cinder restores into a volume that nobody uses: detach it before and attach it after."""
    current = volume["status"]
    if current in status.BUSY:
        details["asked"] = details["asked"] or current == "restoring-backup"
        return wait(call)
    if current not in status.READY:
        raise status.failure(call, dict(volume), "Restoring the backup failed")
    if details["asked"]:
        return _attach_again(call, volume, details)
    if current == "in-use":
        if details["detached"] is not None:
            return _detach(call, volume, details)
        # What is noted here is stored before anything is detached.
        details["detached"] = [_place(item) for item in volume["attachments"]]
        return wait(call)
    call.cloud.volume.post(f"/backups/{details['backup']}/restore", {"restore": {"volume_id": volume["id"]}})
    details["asked"] = True
    return wait(call)


def _retype(call: Call, volume: Volume, details: dict[str, Any]) -> Outcome:
    current = volume["status"]
    if current in status.BUSY:
        return wait(call)
    if current not in status.READY:
        raise status.failure(call, dict(volume), "Changing the volume type failed")
    if volume.get("volume_type") in _names(call, details["type"]):
        return DONE
    if details["asked"]:
        raise Failed(f"The volume type could not be changed to {details['type']}: it is still {volume['volume_type']}")
    wanted = {"new_type": details["type"], "migration_policy": "never"}
    status.act(call, volume["id"], "os-retype", wanted)
    details["asked"] = True
    return wait(call)


def _extend(call: Call, volume: Volume, details: dict[str, Any]) -> Outcome:
    """Extend in place; where Cinder refuses that for a volume in use, detach it before and attach it after."""
    current = volume["status"]
    if current in status.BUSY:
        return wait(call)
    if current not in status.READY:
        raise status.failure(call, dict(volume), "Extending the volume failed")
    if volume["size"] >= details["size"]:
        return _attach_again(call, volume, details)
    if details["asked"]:
        raise status.failure(call, dict(volume), f"The volume was not extended to {details['size']} GiB")
    if current == "in-use" and details["detached"]:
        return _detach(call, volume, details)
    return _ask_to_extend(call, volume, details)


def _ask_to_extend(call: Call, volume: Volume, details: dict[str, Any]) -> Outcome:
    in_use = volume["status"] == "in-use"
    try:
        version = EXTEND_IN_USE if in_use else None
        status.act(call, volume["id"], "os-extend", {"new_size": details["size"]}, version=version)
    except CloudTransient:
        raise
    except CloudError as error:
        if not in_use or error.status not in (400, 404, 406):
            raise
        # What is noted here is stored before anything is detached.
        details["detached"] = [_place(item) for item in volume["attachments"]]
        return wait(call)
    details["asked"] = True
    return wait(call)


def _place(attachment: Mapping[str, Any]) -> dict[str, str]:
    return {"server": attachment["server_id"], "device": attachment.get("device") or ""}


def _detach(call: Call, volume: Volume, details: dict[str, Any]) -> Outcome:
    for place in details["detached"]:
        try:
            call.cloud.compute.delete(f"/servers/{place['server']}/os-volume_attachments/{volume['id']}")
        except (CloudGone, CloudConflict):
            continue
    return wait(call)


def _attach_again(call: Call, volume: Volume, details: dict[str, Any]) -> Outcome:
    here = {item["server_id"] for item in volume["attachments"]}
    missing = [place for place in details["detached"] or () if place["server"] not in here]
    for place in missing:
        device = {"device": place["device"]} if place["device"] else {}
        try:
            call.cloud.compute.post(
                f"/servers/{place['server']}/os-volume_attachments",
                {"volumeAttachment": {"volumeId": volume["id"], **device}},
            )
        except CloudGone:
            details["detached"] = [other for other in details["detached"] if other != place]
        except CloudConflict:
            continue
    return wait(call) if missing else DONE


def _names(call: Call, type: str) -> set[str]:
    """The name and the id of a volume type given by either."""
    found = call.cloud.volume.find("volume_type", type)
    return {type, found, str(call.cloud.volume.get(f"/types/{found}")["volume_type"]["name"])}


def _default_type(call: Call) -> str:
    return str(call.cloud.volume.get("/types/default")["volume_type"]["name"])


_RUN: Final[dict[str, Callable[[Call, Volume, dict[str, Any]], Outcome]]] = {
    RESTORE: _restore,
    RETYPE: _retype,
    EXTEND: _extend,
}
