"""The backup that is made of a volume before the deletion policy Snapshot deletes it."""

from __future__ import annotations

from typing import Final

from heat_mq.resources.kit import DONE, Call, CloudGone, Failed, Outcome, Record, Watch
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.types.cinder.volume import status

BACKUP: Final = "backup"


def begin(call: Call, record: Record, volume_id: str) -> None:
    """Ask Cinder for the backup, unless there is one of the volume's physical name already."""
    volume = status.find(call, volume_id)
    if BACKUP in call.progress or volume is None or volume["status"] not in status.READY:
        return
    name = record.physical_name
    for backup in call.cloud.volume.each("/backups/detail", "backups", query={"name": name}):
        if backup["name"] == name and backup["volume_id"] == volume_id:
            call.progress[BACKUP] = str(backup["id"])
            return
    wanted = {"volume_id": volume_id, "name": name, "force": volume["status"] == "in-use"}
    call.progress[BACKUP] = str(call.cloud.volume.post("/backups", {"backup": wanted})["backup"]["id"])


def check(call: Call) -> Outcome:
    """DONE when the backup is whole."""
    backup_id = call.progress.get(BACKUP)
    if backup_id is None:
        return DONE
    try:
        backup = call.take_seen(backup_id) or call.cloud.volume.get(f"/backups/{backup_id}")["backup"]
    except CloudGone:
        raise Failed(f"The backup {backup_id} of the volume is gone: the volume is not deleted") from None
    if backup["status"] == "available":
        return DONE
    if backup["status"] == "creating":
        return wait(call, Watch("block-storage", "backup", backup_id, "creating"))
    reason = backup.get("fail_reason") or "no reason is given"
    raise Failed(f"The backup {backup_id} of the volume is {backup['status']} ({reason}): the volume is not deleted")
