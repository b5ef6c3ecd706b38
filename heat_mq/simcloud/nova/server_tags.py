"""``/servers/{id}/tags``, since 2.26."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.nova.microversions import require
from heat_mq.simcloud.nova.schemas import TAG, checked
from heat_mq.simcloud.refusal import bad_request, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

MOST = 50

routes = Routes("/v2.1/servers/{id}/tags")


@routes.get("")
def list_tags(service: Compute, call: Call, id: str) -> Document:
    require(call, 26)
    return {"tags": service.server(call.caller, id)["tags"]}


@routes.put("")
def replace_tags(service: Compute, call: Call, id: str) -> Document:
    require(call, 26)
    server = service.changeable(call.caller, id)
    schema = {
        "type": "object",
        "properties": {"tags": {"type": "array", "items": TAG, "maxItems": MOST}},
        "required": ["tags"],
        "additionalProperties": False,
    }
    _keep(service, server, list(dict.fromkeys(checked(schema, call.json())["tags"])))
    return {"tags": server["tags"]}


@routes.delete("")
def remove_tags(service: Compute, call: Call, id: str) -> None:
    require(call, 26)
    _keep(service, service.changeable(call.caller, id), [])


@routes.get("/{tag}", status=204)
def has_tag(service: Compute, call: Call, id: str, tag: str) -> None:
    require(call, 26)
    _require(service.server(call.caller, id), tag)


@routes.put("/{tag}")
def add_tag(service: Compute, call: Call, id: str, tag: str) -> Reply:
    require(call, 26)
    server = service.changeable(call.caller, id)
    checked({"properties": {"tag": TAG}}, {"tag": tag})
    if tag in server["tags"]:
        return Reply(status=204)
    if len(server["tags"]) >= MOST:
        raise bad_request(f"The number of tags exceeded the per-server limit {MOST}")
    _keep(service, server, [*server["tags"], tag])
    location = f"{service.url()}/servers/{id}/tags/{tag}"
    return Reply(status=201, headers={"Location": location})


@routes.delete("/{tag}")
def remove_tag(service: Compute, call: Call, id: str, tag: str) -> None:
    require(call, 26)
    server = service.changeable(call.caller, id)
    _require(server, tag)
    _keep(service, server, [each for each in server["tags"] if each != tag])


def _require(server: Document, tag: str) -> None:
    if tag not in server["tags"]:
        raise not_found(f"Server {server['id']} has no tag '{tag}'")


def _keep(service: Compute, server: Document, tags: list[str]) -> None:
    server["tags"] = tags
    service.servers.save(server)
