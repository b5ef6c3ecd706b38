"""``/attachments``, the newer way (3.27 and on) in which Nova attaches volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document
from heat_mq.simcloud.volume import attaching
from heat_mq.simcloud.volume.lists import listed, moment, own_page

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

routes = Routes("/v3/{project_id}/attachments")


@routes.get("")
@routes.get("/detail")
def list_attachments(service: Volume, call: Call) -> Document:
    page = own_page(call, service.attachments, ("volume_id", "status", "id"))
    return listed(service, call, "attachments", page, _shown)


@routes.post("")
def create_attachment(service: Volume, call: Call) -> Document:
    wanted = call.body("attachment")
    volume = service.own_volume(call.caller, str(wanted.get("volume_uuid")))
    attachment = attaching.reserve(service, volume, wanted.get("instance_uuid"), mode=wanted.get("mode") or "rw")
    if wanted.get("connector"):
        _connect(service, attachment, wanted["connector"])
    return {"attachment": _shown(attachment)}


@routes.get("/{id}")
def show_attachment(service: Volume, call: Call, id: str) -> Document:
    return {"attachment": _shown(_own(service, call, id))}


@routes.put("/{id}")
def update_attachment(service: Volume, call: Call, id: str) -> Document:
    """Says which host and device connect."""
    attachment = _own(service, call, id)
    connector = call.body("attachment").get("connector")
    if not isinstance(connector, dict) or not connector:
        raise bad_request("Invalid input for field/attribute attachment: 'connector' is a required property.")
    _connect(service, attachment, connector)
    return {"attachment": _shown(attachment)}


@routes.delete("/{id}")
def delete_attachment(service: Volume, call: Call, id: str) -> Reply:
    attachment = _own(service, call, id)
    attaching.detach(service, attachment)
    left = [each["id"] for each in service.attachments.where(volume_id=attachment["volume_id"])]
    return Reply({"attachments": left})


@routes.post("/{id}/action")
def act(service: Volume, call: Call, id: str) -> Reply:
    attachment = _own(service, call, id)
    if "os-complete" not in call.json():
        raise bad_request("There is no such action. Known: os-complete")
    attaching.complete(service, attachment, attachment["connector"].get("mountpoint"), host=attachment["host"])
    return Reply(status=204)


def _connect(service: Volume, attachment: Document, connector: Document) -> None:
    attachment.update(status="attaching", connector=connector, host=connector.get("host"))
    service.attachments.save(attachment)
    volume = service.volumes.get(attachment["volume_id"])
    if volume is not None and volume["status"] == "reserved":
        volume["status"] = "attaching"
        service.volumes.save(volume)


def _own(service: Volume, call: Call, id: str) -> Document:
    return service.own(service.attachments, call.caller, id, "Volume attachment")


def _shown(attachment: Document) -> Document:
    connected = attachment["status"] != "reserved"
    connection = {
        "driver_volume_type": "iscsi",
        "target_iqn": f"iqn.2010-10.org.openstack:volume-{attachment['volume_id']}",
        "target_lun": 1,
        "volume_id": attachment["volume_id"],
        "attachment_id": attachment["id"],
    }
    return {
        "id": attachment["id"],
        "status": attachment["status"],
        "instance": attachment["server_id"],
        "volume_id": attachment["volume_id"],
        "attach_mode": attachment["mode"],
        "attached_at": moment(attachment["attached"]) or "",
        "detached_at": "",
        "connection_info": connection if connected else {},
    }
