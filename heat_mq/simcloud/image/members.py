"""With which projects an image is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.refusal import bad_request, conflict, forbidden, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.image.service import Image

STATUSES = ("pending", "accepted", "rejected")

routes = Routes("/v2/images/{image_id}/members")


@routes.get("")
def list_members(service: Image, call: Call, image_id: str) -> Document:
    image = service.visible(call.caller, image_id)
    members = service.members.where(image_id=image_id)
    if not call.caller.sees(image["owner"]):
        members = [each for each in members if each["member_id"] == call.caller.project_id]
    return {"members": [_shown(each) for each in members], "schema": "/v2/schemas/members"}


@routes.post("")
def add_member(service: Image, call: Call, image_id: str) -> Document:
    image = service.changeable(call.caller, image_id)
    member_id = call.json().get("member")
    if not member_id:
        raise bad_request("The request body needs a 'member'.")
    if image["visibility"] != "shared":
        raise forbidden("Only shared images have members.")
    id = f"{image_id}/{member_id}"
    if service.members.get(id):
        raise conflict(f"The target member {member_id} is already associated with image {image_id}.")
    now = times.seconds(service.now())
    member = {"id": id, "image_id": image_id, "member_id": member_id, "status": "pending"}
    return _shown(service.members.save(member | {"created_at": now, "updated_at": now}))


@routes.get("/{member_id}")
def show_member(service: Image, call: Call, image_id: str, member_id: str) -> Document:
    service.visible(call.caller, image_id)
    return _shown(_found(service, image_id, member_id))


@routes.put("/{member_id}")
def update_member(service: Image, call: Call, image_id: str, member_id: str) -> Document:
    """The project that an image was offered to takes or leaves it."""
    member = _found(service, image_id, member_id)
    if not call.caller.sees(member_id):
        raise forbidden()
    status = call.json().get("status")
    if status not in STATUSES:
        raise bad_request(f"status must be one of {', '.join(STATUSES)}")
    member.update(status=status, updated_at=times.seconds(service.now()))
    return _shown(service.members.save(member))


@routes.delete("/{member_id}")
def remove_member(service: Image, call: Call, image_id: str, member_id: str) -> None:
    service.changeable(call.caller, image_id)
    service.members.remove(_found(service, image_id, member_id)["id"])


def _found(service: Image, image_id: str, member_id: str) -> Document:
    member = service.members.get(f"{image_id}/{member_id}")
    if member is None:
        raise not_found(f"{member_id} not found in the member list of the image {image_id}.")
    return member


def _shown(member: Document) -> Document:
    keys = ("image_id", "member_id", "status", "created_at", "updated_at")
    return {**{key: member[key] for key in keys}, "schema": "/v2/schemas/member"}
