"""OS::Cinder::VolumeAttachment: a volume attached to a server.

Nova attaches and detaches; whether it is done is seen on the volume. A server has a volume once at most, so an
interrupted create finds its attachment by both. Where an update will attach is noted before it does: one that did not
end may have left a volume there, which the update back and the deletion detach.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
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
    Wait,
)
from heat_mq.resources.kit.polling import rewind, wait
from heat_mq.resources.types.cinder.volume import status

# what is kept in the resource's data
SERVER: Final = "server"
VOLUME: Final = "volume"
ATTACHMENT: Final = "attachment"
AIMED: Final = "aimed"  # servers and volumes of updates that did not end
# what is kept in the progress of an update
NEXT: Final = "next"
LEFT: Final = "left"  # servers and volumes that are parted first
STORED: Final = "stored"  # whether what is noted in the data is in the database
#: A server and a volume, by their ids; a list, as JSON knows no tuples.
Place = list[str]
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
        if NEXT in call.progress:
            return
        wanted = _place(props)
        call.progress[NEXT] = [*wanted, props.mountpoint]
        call.progress[LEFT] = [place for place in _places(call) if place != wanted or _has_moved_on(call, props)]
        if wanted not in _places(call):
            call.data[AIMED] = [*call.data.get(AIMED, ()), wanted]

    def check_update(self, call: Call) -> Outcome:
        wanted = call.progress[NEXT]
        if not call.progress.get(STORED):
            call.progress[STORED] = True
            return Wait(0)
        if wanted is not None:
            if not _are_free(call, call.progress[LEFT]):
                return wait(call)
            server_id, volume_id, mountpoint = wanted
            if _is_leaving(call, volume_id):  # an update that did not end has asked for that
                return wait(call)
            attachment_id = _find(call, server_id, volume_id)
            if attachment_id is None:
                _attach(call, server_id, volume_id, mountpoint)
            else:
                _remember(call, server_id, volume_id, attachment_id)
            call.data.pop(AIMED, None)
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


def _place(values: Mapping[str, Any]) -> Place:
    return [values["instance_uuid"], values["volume_id"]]


def _places(call: Call) -> list[Place]:
    """Where the resource may have attached a volume."""
    known = [[call.data[SERVER], call.data[VOLUME]]] if SERVER in call.data and VOLUME in call.data else []
    return [*known, *(place for place in call.data.get(AIMED, ()) if place not in known)]


def _has_moved_on(call: Call, props: Props) -> bool:
    """Whether the volume may be another disk of the wanted server than it shall be."""
    here = [values for values in (call.old, *call.tried) if _place(values) == _place(props)]
    return any(values.get("mountpoint") != props.mountpoint for values in here)


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
    """Take away all that the resource may have attached."""
    return DONE if _are_free(call, _places(call)) else wait(call)


def _are_free(call: Call, places: Sequence[Place]) -> bool:
    free = [_is_free(call, *place) for place in places]  # all are asked for at once
    return all(free)


def _is_free(call: Call, server_id: str, volume_id: str) -> bool:
    """Ask Nova to detach the volume as long as the server has it; True when the volume is free of the server."""
    volume = status.find(call, volume_id)
    if volume is None:
        return True
    if volume["status"] == "error_detaching":
        raise status.failure(call, volume, f"Detaching the volume {volume_id} from the server {server_id} failed")
    if volume["status"] == "detaching" or volume["status"] in ATTACHING:  # Nova detaches only what is attached
        return False
    if _find(call, server_id, volume_id) is None:
        return not _has(volume, server_id)
    # When it is gone by now, or the server is busy, the next look tells.
    with contextlib.suppress(CloudGone, CloudConflict):
        call.cloud.compute.delete(f"/servers/{server_id}/os-volume_attachments/{volume_id}")
    return False


def _is_leaving(call: Call, volume_id: str) -> bool:
    return (status.find(call, volume_id) or {}).get("status") == "detaching"


def _has(volume: Mapping[str, Any], server_id: str) -> bool:
    return any(item["server_id"] == server_id for item in volume.get("attachments") or ())
