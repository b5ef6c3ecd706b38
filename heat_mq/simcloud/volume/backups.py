"""``/backups`` and their restoration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import GONE, Document, forget_later, later
from heat_mq.simcloud.volume.lists import brief, links, listed, moment, own_page
from heat_mq.simcloud.volume.volumes import new_volume

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

_FILTERS = ("name", "status", "volume_id")

routes = Routes("/v3/{project_id}/backups")


@routes.get("")
def list_backups(service: Volume, call: Call) -> Document:
    return listed(service, call, "backups", own_page(call, service.backups, _FILTERS), brief(service, "backups"))


@routes.get("/detail")
def list_backups_in_detail(service: Volume, call: Call) -> Document:
    page = own_page(call, service.backups, _FILTERS)
    return listed(service, call, "backups", page, lambda each: _shown(service, each))


@routes.post("", status=202)
def create_backup(service: Volume, call: Call) -> Document:
    wanted = call.body("backup")
    volume = service.own_volume(call.caller, str(wanted.get("volume_id")))
    allowed = ("available", "in-use") if wanted.get("force") else ("available",)
    if volume["status"] not in allowed:
        raise bad_request(
            f"Invalid volume: Volume to be backed up must be available or in-use, but the current status is "
            f'"{volume["status"]}".'
        )
    service.refuse_over_quota(call.caller, "backups")
    backup = service.new_document(call.caller, wanted.get("name"), wanted.get("description"), "creating")
    backup.update(
        volume_id=volume["id"],
        size=volume["size"],
        container=wanted.get("container") or "volumebackups",
        is_incremental=bool(wanted.get("incremental")),
        snapshot_id=wanted.get("snapshot_id"),
        metadata=dict(wanted.get("metadata") or {}),
    )
    about = {"name": str(backup["name"]), "project_id": call.caller.project_id or ""}
    failed = service.cloud.faults.strikes("object_error", service.name, **about)
    reason = (failed.get("message") or "No space is left for the backup") if failed else None
    later(backup, service.soon(), status="error" if failed else "available", fail_reason=reason)
    if not backup["snapshot_id"]:
        before, volume["status"] = volume["status"], "backing-up"
        later(volume, service.soon(), status=before)
        service.volumes.save(volume)
    service.backups.save(backup)
    return {"backup": brief(service, "backups")(backup)}


@routes.get("/{id}")
def show_backup(service: Volume, call: Call, id: str) -> Document:
    return {"backup": _shown(service, _own(service, call, id))}


@routes.delete("/{id}")
def delete_backup(service: Volume, call: Call, id: str) -> Reply:
    backup = _own(service, call, id)
    if backup["status"] not in ("available", "error"):
        raise bad_request("Invalid backup: Backup status must be available or error")
    forget_later(backup)
    backup["status"] = "deleting"
    later(backup, service.soon(0.1), **{GONE: True})
    service.backups.save(backup)
    return Reply(status=202)


@routes.post("/{id}/restore", status=202)
def restore(service: Volume, call: Call, id: str) -> Document:
    """Into the volume given, or a new one."""
    backup = _own(service, call, id)
    wanted = call.body("restore")
    if backup["status"] != "available":
        raise bad_request("Invalid backup: Backup status must be available")
    if wanted.get("volume_id"):
        volume = service.own_volume(call.caller, wanted["volume_id"])
        if volume["status"] != "available":
            raise bad_request("Invalid volume: Volume to be restored to must be available")
    else:
        name = wanted.get("name") or f"restore_backup_{id}"
        volume = new_volume(service, call.caller, {"size": backup["size"], "name": name, "backup_id": id})
    forget_later(volume)
    _note_source(volume, backup)
    volume["status"] = "restoring-backup"
    later(volume, service.soon(), status="available")
    service.volumes.save(volume)
    return {"restore": {"backup_id": id, "volume_id": volume["id"], "volume_name": volume["name"]}}


def _note_source(volume: Document, backup: Document) -> None:
    """Among its metadata a volume tells the backup of another one that it has, and which one if it has told before."""
    before = volume["metadata"].get("src_backup_id")
    if backup["volume_id"] != volume["id"] or (before and before != backup["id"]):
        volume["metadata"] = {**volume["metadata"], "src_backup_id": backup["id"]}


def _own(service: Volume, call: Call, id: str) -> Document:
    return service.own(service.backups, call.caller, id, "Backup")


def _shown(service: Volume, backup: Document) -> Document:
    keys = ("id", "name", "description", "status", "volume_id", "size", "container", "is_incremental", "snapshot_id")
    return {
        **{key: backup[key] for key in (*keys, "metadata", "user_id")},
        "availability_zone": "nova",
        "created_at": moment(backup["created"]),
        "updated_at": moment(backup["updated"]),
        "data_timestamp": moment(backup["created"]),
        "has_dependent_backups": False,
        "fail_reason": backup.get("fail_reason"),
        "object_count": 0,
        "os-backup-project-attr:project_id": backup["project_id"],
        "links": links(service, "backups", backup),
    }
