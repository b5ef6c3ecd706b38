"""OS::Cinder::VolumeAttachment: a volume attached to a server.

Nova attaches and detaches; whether it is done is seen on the volume. A server has a volume once at most, so an
interrupted create finds its attachment by both.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Call,
    CloudConflict,
    CloudGone,
    Outcome,
    Props,
    Resource,
    Schema,
    Str,
)
from heat_mq.resources.kit.polling import rewind, wait
from heat_mq.resources.types.cinder.volume import status

# what is kept in the resource's data
SERVER: Final = "server"
VOLUME: Final = "volume"
ATTACHMENT: Final = "attachment"
# what is kept in the progress of an update
NEXT: Final = "next"
#: States in which a volume is on its way to a server.
ATTACHING: Final = frozenset({"attaching", "reserved", "maintenance", "extending", "retyping"})


class VolumeAttachment(Resource, type="OS::Cinder::VolumeAttachment"):
    service = "block-storage"

    class Properties(Schema):
        instance_uuid = Str("Id of the server.", required=True, update=IN_PLACE)
        volume_id = Str("Id of the volume.", required=True, update=IN_PLACE, constraint="cinder.volume")
        mountpoint = Str(
            "Name of the disk in the guest, such as /dev/vdc; most hypervisors choose it themselves.", update=IN_PLACE
        )

    def find_existing(self, call: Call, props: Props) -> str | None:
        attachment_id = _find(call, props.instance_uuid, props.volume_id)
        if attachment_id is not None:
            _remember(call, props.instance_uuid, props.volume_id, attachment_id)
        return attachment_id

    def create(self, call: Call, props: Props) -> str:
        return _attach(call, props.instance_uuid, props.volume_id, props.mountpoint)

    def check_create(self, call: Call) -> Outcome:
        return _attached(call)

    def needs_replace_failed(self, call: Call) -> bool:
        """What is attached is gone on with: nothing can be attached a second time."""
        server_id, volume_id = call.data.get(SERVER), call.data.get(VOLUME)
        volume = status.find(call, volume_id) if volume_id else None
        return server_id is None or volume is None or volume["status"] != "in-use" or not _has(volume, server_id)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        """Detach from where it was; :meth:`check_update` attaches to where it shall be."""
        if NEXT not in call.progress:
            call.progress[NEXT] = [props.instance_uuid, props.volume_id, props.mountpoint]

    def check_update(self, call: Call) -> Outcome:
        wanted = call.progress[NEXT]
        if wanted is not None:
            if _detached(call) != DONE:
                return wait(call)
            server_id, volume_id, mountpoint = wanted
            attachment_id = _find(call, server_id, volume_id)
            if attachment_id is None:
                _attach(call, server_id, volume_id, mountpoint)
            else:
                _remember(call, server_id, volume_id, attachment_id)
            call.progress[NEXT] = None
            rewind(call)
        return _attached(call)

    def delete(self, call: Call) -> None:
        """:meth:`check_delete` asks Nova, again if it must."""

    def check_delete(self, call: Call) -> Outcome:
        return _detached(call)

    def is_same(self, successor: Props) -> bool:
        """Nova's id of an attachment is the volume's."""
        return bool(successor.get("instance_uuid") == self.record.properties.get("instance_uuid"))

    def prepare_replace(self, call: Call) -> Outcome:
        return _detached(call)

    def restore_replaced(self, call: Call) -> Outcome:
        wanted = self.record.properties
        if _find(call, wanted["instance_uuid"], wanted["volume_id"]) is None:
            _attach(call, wanted["instance_uuid"], wanted["volume_id"], wanted.get("mountpoint"))
        return _attached(call)

    def read(self, call: Call) -> dict[str, Any]:
        path = f"/servers/{call.data[SERVER]}/os-volume_attachments/{call.data[VOLUME]}"
        return dict(call.cloud.compute.get(path)["volumeAttachment"])

    def reference_id(self, data: Mapping[str, Any]) -> Any:
        """The attachment's id; it is another one after an update."""
        return data.get(ATTACHMENT) or super().reference_id(data)


def _find(call: Call, server_id: str, volume_id: str) -> str | None:
    try:
        answer = call.cloud.compute.get(f"/servers/{server_id}/os-volume_attachments/{volume_id}")
    except CloudGone:
        return None
    return str(answer["volumeAttachment"]["id"])


def _remember(call: Call, server_id: str, volume_id: str, attachment_id: str) -> None:
    call.data.update({SERVER: server_id, VOLUME: volume_id, ATTACHMENT: attachment_id})


def _attach(call: Call, server_id: str, volume_id: str, mountpoint: str | None) -> str:
    wanted = {"volumeId": volume_id, **({"device": mountpoint} if mountpoint else {})}
    answer = call.cloud.compute.post(f"/servers/{server_id}/os-volume_attachments", {"volumeAttachment": wanted})
    attachment_id = str(answer["volumeAttachment"]["id"])
    _remember(call, server_id, volume_id, attachment_id)
    return attachment_id


def _attached(call: Call) -> Outcome:
    """DONE when the volume is in use by the server; raises Failed when Nova gave up."""
    server_id, volume_id = call.data[SERVER], call.data[VOLUME]
    volume = status.show(call, volume_id)
    if volume["status"] == "in-use" and _has(volume, server_id):
        return DONE
    if volume["status"] in ATTACHING or (volume["status"] == "in-use" and _find(call, server_id, volume_id)):
        return wait(call)
    if volume["status"] == "available" and _find(call, server_id, volume_id) is not None:
        return wait(call)
    raise status.failure(call, volume, f"Attaching the volume {volume_id} to the server {server_id} failed")


def _detached(call: Call) -> Outcome:
    """Ask Nova to detach the volume as long as the server has it; DONE when the volume is free."""
    server_id, volume_id = call.data.get(SERVER), call.data.get(VOLUME)
    if server_id is None or volume_id is None:
        return DONE
    volume = status.find(call, volume_id)
    if volume is None:
        return DONE
    if volume["status"] == "error_detaching":
        raise status.failure(call, volume, f"Detaching the volume {volume_id} from the server {server_id} failed")
    if volume["status"] == "detaching":
        return wait(call)
    if _find(call, server_id, volume_id) is None:
        if _has(volume, server_id) or volume["status"] in ATTACHING:
            return wait(call)
        return DONE
    # When it is gone by now, or the server is busy, the next look tells.
    with contextlib.suppress(CloudGone, CloudConflict):
        call.cloud.compute.delete(f"/servers/{server_id}/os-volume_attachments/{volume_id}")
    return wait(call)


def _has(volume: Mapping[str, Any], server_id: str) -> bool:
    return any(item["server_id"] == server_id for item in volume.get("attachments") or ())
