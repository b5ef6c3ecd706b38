"""``/v2/schemas``: which properties of an image are Glance's own, and their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.image.images import CONTAINER_FORMATS, DISK_FORMATS, READ_ONLY, VISIBILITIES
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.image.service import Image

_TEXTS = ("id", "name", "status", "owner", "checksum", "os_hash_algo", "os_hash_value", "created_at", "updated_at")
_NUMBERS = ("size", "virtual_size", "min_ram", "min_disk")
_TRUTHS = ("protected", "os_hidden")
_CHOICES = {"visibility": VISIBILITIES, "disk_format": DISK_FORMATS, "container_format": CONTAINER_FORMATS}

routes = Routes("/v2/schemas")


@routes.get("/image")
def show_image_schema(service: Image, call: Call) -> Document:
    properties: Document = {key: {"type": ["null", "string"]} for key in (*_TEXTS, "self", "file", "schema")}
    properties |= {key: {"type": ["null", "integer"]} for key in _NUMBERS}
    properties |= {key: {"type": "boolean"} for key in _TRUTHS}
    properties |= {key: {"type": ["null", "string"], "enum": [None, *values]} for key, values in _CHOICES.items()}
    properties["tags"] = {"type": "array", "items": {"type": "string", "maxLength": 255}}
    for key in READ_ONLY & set(properties):
        properties[key]["readOnly"] = True
    return {"name": "image", "properties": properties, "additionalProperties": {"type": "string"}}


@routes.get("/images")
def show_images_schema(service: Image, call: Call) -> Document:
    items = {"type": "array", "items": show_image_schema(service, call)}
    texts = {key: {"type": "string"} for key in ("first", "next", "schema")}
    return {"name": "images", "properties": {"images": items, **texts}}
