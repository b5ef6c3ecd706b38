"""``POST /volumes/{id}/action``: one function for each action, by the name in the body."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.image.service import Image
from heat_mq.simcloud.refusal import bad_request, forbidden, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, forget_later, later
from heat_mq.simcloud.volume import attaching
from heat_mq.simcloud.volume.volumes import discard

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

Action = Callable[["Volume", Call, Document, Document], Any]

STATUSES = (
    *("creating", "available", "deleting", "error", "error_deleting", "error_managing", "managing", "attaching"),
    *("detaching", "in-use", "maintenance", "reserved", "awaiting-transfer"),
)

routes = Routes("/v3/{project_id}/volumes")


@routes.post("/{id}/action", status=202)
def act(service: Volume, call: Call, id: str) -> Reply:
    volume = service.own_volume(call.caller, id)
    body = call.json()
    for name, action in ACTIONS.items():
        if name in body:
            answer = action(service, call, volume, body[name] or {})
            return answer if isinstance(answer, Reply) else Reply(answer, status=202 if answer is None else 200)
    raise bad_request(f"There is no such action: {', '.join(sorted(body))}. Known: {', '.join(ACTIONS)}")


def attach(service: Volume, call: Call, volume: Document, given: Document) -> None:
    if not given.get("mountpoint"):
        raise bad_request("Invalid input for field/attribute os-attach: 'mountpoint' is a required property.")
    if volume["status"] in ("available", "reserved", "attaching"):
        reserved = service.attachments.first(volume_id=volume["id"], status="reserved")
        attachment = reserved or attaching.add(service, volume, None)
        attachment["server_id"] = given.get("instance_uuid")
        attaching.complete(service, attachment, given["mountpoint"], host=given.get("host_name"))
        return
    raise bad_request(f"Invalid volume: status must be available or attaching, but it is {volume['status']}.")


def detach(service: Volume, call: Call, volume: Document, given: Document) -> None:
    attachments = service.attachments.where(volume_id=volume["id"])
    if wanted := given.get("attachment_id"):
        attachments = [each for each in attachments if each["id"] == wanted]
        if not attachments:
            raise not_found(f"Volume attachment could not be found with filter: attachment_id = {wanted}.")
    if len(attachments) > 1:
        raise bad_request(
            "Invalid volume: Detach volume failed: More than one attachment, but no attachment_id provided."
        )
    for attachment in attachments:
        attaching.detach(service, attachment)
    if not attachments:
        _set_status(service, volume, "available")


def reserve(service: Volume, call: Call, volume: Document, given: Document) -> None:
    attaching.reserve(service, volume, None)


def unreserve(service: Volume, call: Call, volume: Document, given: Document) -> None:
    for attachment in service.attachments.where(volume_id=volume["id"], status="reserved"):
        attaching.detach(service, attachment)


def begin_detaching(service: Volume, call: Call, volume: Document, given: Document) -> None:
    if volume["status"] != "in-use":
        raise bad_request(f"Invalid volume: status must be in-use, but it is {volume['status']}.")
    _set_status(service, volume, "detaching")


def roll_detaching(service: Volume, call: Call, volume: Document, given: Document) -> None:
    if volume["status"] == "detaching":
        _set_status(service, volume, "in-use")


def initialize_connection(service: Volume, call: Call, volume: Document, given: Document) -> Document:
    data = {
        "target_iqn": f"iqn.2010-10.org.openstack:volume-{volume['id']}",
        "target_lun": 1,
        "volume_id": volume["id"],
    }
    return {"connection_info": {"driver_volume_type": "iscsi", "data": data}}


def terminate_connection(service: Volume, call: Call, volume: Document, given: Document) -> None:
    """Nothing is connected, so nothing is left to end."""


def extend(service: Volume, call: Call, volume: Document, given: Document) -> None:
    size = given.get("new_size")
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise bad_request("Invalid input for field/attribute new_size: it has to be a number of GiB.")
    if volume["status"] not in ("available", "in-use"):
        raise bad_request(
            f"Invalid volume: Volume {volume['id']} status must be 'available' or 'in-use' to extend, but the current "
            f"status is {volume['status']}."
        )
    if size <= volume["size"]:
        raise bad_request(
            f"Invalid input received: New size for extend must be greater than current size. (current: "
            f"{volume['size']}, extended: {size})."
        )
    service.refuse_over_quota(call.caller, "gigabytes", size - volume["size"])
    later(volume, service.soon(0.1), status=volume["status"], size=size)
    volume["status"] = "extending"
    service.volumes.save(volume)


def set_bootable(service: Volume, call: Call, volume: Document, given: Document) -> Reply:
    volume["bootable"] = str(given.get("bootable")).lower() in ("true", "1")
    service.volumes.save(volume)
    return Reply(status=200)


def update_readonly_flag(service: Volume, call: Call, volume: Document, given: Document) -> None:
    if volume["status"] != "available":
        raise bad_request(f"Invalid volume: Volume {volume['id']} status must be available to update readonly flag.")
    volume["readonly"] = str(given.get("readonly")).lower() in ("true", "1")
    service.volumes.save(volume)


def reset_status(service: Volume, call: Call, volume: Document, given: Document) -> None:
    _require_admin(call)
    status = given.get("status")
    if status is not None and status not in STATUSES:
        raise bad_request(f"Must specify a valid status. Known: {', '.join(STATUSES)}")
    if given.get("attach_status") == "detached":
        for attachment in service.attachments.where(volume_id=volume["id"]):
            service.attachments.remove(attachment["id"])
    if status is not None:
        _set_status(service, volume, status)


def retype(service: Volume, call: Call, volume: Document, given: Document) -> None:
    wanted = given.get("new_type")
    kind = service.types.get(wanted) or service.types.first(name=wanted)
    if kind is None:
        raise not_found(f"Volume type with name {wanted} could not be found.")
    if volume["status"] not in ("available", "in-use"):
        raise bad_request(
            f"Invalid volume: Unable to update type due to incorrect status: {volume['status']} on volume: "
            f"{volume['id']}. Volume status must be available or in-use."
        )
    later(volume, service.soon(0.1), status=volume["status"], volume_type=kind["name"], volume_type_id=kind["id"])
    volume["status"] = "retyping"
    service.volumes.save(volume)


def upload_image(service: Volume, call: Call, volume: Document, given: Document) -> Document:
    if volume["status"] not in ("available", "in-use") or (volume["status"] == "in-use" and not given.get("force")):
        raise bad_request(
            f"Invalid volume: Volume {volume['id']} status must be available, but it is {volume['status']}."
        )
    images = service.cloud.of(Image)
    formats = {
        "disk_format": given.get("disk_format", "raw"),
        "container_format": given.get("container_format", "bare"),
    }
    image = images.new(volume["project_id"], name=given.get("image_name"), status="saving", **formats)
    later(image, service.soon(), status="active", size=volume["size"] * 1024**3, min_disk=volume["size"])
    images.images.save(image)
    later(volume, service.soon(), status=volume["status"])
    volume["status"] = "uploading"
    service.volumes.save(volume)
    shown = {"id": volume["id"], "status": "uploading", "image_id": image["id"], "image_name": image["name"]}
    return {"os-volume_upload_image": shown | formats | {"size": volume["size"], "volume_type": volume["volume_type"]}}


def set_image_metadata(service: Volume, call: Call, volume: Document, given: Document) -> Document:
    volume["image_metadata"] = {**(volume["image_metadata"] or {}), **(given.get("metadata") or {})}
    service.volumes.save(volume)
    return {"metadata": volume["image_metadata"]}


def show_image_metadata(service: Volume, call: Call, volume: Document, given: Document) -> Document:
    return {"metadata": volume["image_metadata"] or {}}


def unset_image_metadata(service: Volume, call: Call, volume: Document, given: Document) -> Reply:
    key = given.get("key")
    if key not in (volume["image_metadata"] or {}):
        raise not_found("Metadata key is not there.")
    del volume["image_metadata"][key]
    service.volumes.save(volume)
    return Reply(status=200)


def force_delete(service: Volume, call: Call, volume: Document, given: Document) -> None:
    _require_admin(call)
    discard(service, volume, cascade=True, force=True)


def revert(service: Volume, call: Call, volume: Document, given: Document) -> None:
    snapshot = service.snapshots.get(given.get("snapshot_id"))
    if snapshot is None or snapshot["volume_id"] != volume["id"]:
        raise not_found(f"Snapshot {given.get('snapshot_id')} could not be found.")
    if volume["status"] != "available":
        raise bad_request(f"Invalid volume: Can't revert volume {volume['id']} that is {volume['status']}.")
    later(volume, service.soon(0.1), status="available", size=snapshot["size"])
    volume["status"] = "reverting"
    service.volumes.save(volume)


ACTIONS: dict[str, Action] = {
    "os-attach": attach,
    "os-detach": detach,
    "os-reserve": reserve,
    "os-unreserve": unreserve,
    "os-begin_detaching": begin_detaching,
    "os-roll_detaching": roll_detaching,
    "os-initialize_connection": initialize_connection,
    "os-terminate_connection": terminate_connection,
    "os-extend": extend,
    "os-set_bootable": set_bootable,
    "os-update_readonly_flag": update_readonly_flag,
    "os-reset_status": reset_status,
    "os-retype": retype,
    "os-volume_upload_image": upload_image,
    "os-set_image_metadata": set_image_metadata,
    "os-show_image_metadata": show_image_metadata,
    "os-unset_image_metadata": unset_image_metadata,
    "os-force_delete": force_delete,
    "revert": revert,
}


def _set_status(service: Volume, volume: Document, status: str) -> None:
    forget_later(volume)
    volume["status"] = status
    service.volumes.save(volume)


def _require_admin(call: Call) -> None:
    if not call.caller.is_admin:
        raise forbidden("Policy doesn't allow this action to be performed.")
