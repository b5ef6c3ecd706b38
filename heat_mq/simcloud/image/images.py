"""``/v2/images``: list, show, create, change, delete, tag."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.listing import filtered, ordered, paged
from heat_mq.simcloud.refusal import Refusal, bad_request, conflict, forbidden
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, public

if TYPE_CHECKING:
    from heat_mq.simcloud.image.service import Image

READ_ONLY = frozenset(
    {
        *("status", "size", "checksum", "created_at", "updated_at", "virtual_size", "os_hash_algo", "os_hash_value"),
        *("schema", "self", "file", "direct_url", "locations"),
    }
)
DISK_FORMATS = ("ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop")
CONTAINER_FORMATS = ("ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed")
BASE = READ_ONLY | {
    *("id", "name", "visibility", "owner", "protected", "os_hidden", "tags"),
    *("min_disk", "min_ram", "disk_format", "container_format"),
}
VISIBILITIES = ("public", "private", "shared", "community")
_NOT_FILTERS = frozenset(("limit", "marker", "sort", "sort_key", "sort_dir", "visibility", "tag", "member_status"))

routes = Routes("/v2/images")


@routes.get("")
def list_images(service: Image, call: Call) -> Document:
    query = dict(call.query)
    for key in ("name", "id", "status", "disk_format", "container_format"):
        if str(query.get(key, "")).startswith("in:"):
            query[key] = [each.strip('"') for each in query[key][3:].split(",")]
    wanted = query.get("visibility")
    images = [each for each in service.images if service.sees(call.caller, each)]
    if wanted in VISIBILITIES:
        images = [each for each in images if each["visibility"] == wanted]
    elif wanted != "all":
        images = [
            each for each in images if each["visibility"] != "community" or each["owner"] == call.caller.project_id
        ]
    if tag := query.get("tag"):
        images = [each for each in images if tag in each["tags"]]
    if "os_hidden" not in query:
        images = [each for each in images if not each["os_hidden"]]
    images = filtered(images, query, [key for key in query if key not in _NOT_FILTERS])
    query.setdefault("sort_key", "created_at")
    query.setdefault("sort_dir", "desc")
    page = paged(ordered(images, query), query)
    answer: Document = {"images": [shown(each) for each in page], "first": "/v2/images", "schema": "/v2/schemas/images"}
    if "limit" in query and page and page[-1] is not ordered(images, query)[-1]:
        answer["next"] = f"/v2/images?limit={query['limit']}&marker={page[-1]['id']}"
    return answer


@routes.post("", status=201)
def create_image(service: Image, call: Call) -> Reply:
    wanted = call.json()
    _check(call, wanted)
    if "id" in wanted and service.images.get(wanted["id"]):
        raise conflict(f"Image ID {wanted['id']} already exists!")
    owner = wanted.pop("owner", None) or call.caller.project_id
    if not call.caller.sees(owner):
        raise forbidden("You are not permitted to create images owned by another project.")
    image = service.new(owner, **wanted)
    location = f"{service.url()}/v2/images/{image['id']}"
    return Reply(
        shown(image), 201, {"Location": location, "OpenStack-image-import-methods": "web-download,glance-direct"}
    )


@routes.get("/{id}")
def show_image(service: Image, call: Call, id: str) -> Document:
    return shown(service.visible(call.caller, id))


@routes.patch("/{id}")
def update_image(service: Image, call: Call, id: str) -> Document:
    """Body: a JSON patch (``application/openstack-images-v2.1-json-patch``) of whole properties."""
    image = service.changeable(call.caller, id)
    for operation, key, value in _changes(call):
        _check(call, {key: value})
        if operation != "remove":
            image[key] = value
        elif key in BASE:
            raise forbidden(f"Property {key} may not be removed.")
        else:
            image.pop(key, None)
    return shown(service.touched(image))


@routes.delete("/{id}")
def delete_image(service: Image, call: Call, id: str) -> None:
    image = service.changeable(call.caller, id)
    if image["protected"]:
        raise forbidden(f"Image {id} is protected and cannot be deleted.")
    service.images.remove(id)
    service.data.remove(id)
    for member in service.members.where(image_id=id):
        service.members.remove(member["id"])


@routes.put("/{id}/tags/{tag}", status=204)
def add_tag(service: Image, call: Call, id: str, tag: str) -> None:
    image = service.changeable(call.caller, id)
    image["tags"] = [*(each for each in image["tags"] if each != tag), tag]
    service.touched(image)


@routes.delete("/{id}/tags/{tag}")
def remove_tag(service: Image, call: Call, id: str, tag: str) -> None:
    image = service.changeable(call.caller, id)
    if tag not in image["tags"]:
        raise Refusal(404, f"Tag {tag} not found on image {id}.")
    image["tags"].remove(tag)
    service.touched(image)


@routes.post("/{id}/actions/{action}", status=204)
def act(service: Image, call: Call, id: str, action: str) -> None:
    """``deactivate`` and ``reactivate``."""
    image = service.changeable(call.caller, id)
    states = {"deactivate": ("active", "deactivated"), "reactivate": ("deactivated", "active")}
    if action not in states or image["status"] not in states[action]:
        raise forbidden(f"Not allowed to {action} image in status '{image['status']}'")
    image["status"] = states[action][1]
    service.touched(image)


def shown(image: Document) -> Document:
    """The image as Glance writes it."""
    path = f"/v2/images/{image['id']}"
    # Glance keeps tags as a set: their order says nothing.
    tags = sorted(image["tags"], reverse=True)
    return {**public(image), "tags": tags, "self": path, "file": f"{path}/file", "schema": "/v2/schemas/image"}


def _changes(call: Call) -> Iterable[tuple[str, str, Any]]:
    """Operation, property and new value of each step of the patch."""
    raw = call.raw()
    try:
        operations = json.loads(raw)
    except ValueError as error:
        raise bad_request(f"Malformed request body: {error}") from error
    if not isinstance(operations, list):
        raise bad_request("Request body must be a JSON array of operation objects.")
    for each in operations:
        key = str(each.get("path", "")).removeprefix("/").replace("~1", "/").replace("~0", "~")
        if each.get("op") not in ("add", "replace", "remove") or not key:
            raise bad_request("Operations must be one of add, replace, remove with a path.")
        yield each["op"], key, each.get("value")


def _check(call: Call, values: Document) -> None:
    for key, allowed in (
        ("disk_format", DISK_FORMATS),
        ("container_format", CONTAINER_FORMATS),
        ("visibility", VISIBILITIES),
    ):
        if values.get(key) is not None and values[key] not in allowed:
            raise bad_request(
                f"Invalid value '{values[key]}' for attribute '{key}'. Possible values: {', '.join(allowed)}"
            )
    if fixed := sorted(key for key in values if key in READ_ONLY or key.startswith("os_glance_")):
        raise forbidden(f"Attribute '{fixed[0]}' is read-only.")
    if values.get("visibility") == "public" and not call.caller.is_admin:
        raise forbidden()
    for key in ("min_disk", "min_ram"):
        if key in values and (not isinstance(values[key], int) or values[key] < 0):
            raise bad_request(f"Cannot be a negative value: {key}")
