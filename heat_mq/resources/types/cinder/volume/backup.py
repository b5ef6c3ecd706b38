"""Backups of a volume: before the deletion policy Snapshot deletes it, and as its part of a stack's snapshot."""

from __future__ import annotations

from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, CloudGone, Copy, Failed, Outcome, Record, Watch
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.types.cinder.volume import status

BACKUP: Final = "backup"
SAVED: Final = "backup_id"
"""In the data of a copy, and the property that restores it."""
ASKED: Final = "asked"  # progress: the deletion was accepted
PASSING: Final = frozenset({"creating", "deleting", "restoring"})


def begin(call: Call, record: Record, volume_id: str) -> None:
    """Ask Cinder for the backup, unless there is one of the volume's physical name already."""
    if BACKUP in call.progress:
        return
    found = _of(call, volume_id, record.physical_name)
    volume = status.find(call, volume_id) if found is None else None
    if found is not None:
        call.progress[BACKUP] = found
    elif volume is not None and volume["status"] in status.READY:
        call.progress[BACKUP] = _make(call, volume, record.physical_name)


def check(call: Call) -> Outcome:
    """DONE when the backup is whole."""
    backup_id = call.progress.get(BACKUP)
    return DONE if backup_id is None else _await(call, str(backup_id), ": the volume is not deleted")


def save(call: Call, volume_id: str) -> None:
    """The same for a snapshot, under the name of the copy."""
    copy = _copy(call)
    found = _of(call, volume_id, copy.name)
    if found is None:
        volume = status.show(call, volume_id)
        if volume["status"] not in status.READY:
            raise status.failure(call, volume, "The volume cannot be saved")
        found = _make(call, volume, copy.name)
    copy.data[SAVED] = found


def check_saved(call: Call) -> Outcome:
    return _await(call, str(_copy(call).data[SAVED]), "")


def remove(call: Call) -> Outcome:
    """Delete the backup of a snapshot; one that is still being made, or read, is waited for."""
    backup = _find_saved(call)
    if backup is None:
        return DONE
    if backup["status"] == "error_deleting" and call.progress.get(ASKED):
        raise Failed(f"The backup {backup['id']} of the volume cannot be deleted{_reason(backup)}")
    if backup["status"] not in PASSING:
        call.cloud.volume.delete(f"/backups/{backup['id']}")
        call.progress[ASKED] = True
    return wait(call)


def _of(call: Call, volume_id: str, name: str) -> str | None:
    """The id of the volume's backup of that name: while it is being made the volume is not ready for another one."""
    found = _by_name(call, name)
    return str(found["id"]) if found is not None and found["volume_id"] == volume_id else None


def _make(call: Call, volume: dict[str, Any], name: str) -> str:
    wanted = {"volume_id": volume["id"], "name": name, "force": volume["status"] == "in-use"}
    return str(call.cloud.volume.post("/backups", {"backup": wanted})["backup"]["id"])


def _await(call: Call, backup_id: str, hence: str) -> Outcome:
    try:
        backup = call.take_seen(backup_id) or call.cloud.volume.get(f"/backups/{backup_id}")["backup"]
    except CloudGone:
        raise Failed(f"The backup {backup_id} of the volume is gone{hence}") from None
    if backup["status"] == "available":
        return DONE
    if backup["status"] == "creating":
        return wait(call, Watch("block-storage", "backup", backup_id, "creating"))
    raise Failed(f"The backup {backup_id} of the volume is {backup['status']}{_reason(backup)}{hence}")


def _find_saved(call: Call) -> dict[str, Any] | None:
    copy = _copy(call)
    if SAVED not in copy.data:
        return _by_name(call, copy.name)
    try:
        return dict(call.cloud.volume.get(f"/backups/{copy.data[SAVED]}")["backup"])
    except CloudGone:
        return None


def _by_name(call: Call, name: str) -> dict[str, Any] | None:
    found = call.cloud.volume.each("/backups/detail", "backups", query={"name": name})
    return next((dict(backup) for backup in found if backup["name"] == name), None)


def _reason(backup: dict[str, Any]) -> str:
    return f" ({backup.get('fail_reason') or 'no reason is given'})"


def _copy(call: Call) -> Copy:
    assert call.copy is not None
    return call.copy
