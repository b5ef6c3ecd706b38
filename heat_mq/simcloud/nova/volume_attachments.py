"""``/servers/{id}/os-volume_attachments``: attach and detach volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.nova import block_devices
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.schemas import VOLUME_ATTACHMENT, as_boolean, checked
from heat_mq.simcloud.refusal import Refusal, bad_request, conflict, forbidden, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document
from heat_mq.simcloud.volume import attaching

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

ATTACH_SHARE = 0.2
DETACH_SHARE = 0.2
STATES = (
    "active",
    "paused",
    "stopped",
    "suspended",
    "resized",
    "soft-delete",
    "shelved",
    "shelved_offloaded",
    "rescued",
)

routes = Routes("/v2.1/servers/{id}/os-volume_attachments")


@routes.get("")
def list_attachments(service: Compute, call: Call, id: str) -> Document:
    server = service.server(call.caller, id)
    return {"volumeAttachments": [_view(call, server, each) for each in _entries(service, server)]}


@routes.post("")
def attach(service: Compute, call: Call, id: str) -> Document:
    wanted = checked(VOLUME_ATTACHMENT, call.json())["volumeAttachment"]
    server = service.server_in(call.caller, id, "attach_volume", *STATES)
    volume_id = wanted["volumeId"]
    try:
        volume = service.volume.own_volume(call.caller, volume_id)
    except Refusal as refusal:
        raise not_found(f"Volume {volume_id} could not be found.") from refusal
    entries = _entries(service, server)
    if any(each["volume_id"] == volume_id for each in entries):
        raise bad_request(
            f"Invalid volume: volume {volume_id} is already attached to instances: {id}"
            if not volume["multiattach"]
            else f"Volume {volume_id} is already attached to instance {id}"
        )
    device = wanted.get("device")
    if device and any(each["device"] == device for each in entries):
        raise conflict(f"The supplied device path ({device}) is in use.")
    own = since(call, 79) and as_boolean(wanted.get("delete_on_termination", False))
    server["_volumes"] = entries
    # The hypervisor names the disk itself, whatever was asked for, as libvirt does.
    entry = block_devices.attach(service, server, volume, share=ATTACH_SHARE, own=own)
    entry["tag"] = wanted.get("tag")
    service.servers.save(server)
    return {"volumeAttachment": _view(call, server, entry)}


@routes.get("/{volume_id}")
def show_attachment(service: Compute, call: Call, id: str, volume_id: str) -> Document:
    server = service.server(call.caller, id)
    return {"volumeAttachment": _view(call, server, _entry(service, server, volume_id))}


@routes.put("/{volume_id}", status=202)
def update_attachment(service: Compute, call: Call, id: str, volume_id: str) -> Reply:
    """Whether the volume goes with the server (2.85); swapping volumes is for administrators and not simulated."""
    wanted = call.body("volumeAttachment")
    server = service.server(call.caller, id)
    entry = _entry(service, server, volume_id)
    if wanted.get("volumeId", volume_id) != volume_id:
        raise forbidden("Policy doesn't allow os_compute_api:os-volumes-attachments:swap to be performed.")
    if since(call, 85) and "delete_on_termination" in wanted:
        entry["own"] = as_boolean(wanted["delete_on_termination"])
        service.servers.save(server)
    return Reply(status=202)


@routes.delete("/{volume_id}", status=202)
def detach(service: Compute, call: Call, id: str, volume_id: str) -> Reply:
    server = service.server_in(call.caller, id, "detach_volume", *STATES)
    if service.volume.volumes.get(volume_id) is None:
        raise not_found(f"Volume {volume_id} could not be found.")
    entry = _entry(service, server, volume_id)
    if not server["image_id"] and entry is server["_volumes"][0]:
        raise bad_request("Cannot detach a root device volume")
    attachment = service.volume.attachments.get(entry["attachment_id"])
    if attachment is not None and attachment["status"] != "attached":
        raise bad_request(
            "Invalid volume: Invalid input received: Invalid volume: Unable to detach volume. Volume status must be "
            "'in-use' and attach_status must be 'attached' to detach."
        )
    if attachment is not None:
        attaching.detach(service.volume, attachment, seconds=service.cloud.boot_seconds * DETACH_SHARE)
    return Reply(status=202)


def _entries(service: Compute, server: Document) -> list[Document]:
    """The volumes that the server still has; those that Cinder took off it are gone."""
    attachments = service.volume.attachments
    return [each for each in server["_volumes"] if attachments.get(each["attachment_id"]) is not None]


def _entry(service: Compute, server: Document, volume_id: str) -> Document:
    for each in _entries(service, server):
        if each["volume_id"] == volume_id:
            return each
    raise not_found(f"Instance {server['id']} is not attached to volume {volume_id}")


def _view(call: Call, server: Document, entry: Document) -> Document:
    shown = {"serverId": server["id"], "volumeId": entry["volume_id"], "device": entry["device"]}
    if not since(call, 89):
        shown["id"] = entry["volume_id"]
    if since(call, 70):
        shown["tag"] = entry["tag"]
    if since(call, 79):
        shown["delete_on_termination"] = entry["own"]
    if since(call, 89):
        shown["attachment_id"] = entry["attachment_id"]
        shown["bdm_uuid"] = entry["attachment_id"]
    return shown
