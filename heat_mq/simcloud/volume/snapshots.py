"""``/snapshots``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import bad_request, forbidden
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import GONE, Document, forget_later, later
from heat_mq.simcloud.volume.lists import listed, moment, own_page

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

_FILTERS = ("name", "status", "volume_id", "id")

routes = Routes("/v3/{project_id}/snapshots")


@routes.get("")
@routes.get("/detail")
def list_snapshots(service: Volume, call: Call) -> Document:
    return listed(service, call, "snapshots", own_page(call, service.snapshots, _FILTERS), shown)


@routes.post("", status=202)
def create_snapshot(service: Volume, call: Call) -> Document:
    wanted = call.body("snapshot")
    volume = service.own_volume(call.caller, str(wanted.get("volume_id")))
    forced = str(wanted.get("force", "")).lower() in ("true", "1")
    if volume["status"] != "available" and not (volume["status"] == "in-use" and forced):
        raise bad_request(
            f"Invalid volume: Volume {volume['id']} status must be available, but current status is: "
            f"{volume['status']}."
        )
    service.refuse_over_quota(call.caller, "snapshots")
    service.refuse_over_quota(call.caller, "gigabytes", volume["size"])
    snapshot = service.new_document(call.caller, wanted.get("name"), wanted.get("description"), "creating")
    snapshot.update(volume_id=volume["id"], size=volume["size"], metadata=dict(wanted.get("metadata") or {}))
    snapshot["progress"] = "0%"
    about = {"name": snapshot["name"] or "", "project_id": snapshot["project_id"]}
    if not service.cloud.faults.strikes("stuck_build", service.name, **about):
        failed = service.cloud.faults.strikes("object_error", service.name, **about)
        later(snapshot, service.soon(), status="error" if failed else "available", progress="100%")
    return {"snapshot": shown(service.snapshots.save(snapshot))}


@routes.get("/{id}")
def show_snapshot(service: Volume, call: Call, id: str) -> Document:
    return {"snapshot": shown(_own(service, call, id))}


@routes.put("/{id}")
def update_snapshot(service: Volume, call: Call, id: str) -> Document:
    snapshot = _own(service, call, id)
    wanted = call.body("snapshot")
    snapshot.update({key: wanted[key] for key in ("name", "description") if key in wanted})
    snapshot["updated"] = service.now()
    return {"snapshot": shown(service.snapshots.save(snapshot))}


@routes.delete("/{id}")
def delete_snapshot(service: Volume, call: Call, id: str) -> Reply:
    snapshot = _own(service, call, id)
    if snapshot["status"] not in ("available", "error"):
        raise bad_request(
            "Invalid snapshot: Snapshot status must be one of available or error, but the current status is "
            f"{snapshot['status']}."
        )
    forget_later(snapshot)
    snapshot["status"] = "deleting"
    later(snapshot, service.soon(0.1), **{GONE: True})
    service.snapshots.save(snapshot)
    return Reply(status=202)


@routes.post("/{id}/action", status=202)
def act(service: Volume, call: Call, id: str) -> Reply:
    """``os-reset_status`` and ``os-force_delete``, for administrators."""
    snapshot = _own(service, call, id)
    body = call.json()
    if not call.caller.is_admin:
        raise forbidden("Policy doesn't allow this action to be performed.")
    forget_later(snapshot)
    if "os-reset_status" in body:
        snapshot["status"] = str(body["os-reset_status"].get("status"))
        service.snapshots.save(snapshot)
    elif "os-force_delete" in body:
        service.snapshots.remove(id)
    else:
        raise bad_request("There is no such action. Known: os-reset_status, os-force_delete")
    return Reply(status=202)


def shown(snapshot: Document) -> Document:
    """The snapshot as Cinder writes it."""
    keys = ("id", "name", "description", "status", "volume_id", "size", "metadata", "user_id")
    return {
        **{key: snapshot[key] for key in keys},
        "created_at": moment(snapshot["created"]),
        "updated_at": moment(snapshot["updated"]),
        "os-extended-snapshot-attributes:project_id": snapshot["project_id"],
        "os-extended-snapshot-attributes:progress": snapshot["progress"],
        "group_snapshot_id": None,
        "consumes_quota": True,
    }


def _own(service: Volume, call: Call, id: str) -> Document:
    return service.own(service.snapshots, call.caller, id, "Snapshot")
