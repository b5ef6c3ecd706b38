"""Attach volumes to servers and detach them: the state machine behind the actions, the attachments
API, and Nova, which calls these functions in process.

An attachment is ``reserved`` → ``attaching`` → ``attached`` → ``detaching`` → gone; the volume's status
follows: ``reserved``, ``attaching``, ``in-use``, ``detaching``, ``available``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import bad_request, not_found
from heat_mq.simcloud.store import GONE, Document, forget_later, later, new_id
from heat_mq.simcloud.volume.lists import moment

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume


def reserve(service: Volume, volume: Document, server_id: str | None, *, mode: str = "rw") -> Document:
    """A new attachment in status ``reserved``; Refusal 400 when the volume is not free."""
    free = ("available", "in-use", "reserved", "attaching") if volume["multiattach"] else ("available",)
    if volume["status"] not in free:
        raise bad_request(
            f"Invalid volume: Volume {volume['id']} status must be available or downloading to reserve, but the "
            f"current status is {volume['status']}."
        )
    if volume["status"] == "available":
        _move(service, volume, "reserved")
    return add(service, volume, server_id, mode=mode)


def add(service: Volume, volume: Document, server_id: str | None, *, mode: str = "rw") -> Document:
    """A new attachment in status ``reserved``, whatever the volume's state."""
    attachment = {
        "id": new_id(),
        "volume_id": volume["id"],
        "server_id": server_id,
        "project_id": volume["project_id"],
        "status": "reserved",
        "mode": mode,
        "host": None,
        "device": None,
        "attached": None,
        "detached": None,
        "connector": {},
    }
    return service.attachments.save(attachment)


def complete(service: Volume, attachment: Document, device: str | None, *, host: str | None = None) -> None:
    """The server has the volume: ``attached`` and ``in-use``."""
    attachment.update(status="attached", device=device, host=host, attached=service.now())
    service.attachments.save(attachment)
    if (volume := service.volumes.get(attachment["volume_id"])) is not None:
        _move(service, volume, "in-use")


def attach(service: Volume, volume: Document, server_id: str, device: str, *, seconds: float, host: str) -> Document:
    """For Nova: attach in ``seconds`` from now. Refusal 400 when the volume is not free."""
    attachment = reserve(service, volume, server_id)
    attachment.update(status="attaching", device=device, host=host)
    at = service.now() + seconds
    later(attachment, at, status="attached", attached=at)
    if volume["status"] == "reserved":
        volume["status"] = "attaching"
        later(volume, at, status="in-use")
        service.volumes.save(volume)
    return service.attachments.save(attachment)


def detach(service: Volume, attachment: Document, *, seconds: float = 0.0) -> None:
    """Take the volume off its server in ``seconds`` from now; at once with 0. For Nova and the APIs."""
    volume = service.volumes.get(attachment["volume_id"])
    others = [each for each in service.attachments.where(volume_id=attachment["volume_id"]) if each is not attachment]
    after = "in-use" if others else "available"
    forget_later(attachment)
    if seconds <= 0:
        service.attachments.remove(attachment["id"])
        if volume is not None:
            _move(service, volume, after)
        return
    at = service.now() + seconds
    attachment["status"] = "detaching"
    later(attachment, at, **{GONE: True})
    service.attachments.save(attachment)
    if volume is not None and not others:
        _move(service, volume, "detaching")
        later(volume, at, status=after)


def attachment_of(service: Volume, volume_id: str, server_id: str) -> Document:
    """The attachment of a volume to a server; Refusal 404 when there is none."""
    found = service.attachments.first(volume_id=volume_id, server_id=server_id)
    if found is None:
        raise not_found(f"Volume attachment could not be found with filter: volume_id = {volume_id}.")
    return found


def shown_attachments(service: Volume, volume_id: str) -> list[Document]:
    """The attachments as a volume lists them: those that are in place."""
    return [
        {
            "id": volume_id,
            "volume_id": volume_id,
            "attachment_id": each["id"],
            "server_id": each["server_id"],
            "host_name": each["host"],
            "device": each["device"],
            "attached_at": moment(each["attached"]),
        }
        for each in service.attachments.where(volume_id=volume_id)
        if each["status"] in ("attached", "detaching")
    ]


def _move(service: Volume, volume: Document, status: str) -> None:
    forget_later(volume)
    volume["status"] = status
    service.volumes.save(volume)
