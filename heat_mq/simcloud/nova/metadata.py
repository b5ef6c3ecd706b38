"""``/servers/{id}/metadata``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud import times
from heat_mq.simcloud.nova.schemas import METADATA, checked
from heat_mq.simcloud.refusal import bad_request, forbidden, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

routes = Routes("/v2.1/servers/{id}/metadata")


@routes.get("")
def list_items(service: Compute, call: Call, id: str) -> Document:
    return {"metadata": service.server(call.caller, id)["metadata"]}


@routes.post("")
def add_items(service: Compute, call: Call, id: str) -> Document:
    server = service.changeable(call.caller, id)
    return {"metadata": _keep(service, server, {**server["metadata"], **_items(call.json(), "metadata")})}


@routes.put("")
def replace_items(service: Compute, call: Call, id: str) -> Document:
    server = service.changeable(call.caller, id)
    return {"metadata": _keep(service, server, _items(call.json(), "metadata"))}


@routes.get("/{key}")
def show_item(service: Compute, call: Call, id: str, key: str) -> Document:
    return {"meta": {key: _item(service.server(call.caller, id), key)}}


@routes.put("/{key}")
def set_item(service: Compute, call: Call, id: str, key: str) -> Document:
    server = service.changeable(call.caller, id)
    item = _items(call.json(), "meta")
    if list(item) != [key]:
        raise bad_request("Request body and URI mismatch")
    _keep(service, server, {**server["metadata"], **item})
    return {"meta": item}


@routes.delete("/{key}")
def remove_item(service: Compute, call: Call, id: str, key: str) -> None:
    server = service.changeable(call.caller, id)
    _item(server, key)
    _keep(service, server, {each: value for each, value in server["metadata"].items() if each != key})


def _items(body: Document, wrapper: str) -> dict[str, Any]:
    found: dict[str, Any] = checked(
        {"type": "object", "properties": {wrapper: METADATA}, "required": [wrapper], "additionalProperties": False},
        body,
    )[wrapper]
    return found


def _item(server: Document, key: str) -> Any:
    if key not in server["metadata"]:
        raise not_found("Metadata item was not found")
    return server["metadata"][key]


def _keep(service: Compute, server: Document, metadata: dict[str, Any]) -> dict[str, Any]:
    limit = service.quotas.limits(server["project_id"])["metadata_items"]
    if -1 < limit < len(metadata):
        raise forbidden(f"Maximum number of metadata items exceeds {limit}")
    server["metadata"] = metadata
    server["updated"] = times.seconds(service.now())
    service.servers.save(server)
    return metadata
