"""A server's disks: block device mappings, checked, and attached as volumes of Cinder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.nova.schemas import as_boolean
from heat_mq.simcloud.refusal import Refusal, bad_request
from heat_mq.simcloud.store import GONE, Document, forget_later, later
from heat_mq.simcloud.volume import attaching, volumes

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

INVALID = "Block Device Mapping is Invalid: "


def mappings(wanted: Document) -> list[Document]:
    """The mappings of a request in the newer form, whichever it uses."""
    if wanted.get("block_device_mapping") and wanted.get("block_device_mapping_v2"):
        raise bad_request("Using different block_device_mapping syntaxes is not allowed in the same request.")
    if newer := wanted.get("block_device_mapping_v2"):
        return [_normal(each) for each in newer if not each.get("no_device")]
    return [_from_older(each, place) for place, each in enumerate(wanted.get("block_device_mapping") or [])]


def check(service: Compute, caller: Caller, devices: list[Document], *, has_image: bool) -> None:
    """Refuse (400) mappings that no server can boot with."""
    booting = [each for each in devices if each["boot_index"] == 0]
    if len(booting) > 1 or (not has_image and not booting):
        raise bad_request(
            f"{INVALID}Boot sequence for the instance and image/block device mapping combination is not valid."
        )
    for device in devices:
        _check_one(service, caller, device)


def boot_image(devices: list[Document]) -> str:
    """The image that a server boots from onto its local disk by a mapping, "" when there is none."""
    for device in devices:
        if device["boot_index"] == 0 and (device["source"], device["destination"]) == ("image", "local"):
            return str(device["uuid"])
    return ""


def attach_all(service: Compute, caller: Caller, server: Document, devices: list[Document]) -> None:
    """Attach the volumes of a new server, made where the mappings say so; Refusal as Cinder has it."""
    for device in devices:
        if device["destination"] != "volume":
            continue
        made = device["source"] != "volume"
        volume = _new_volume(service, caller, device) if made else service.volume.own_volume(caller, device["uuid"])
        entry = attach(service, server, volume, share=0.6, device=device["device_name"], own=device["own"])
        entry["tag"] = device["tag"]
        if made:
            volume["status"] = "creating"
            service.volume.volumes.save(volume)


def attach(
    service: Compute, server: Document, volume: Document, *, share: float, device: str | None = None, own: bool = False
) -> Document:
    """Attach a volume within a share of the boot time; the entry among the server's volumes."""
    device = device or _next_device(server)
    seconds = service.cloud.boot_seconds * share
    attachment = attaching.attach(service.volume, volume, server["id"], device, seconds=seconds, host=server["_host"])
    entry = {
        "volume_id": volume["id"],
        "attachment_id": attachment["id"],
        "device": device,
        "own": own,
        "tag": None,
    }
    server["_volumes"].append(entry)
    return entry


def release_all(service: Compute, server: Document) -> None:
    """Detach every volume that a server has as it goes, and delete those that go with it."""
    for entry in server["_volumes"]:
        attachment = service.volume.attachments.get(entry["attachment_id"])
        if attachment is None:
            continue  # it was detached
        attaching.detach(service.volume, attachment, seconds=0 if entry["own"] else service.cloud.boot_seconds * 0.1)
        volume = service.volume.volumes.get(entry["volume_id"])
        if volume is not None and entry["own"]:
            forget_later(volume)
            volume["status"] = "deleting"
            later(volume, service.soon(0.1), **{GONE: True})
            service.volume.volumes.save(volume)


def _normal(given: Document) -> Document:
    source = given.get("source_type", "")
    return {
        "source": source,
        "destination": given.get("destination_type") or ("volume" if source in ("volume", "snapshot") else "local"),
        "uuid": given.get("uuid") or given.get("volume_id") or "",
        "size": int(given.get("volume_size") or 0),
        "boot_index": _boot_index(given.get("boot_index")),
        "own": as_boolean(given.get("delete_on_termination", False)),
        "device_name": given.get("device_name"),
        "volume_type": given.get("volume_type"),
        "tag": given.get("tag"),
    }


def _from_older(given: Document, place: int) -> Document:
    name = str(given.get("device_name") or "").removeprefix("/dev/")
    snapshot_id = given.get("snapshot_id")
    if not snapshot_id and not given.get("volume_id"):
        raise bad_request(f"{INVALID}Unrecognized legacy format.")
    return _normal(
        {
            "source_type": "snapshot" if snapshot_id else "volume",
            "destination_type": "volume",
            "uuid": snapshot_id or given.get("volume_id"),
            "volume_size": given.get("volume_size"),
            "delete_on_termination": given.get("delete_on_termination", False),
            "device_name": given.get("device_name"),
            "boot_index": 0 if name in ("vda", "sda") or (not name and place == 0) else -1,
        }
    )


def _boot_index(value: Any) -> int:
    return -1 if value is None else int(value)


def _check_one(service: Compute, caller: Caller, device: Document) -> None:
    source, destination, uuid = device["source"], device["destination"], device["uuid"]
    if not source:
        raise bad_request(f"{INVALID}Unrecognized legacy format.")
    if source != "blank" and not uuid:
        raise bad_request(f"{INVALID}Missing device UUID.")
    if source == "volume":
        try:
            volume = service.volume.own_volume(caller, uuid)
        except Refusal as refusal:
            raise bad_request(f"{INVALID}failed to get volume {uuid}.") from refusal
        if device["boot_index"] == 0 and not volume["bootable"]:
            raise bad_request(f"Block Device {uuid} is not bootable.")
        if volume["status"] != "available" and not volume["multiattach"]:
            raise bad_request(
                f"Invalid volume: Volume {uuid} status must be available or downloading to reserve, but the current "
                f"status is {volume['status']}."
            )
    elif source == "snapshot":
        snapshot = service.volume.snapshots.get(uuid)
        if snapshot is None or not caller.sees(snapshot["project_id"]):
            raise bad_request(f"{INVALID}failed to get snapshot {uuid}.")
        device["size"] = device["size"] or snapshot["size"]
    elif destination == "volume" and not device["size"]:
        raise bad_request(
            "Images with destination_type 'volume' need to have a non-zero size specified"
            if source == "image"
            else "Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size"
        )


def _new_volume(service: Compute, caller: Caller, device: Document) -> Document:
    """A volume made for a server; it is busy until the server has it."""
    source = {"image": "imageRef", "snapshot": "snapshot_id"}.get(device["source"])
    body = {"name": "", "size": device["size"], "volume_type": device["volume_type"]}
    if source:
        body[source] = device["uuid"]
    volume = volumes.new_volume(service.volume, caller, body)
    forget_later(volume)
    volume["status"] = "available"
    return service.volume.volumes.save(volume)


def _next_device(server: Document) -> str:
    """The first name that no disk of the server has; the image's disk is vda."""
    used = {each["device"] for each in server["_volumes"]}
    if server["image_id"]:
        used.add("/dev/vda")
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [f"/dev/vd{first}{second}" for first in ("", *letters) for second in letters]
    return next(each for each in names if each not in used)
