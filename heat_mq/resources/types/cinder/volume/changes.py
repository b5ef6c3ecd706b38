"""Changes of a volume: what is done at once, and the steps that take their time.

The steps stand in ``call.progress`` as a list of ``[name, details]``; the first is the one that runs. A step looks at
the volume before it asks for anything, so that an interrupted one can be repeated.

An update may come after another one that did not end, and take it back: it waits for what that has begun, and finds in
the resource's data what cannot be seen on the volume. A volume that has grown stays as large (no service can shrink
one): the old template says what it needs at least, and a larger volume serves it. To fail instead would leave the
stack in ROLLBACK_FAILED for a state that nobody can mend. To take back what has ended is an update like any other for
a type, so that fails, as it does in Heat.
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
    Done,
    Failed,
    Outcome,
    Record,
    Wait,
)
from heat_mq.resources.kit.polling import rewind, wait
from heat_mq.resources.types.cinder.volume import status

STEPS: Final = "steps"
REST: Final = "rest"
READ_ONLY: Final = "read_only"
RETYPE: Final = "retype"
RESTORE: Final = "restore"
EXTEND: Final = "extend"
ATTACH: Final = "attach"
NOTES: Final = "notes"  # progress: what the user is to know of how the update ended
# what is kept in the resource's data
DETACHED: Final = "detached"  # the places where the volume is to be attached again
RESTORED: Final = "restored"  # the backup that the volume is overwritten with, and whether that has ended
LARGER: Final = "larger"  # the size that was asked for, and the larger one that the volume keeps
#: The microversion from which on a volume in use can be extended.
EXTEND_IN_USE: Final = "3.42"

#: Metadata that Cinder keeps beside that of the user.
CINDERS_OWN: Final = frozenset({"readonly", "attached_mode", "src_backup_id"})
#: What of that is lost when the user's is put.
LOST: Final = frozenset({"src_backup_id"})

Volume = Mapping[str, Any]


def begin(call: Call, record: Record, props: Mapping[str, Any], changed: frozenset[str], name: str) -> None:
    """Do what takes no time, and note the steps that follow."""
    if STEPS in call.progress:
        return
    volume = status.show(call, str(record.physical_id))
    steps = _plan(call, record, volume, props, changed)
    if changed & {"name", "description"}:
        rename(call, volume["id"], name, props.get("description"))
    if "metadata" in changed:
        set_metadata(call, volume, props.get("metadata"))
    call.progress[STEPS] = steps


def _plan(
    call: Call, record: Record, volume: Volume, props: Mapping[str, Any], changed: frozenset[str]
) -> list[list[Any]]:
    steps: list[list[Any]] = []
    if volume["status"] in status.BUSY:
        steps.append([REST, {}])
    if "read_only" in changed:
        steps.append([READ_ONLY, {"value": bool(props.get("read_only"))}])
    if "volume_type" in changed:
        steps.append([RETYPE, {"type": props.get("volume_type") or _default_type(call), "asked": False}])
    if "backup_id" in changed and _is_to_be_restored(call, record, props):
        steps.append([RESTORE, {"backup": props["backup_id"], "asked": False}])
    if "size" in changed and props.get("size"):
        most = _may_have_grown(call, record, props["size"])
        if max(props["size"], most) < volume["size"]:
            raise Failed(
                f"A volume cannot shrink: it has {volume['size']} GiB and the template asks for {props['size']}"
            )
        steps.append([EXTEND, {"size": props["size"], "most": most, "asked": False, "refused": False}])
    if call.data.get(DETACHED):
        steps.append([ATTACH, {}])
    return steps


def _is_to_be_restored(call: Call, record: Record, props: Mapping[str, Any]) -> bool:
    """Whether the volume is to be overwritten: what is written since a backup is lost by that."""
    restored = call.data.get(RESTORED)
    if props.get("backup_id"):
        if restored is None and not call.restoring:
            return bool(record.properties.get("backup_id") != props["backup_id"])
        return bool(call.restoring or restored != [props["backup_id"], True])
    if restored is not None and any(tried.get("backup_id") == restored[0] for tried in call.tried):
        _note(call, f"The volume holds what the backup {restored[0]} held: what it held before cannot be brought back")
    return False


def _may_have_grown(call: Call, record: Record, size: int) -> int:
    """The size that updates which did not end may have given the volume, when it is to go back to what it was."""
    if record.properties.get("size") != size:
        return 0
    return max((tried["size"] for tried in call.tried if tried.get("size")), default=0)


def advance(call: Call, volume_id: str) -> Outcome:
    """Go on with the steps; DONE after the last."""
    steps = call.progress.get(STEPS, [])
    if not steps:
        return _done(call)
    name, details = steps[0]
    outcome = _RUN[name](call, status.show(call, volume_id), details)
    if outcome != DONE:
        return outcome
    steps.pop(0)
    rewind(call)
    # The end of a step is stored before the next one begins: who resumes must not take one for the other.
    return Wait(0) if steps else _done(call)


def _done(call: Call) -> Done:
    return Done(note="; ".join(call.progress.get(NOTES, ())))


def _note(call: Call, text: str) -> None:
    call.progress[NOTES] = [*call.progress.get(NOTES, ()), text]


def seen(call: Call, volume: Volume) -> dict[str, Any]:
    """The properties that a live volume shows, for :meth:`Resource.live_properties`."""
    wanted = call.wanted
    asked = text_of(wanted.get("metadata"))
    strange = CINDERS_OWN - asked.keys()
    kept = {key: value for key, value in (volume.get("metadata") or {}).items() if key not in strange}
    same_metadata = kept == asked
    found = {name: volume.get(name) for name in ("name", "description", "size", "volume_type")}
    if call.data.get(LARGER) == [wanted.get("size"), found["size"]]:
        found["size"] = wanted["size"]  # it is known, and nothing can be done about it
    found["metadata"] = wanted.get("metadata") if same_metadata else kept
    found["read_only"] = str((volume.get("metadata") or {}).get("readonly")).lower() == "true"
    type = wanted.get("volume_type")
    if type and found["volume_type"] != type and found["volume_type"] in _names(call, type):
        found["volume_type"] = type  # the template gives the id, Cinder the name
    return found


def rename(call: Call, volume_id: str, name: str, description: str | None) -> None:
    call.cloud.volume.put(f"/volumes/{volume_id}", {"volume": {"name": name, "description": description or ""}})


def set_metadata(call: Call, volume: Volume, metadata: Mapping[str, Any] | None) -> None:
    kept = {key: value for key, value in (volume.get("metadata") or {}).items() if key in LOST}
    call.cloud.volume.put(f"/volumes/{volume['id']}/metadata", {"metadata": {**kept, **text_of(metadata)}})


def set_read_only(call: Call, volume_id: str, value: bool) -> None:
    status.act(call, volume_id, "os-update_readonly_flag", {"readonly": value})


def text_of(metadata: Mapping[str, Any] | None) -> dict[str, str]:
    """Cinder keeps text only."""
    return {str(key): value if isinstance(value, str) else str(value) for key, value in (metadata or {}).items()}


def _rest(call: Call, volume: Volume, details: dict[str, Any]) -> Outcome:
    """Wait for what another update has begun."""
    current = volume["status"]
    return status.wait(call, volume["id"], current) if current in status.BUSY else DONE


def _set_read_only(call: Call, volume: Volume, details: dict[str, Any]) -> Outcome:
    if volume["status"] in status.BUSY:
        return wait(call)
    if str((volume.get("metadata") or {}).get("readonly")).lower() != str(details["value"]).lower():
        set_read_only(call, volume["id"], details["value"])
    return DONE


def _restore(call: Call, volume: Volume, details: dict[str, Any]) -> Outcome:
    """Cinder restores into a volume that nobody uses: detach it before and attach it after."""
    current = volume["status"]
    if current in status.BUSY:
        details["asked"] = details["asked"] or current == "restoring-backup"
        return wait(call)
    if current not in status.READY:
        raise status.failure(call, dict(volume), "Restoring the backup failed")
    if details["asked"]:
        call.data[RESTORED] = [details["backup"], True]
        return _attach_again(call, volume, details)
    if current == "in-use":
        return _detach(call, volume)
    if "before" not in details:
        # What is noted here is stored before anything is overwritten.
        details["before"] = call.data.get(RESTORED)
        call.data[RESTORED] = [details["backup"], False]
        return Wait(0)
    try:
        call.cloud.volume.post(f"/backups/{details['backup']}/restore", {"restore": {"volume_id": volume["id"]}})
    except CloudTransient:
        raise
    except CloudError:
        call.data[RESTORED] = details["before"]  # nothing is overwritten
        raise
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
        outcome = _attach_again(call, volume, details)
        if outcome == DONE:
            _note_larger(call, volume, details)
        return outcome
    if details["asked"]:
        raise status.failure(call, dict(volume), f"The volume was not extended to {details['size']} GiB")
    if current == "in-use" and details["refused"]:
        return _detach(call, volume)
    return _ask_to_extend(call, volume, details)


def _note_larger(call: Call, volume: Volume, details: Mapping[str, Any]) -> None:
    call.data.pop(LARGER, None)
    if details["size"] < volume["size"] <= details["most"]:
        call.data[LARGER] = [details["size"], volume["size"]]
        _note(call, f"The volume keeps its {volume['size']} GiB: it cannot shrink to {details['size']} again")


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
        details["refused"] = True
        return wait(call)
    details["asked"] = True
    return wait(call)


def _place(attachment: Mapping[str, Any]) -> dict[str, str]:
    return {"server": attachment["server_id"], "device": attachment.get("device") or ""}


def _detach(call: Call, volume: Volume) -> Outcome:
    """Detach the volume from where it is; what is noted of that is stored first."""
    noted = call.data.get(DETACHED) or []
    servers = {place["server"] for place in noted}
    more = [_place(item) for item in volume["attachments"] if item["server_id"] not in servers]
    if more:
        call.data[DETACHED] = [*noted, *more]
        return Wait(0)
    for place in noted:
        try:
            call.cloud.compute.delete(f"/servers/{place['server']}/os-volume_attachments/{volume['id']}")
        except (CloudGone, CloudConflict):
            continue
    return wait(call)


def _attach_again(call: Call, volume: Volume, details: dict[str, Any]) -> Outcome:
    """Attach the volume where it was detached, by this update or one that did not end."""
    if volume["status"] in status.BUSY:
        return wait(call)
    here = {item["server_id"] for item in volume["attachments"]}
    missing = [place for place in call.data.get(DETACHED) or () if place["server"] not in here]
    for place in missing:
        device = {"device": place["device"]} if place["device"] else {}
        try:
            call.cloud.compute.post(
                f"/servers/{place['server']}/os-volume_attachments",
                {"volumeAttachment": {"volumeId": volume["id"], **device}},
            )
        except CloudGone:
            call.data[DETACHED] = [other for other in call.data[DETACHED] if other != place]
        except CloudConflict:
            continue
    if missing:
        return wait(call)
    call.data.pop(DETACHED, None)
    return DONE


def _names(call: Call, type: str) -> set[str]:
    """The name and the id of a volume type given by either."""
    found = call.cloud.volume.find("volume_type", type)
    return {type, found, str(call.cloud.volume.get(f"/types/{found}")["volume_type"]["name"])}


def _default_type(call: Call) -> str:
    return str(call.cloud.volume.get("/types/default")["volume_type"]["name"])


_RUN: Final[dict[str, Callable[[Call, Volume, dict[str, Any]], Outcome]]] = {
    REST: _rest,
    READ_ONLY: _set_read_only,
    RETYPE: _retype,
    RESTORE: _restore,
    EXTEND: _extend,
    ATTACH: _attach_again,
}
