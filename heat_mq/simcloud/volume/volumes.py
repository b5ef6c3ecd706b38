"""``/volumes``: create (empty, from image, snapshot, volume or backup), list, show, update, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.image.service import Image
from heat_mq.simcloud.refusal import Refusal, bad_request, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import GONE, Document, forget_later, later
from heat_mq.simcloud.volume.attaching import shown_attachments
from heat_mq.simcloud.volume.lists import brief, links, listed, moment, own_page

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

GIB = 1024**3
ZONE = "nova"
HOST = "simcloud@lvmdriver-1#lvmdriver-1"
DEFAULT_TYPE = "lvmdriver-1"
DELETABLE = ("available", "error", "error_restoring", "error_extending", "error_managing")
_FILTERS = ("name", "status", "bootable", "availability_zone", "volume_type", "snapshot_id", "source_volid", "id")

routes = Routes("/v3/{project_id}/volumes")


@routes.get("")
def list_volumes(service: Volume, call: Call) -> Document:
    return listed(service, call, "volumes", own_page(call, service.volumes, _FILTERS), brief(service, "volumes"))


@routes.get("/detail")
def list_volumes_in_detail(service: Volume, call: Call) -> Document:
    page = own_page(call, service.volumes, _FILTERS)
    return listed(service, call, "volumes", page, lambda each: shown(service, call.caller, each))


@routes.get("/summary")
def summarize(service: Volume, call: Call) -> Document:
    own = service.volumes.where(project_id=call.caller.project_id)
    summary = {"total_count": len(own), "total_size": sum(each["size"] for each in own), "metadata": {}}
    return {"volume-summary": summary}


@routes.post("", status=202)
def create_volume(service: Volume, call: Call) -> Document:
    volume = new_volume(service, call.caller, call.body("volume"))
    return {"volume": shown(service, call.caller, volume)}


@routes.get("/{id}")
def show_volume(service: Volume, call: Call, id: str) -> Document:
    return {"volume": shown(service, call.caller, service.own_volume(call.caller, id))}


@routes.put("/{id}")
def update_volume(service: Volume, call: Call, id: str) -> Document:
    volume = service.own_volume(call.caller, id)
    wanted = call.body("volume")
    wanted.setdefault("name", wanted.get("display_name", volume["name"]))
    wanted.setdefault("description", wanted.get("display_description", volume["description"]))
    volume.update({key: wanted[key] for key in ("name", "description", "metadata") if key in wanted})
    volume["updated"] = service.now()
    return {"volume": shown(service, call.caller, service.volumes.save(volume))}


@routes.delete("/{id}")
def delete_volume(service: Volume, call: Call, id: str) -> Reply:
    truths = ("true", "1")
    volume = service.own_volume(call.caller, id)
    cascade = str(call.query.get("cascade", "")).lower() in truths
    discard(service, volume, cascade=cascade, force=str(call.query.get("force", "")).lower() in truths)
    return Reply(status=202)


def new_volume(service: Volume, caller: Caller, wanted: Document) -> Document:
    """Make a volume as ``POST /volumes`` does (also for Nova); Refusal as Cinder has it."""
    source = _source(service, caller, wanted)
    size = _size(wanted, source["size"])
    kind = _type(service, wanted.get("volume_type") or source.get("volume_type"))
    zone = wanted.get("availability_zone") or ZONE
    if zone != ZONE:
        raise bad_request(f"Invalid input received: Availability zone '{zone}' is invalid.")
    service.refuse_over_quota(caller, "volumes")
    service.refuse_over_quota(caller, "gigabytes", size)
    volume = service.new_document(caller, wanted.get("name"), wanted.get("description"), "creating")
    volume.update(
        size=size,
        volume_type=kind["name"],
        volume_type_id=kind["id"],
        availability_zone=zone,
        metadata=dict(wanted.get("metadata") or {}),
        multiattach=bool(wanted.get("multiattach")) or kind["extra_specs"].get("multiattach") == "<is> True",
        bootable="image" in source or bool(source.get("bootable")),
        snapshot_id=wanted.get("snapshot_id"),
        source_volid=wanted.get("source_volid"),
        encrypted=bool(kind["encryption"]),
        readonly=None,
        image_metadata=source.get("image"),
        group_id=wanted.get("group_id"),
    )
    _begin(service, volume, share=0.4 if "image" in source else 0.2)
    return service.volumes.save(volume)


def discard(service: Volume, volume: Document, *, cascade: bool = False, force: bool = False) -> None:
    """Delete a volume, or refuse (400) when its state does not allow it."""
    snapshots = service.snapshots.where(volume_id=volume["id"])
    attached = service.attachments.where(volume_id=volume["id"])
    if (volume["status"] not in DELETABLE and not force) or attached or (snapshots and not cascade):
        raise bad_request(
            "Invalid volume: Volume status must be available or error or error_restoring or error_extending or "
            "error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a "
            "transfer, or be disassociated from snapshots after volume transfer."
        )
    for document, collection in [(volume, service.volumes), *((each, service.snapshots) for each in snapshots)]:
        forget_later(document)
        document["status"] = "deleting"
        later(document, service.soon(0.1), **{GONE: True})
        collection.save(document)


def shown(service: Volume, caller: Caller, volume: Document) -> Document:
    """The volume as Cinder writes it for this caller."""
    answer = {
        "id": volume["id"],
        "name": volume["name"],
        "description": volume["description"],
        "status": volume["status"],
        "size": volume["size"],
        "created_at": moment(volume["created"]),
        "updated_at": moment(volume["updated"]),
        "availability_zone": volume["availability_zone"],
        "bootable": "true" if volume["bootable"] else "false",
        "encrypted": volume["encrypted"],
        "metadata": volume["metadata"] | ({} if volume["readonly"] is None else {"readonly": str(volume["readonly"])}),
        "multiattach": volume["multiattach"],
        "attachments": shown_attachments(service, volume["id"]),
        "snapshot_id": volume["snapshot_id"],
        "source_volid": volume["source_volid"],
        "user_id": volume["user_id"],
        "volume_type": volume["volume_type"],
        "volume_type_id": volume["volume_type_id"],
        "consistencygroup_id": None,
        "group_id": volume["group_id"],
        "migration_status": None,
        "replication_status": None,
        "provider_id": None,
        "service_uuid": None,
        "shared_targets": False,
        "cluster_name": None,
        "consumes_quota": True,
        "os-vol-tenant-attr:tenant_id": volume["project_id"],
        "links": links(service, "volumes", volume),
    }
    if volume["image_metadata"]:
        answer["volume_image_metadata"] = volume["image_metadata"]
    if caller.is_admin:
        answer["os-vol-host-attr:host"] = HOST
        answer["os-vol-mig-status-attr:migstat"] = None
        answer["os-vol-mig-status-attr:name_id"] = None
    return answer


def _begin(service: Volume, volume: Document, *, share: float) -> None:
    """Let the volume become available in time, unless a fault was ordered."""
    about = {"name": volume["name"] or "", "project_id": volume["project_id"]}
    faults = service.cloud.faults
    if faults.strikes("stuck_build", service.name, **about):
        return
    outcome = "error" if faults.strikes("object_error", service.name, **about) else "available"
    later(volume, service.soon(share), status=outcome)


def _source(service: Volume, caller: Caller, wanted: Document) -> Document:
    """What the volume is made from: its least size, type, and the image's properties."""
    if id := wanted.get("snapshot_id"):
        snapshot = service.own(service.snapshots, caller, id, "Snapshot")
        if snapshot["status"] != "available":
            raise bad_request("Invalid snapshot: Originating snapshot status must be one of 'available' values")
        parent = service.volumes.get(snapshot["volume_id"]) or {}
        return {"size": snapshot["size"], "volume_type": parent.get("volume_type"), "bootable": parent.get("bootable")}
    if id := wanted.get("source_volid"):
        parent = service.own_volume(caller, id)
        if parent["status"] not in ("available", "in-use"):
            raise bad_request("Invalid volume: Source volume status must be available or in-use.")
        return {key: parent[key] for key in ("size", "volume_type", "bootable")}
    if id := wanted.get("backup_id"):
        return {"size": service.own(service.backups, caller, id, "Backup")["size"]}
    if id := wanted.get("imageRef") or wanted.get("image_id"):
        return _image(service, caller, str(id))
    return {"size": 0}


def _image(service: Volume, caller: Caller, id: str) -> Document:
    try:
        image = service.cloud.of(Image).visible(caller, id)
    except Refusal as refusal:
        raise bad_request("Invalid image identifier or unable to access requested image.") from refusal
    if image["status"] != "active":
        raise bad_request(f"Invalid input received: Invalid image identifier or unable to use image {id}: not active.")
    least = max(image["min_disk"] or 0, -(-(image["size"] or 0) // GIB))
    keys = ("container_format", "disk_format", "min_disk", "min_ram", "size", "checksum")
    properties = {key: str(image[key]) for key in keys if image[key] is not None}
    return {"size": least, "image": {"image_id": id, "image_name": image["name"] or "", **properties}}


def _size(wanted: Document, least: int) -> int:
    """The size in GiB, that of the source when none is given."""
    size: Any = wanted.get("size")
    from_other = any(wanted.get(key) for key in ("snapshot_id", "source_volid", "backup_id"))
    if size is None and from_other:
        return least
    try:
        number = int(size)
    except (TypeError, ValueError):
        number = 0
    if number <= 0:
        raise bad_request(f"Invalid input received: Volume size '{size}' must be an integer and greater than 0")
    if number < least:
        raise bad_request(
            f"Invalid input received: Volume size '{number}GB' cannot be smaller than original size {least}GB."
        )
    return number


def _type(service: Volume, wanted: str | None) -> Document:
    """The volume type by name or id, the default one without."""
    if not wanted:
        wanted = DEFAULT_TYPE
    found = service.types.get(wanted) or service.types.first(name=wanted)
    if found is None:
        raise not_found(f"Volume type with name {wanted} could not be found.")
    return found
