"""Volumes that a server was given and its successor is to have: only one of both can hold them.

A volume is detached. Where Nova detaches none, the one that the server runs from and any of a server in ERROR, the
server itself goes first; should its successor not come to be, another one is made of the same volumes and ports.

A volume that goes with the successor (``delete_on_termination``) says in its metadata who lent it, until that goes: a
successor that is deleted before leaves the volume behind.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, CloudGone, Outcome, Record, Wait, room
from heat_mq.resources.kit.polling import rewind, wait
from heat_mq.resources.types.nova.server import devices, status

RELEASED: Final = "released_volumes"  # data: ids of the volumes that are detached for the successor, or about to be
ASKED: Final = "detaching_volumes"  # progress: those that Nova was asked to detach
LENDER: Final = "heat_mq_lender"  # metadata of a volume: id of the resource that gets it back unless it goes itself
DELETING: Final = "making_room"  # progress: Nova was asked to delete the server
OWNED: Final = "2.79"  # from here on an attachment says whether the volume goes with the server
DISOWN: Final = "2.85"  # from here on that can be changed
#: States of a volume that pass by themselves.
BUSY: Final = frozenset({"attaching", "detaching", "reserved", "maintenance"})

Devices = dict[str, Mapping[str, Any]]


def given(props: Mapping[str, Any]) -> Devices:
    """The devices that are volumes which were there before the server, by the volume's id."""
    listed = [*(props.get("block_device_mapping") or ()), *(props.get("block_device_mapping_v2") or ())]
    return {str(device["volume_id"]): device for device in listed if device.get("volume_id")}


def root(props: Mapping[str, Any]) -> str | None:
    """The given volume that the server runs from, None when there is none."""
    if props.get("image"):
        return None
    for device in devices.modern(props.get("block_device_mapping_v2") or (), None):
        if device.get("boot_index") == 0:
            return str(device["uuid"]) if device["source_type"] == "volume" else None
    older = props.get("block_device_mapping") or ()
    named = [device for device in older if str(device["device_name"]).removeprefix("/dev/") in ("vda", "sda")]
    return next((device.get("volume_id") or None for device in (*named, *older)), None)


def release(call: Call, record: Record, server_id: str) -> Outcome:
    """Leave to the successor the volumes that it names too."""
    own = given(record.properties)
    shared = [volume_id for volume_id in own if volume_id in given(call.successor)]
    if not shared:
        return DONE
    _lend(call, record, [each for each in shared if goes_with_server(given(call.successor)[each])])
    server = status.find(call, server_id)
    if server is not None:
        held = attached(call, server_id).intersection(shared)
        must_go = status.base(server) == "ERROR" or root(record.properties) in held
        if must_go or call.data.get(room.MADE_ROOM):
            return _give_way(call, server_id, [own[volume_id] for volume_id in held])
        if held:
            return _detach(call, server_id, sorted(held))
    return wait(call) if _any_busy(call, shared) else DONE


def take_back(call: Call, record: Record, server_id: str) -> Outcome:
    """Attach what :func:`release` detached."""
    states = {volume_id: _state(call, volume_id) for volume_id in call.data.get(RELEASED, ())}
    if not BUSY.isdisjoint(states.values()):
        return wait(call)
    there = attached(call, server_id) if states else set()
    missing = [volume_id for volume_id, state in states.items() if state and volume_id not in there]
    for volume_id in missing:
        _attach(call, server_id, volume_id, given(record.properties).get(volume_id, {}))
    if missing:
        return wait(call)
    call.data.pop(RELEASED, None)
    settle(call, record)
    return DONE


def leave_behind(call: Call, record: Record, server_id: str) -> None:
    """Before the server is deleted: it takes no volume with it that another one is to get back."""
    for volume_id, device in given(record.properties).items():
        if goes_with_server(device) and _lender(call, volume_id) not in ("", record.id):
            _disown(call, server_id, volume_id)
    settle(call, record)


def settle(call: Call, record: Record) -> None:
    """The server gets no volume back any more, since it is gone or has them."""
    for volume_id in given(record.properties):
        if _lender(call, volume_id) == record.id:
            with contextlib.suppress(CloudGone):
                call.cloud.volume.delete(f"/volumes/{volume_id}/metadata/{LENDER}")


def goes_with_server(device: Mapping[str, Any]) -> bool:
    return bool(device.get("delete_on_termination"))


def can_be_had(call: Call, record: Record) -> bool:
    """Whether no volume that the server needs is still on its way from another one."""
    return not _any_busy(call, given(record.properties))


def attached(call: Call, server_id: str) -> set[str]:
    """Ids of the volumes that the server has."""
    try:
        answer = call.cloud.compute.get(f"/servers/{server_id}/os-volume_attachments")
    except CloudGone:
        return set()
    return {str(each["volumeId"]) for each in answer["volumeAttachments"]}


def _give_way(call: Call, server_id: str, held: list[Mapping[str, Any]]) -> Outcome:
    noted = room.about_to_go(call)
    if noted != DONE:
        return noted
    if not call.progress.get(DELETING):
        path = f"/servers/{server_id}"
        for device in held:
            if goes_with_server(device):
                _disown(call, server_id, str(device["volume_id"]))
        with contextlib.suppress(CloudGone):
            call.cloud.compute.delete(path)
        call.progress[DELETING] = True
    return wait(call)


def _detach(call: Call, server_id: str, held: list[str]) -> Outcome:
    if not set(held) <= set(call.data.get(RELEASED, ())):
        call.data[RELEASED] = sorted({*call.data.get(RELEASED, ()), *held})
        return Wait(0)  # stored before they are gone
    asked = call.progress.setdefault(ASKED, [])
    for volume_id in held:
        if volume_id not in asked and _state(call, volume_id) not in BUSY and _ask(call, server_id, volume_id):
            asked.append(volume_id)
            rewind(call)
    return wait(call)


def _ask(call: Call, server_id: str, volume_id: str) -> bool:
    """Ask Nova to detach a volume, which may be gone; False when the server has another task first."""
    path = f"/servers/{server_id}/os-volume_attachments/{volume_id}"
    with contextlib.suppress(CloudGone):
        return status.unless_busy(call, server_id, lambda: call.cloud.compute.delete(path))
    return True


def _attach(call: Call, server_id: str, volume_id: str, device: Mapping[str, Any]) -> None:
    wanted: dict[str, Any] = {"volumeId": volume_id}
    version = None
    if goes_with_server(device):
        wanted["delete_on_termination"], version = True, OWNED
    path, body = f"/servers/{server_id}/os-volume_attachments", {"volumeAttachment": wanted}
    status.unless_busy(call, server_id, lambda: call.cloud.compute.post(path, body, version=version))


def _disown(call: Call, server_id: str, volume_id: str) -> None:
    change = {"volumeId": volume_id, "delete_on_termination": False}
    path = f"/servers/{server_id}/os-volume_attachments/{volume_id}"
    with contextlib.suppress(CloudGone):
        call.cloud.compute.put(path, {"volumeAttachment": change}, version=DISOWN)


def _lend(call: Call, record: Record, volume_ids: list[str]) -> None:
    for volume_id in volume_ids:
        with contextlib.suppress(CloudGone):
            call.cloud.volume.post(f"/volumes/{volume_id}/metadata", {"metadata": {LENDER: record.id}})


def _lender(call: Call, volume_id: str) -> str:
    """The id of the resource that lent the volume, "" for none."""
    return str((_show(call, volume_id).get("metadata") or {}).get(LENDER, ""))


def _any_busy(call: Call, volume_ids: Any) -> bool:
    return any(_state(call, volume_id) in BUSY for volume_id in volume_ids)


def _state(call: Call, volume_id: str) -> str:
    """The volume's status, "" when there is none."""
    return str(_show(call, volume_id).get("status", ""))


def _show(call: Call, volume_id: str) -> dict[str, Any]:
    """The volume, {} when there is none."""
    try:
        return dict(call.cloud.volume.get(f"/volumes/{volume_id}")["volume"])
    except CloudGone:
        return {}
