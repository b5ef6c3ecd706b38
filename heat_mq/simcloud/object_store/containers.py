"""``/v1/{account}/{container}``: make, list, change and delete containers."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.object_store.metadata import change_metadata, shown_metadata
from heat_mq.simcloud.refusal import Refusal
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.object_store.service import ObjectStore

routes = Routes("/v1/{account}/{container}")
#: Who may read and write: headers that are kept and shown.
ACCESS = ("X-Container-Read", "X-Container-Write")
#: Of objects in a list, when the caller does not say how many.
MOST = 10000


@routes.put("")
def put_container(service: ObjectStore, call: Call, account: str, container: str) -> Reply:
    """One that is there takes the metadata given."""
    service.account(call, account)
    id = f"{account}/{container}"
    known = service.containers.get(id)
    found = known or {"id": id, "account": account, "name": container, "metadata": {}}
    _change(found, call)
    found["archive"] = call.header("X-Versions-Location") or found.get("archive", "")
    service.containers.save(found)
    return Reply(None, 202 if known else 201)


@routes.post("", status=204)
def change_container(service: ObjectStore, call: Call, account: str, container: str) -> Any:
    service.account(call, account)
    found = service.container(account, container)
    _change(found, call)
    service.containers.save(found)
    return None


@routes.get("")
def list_objects(service: ObjectStore, call: Call, account: str, container: str) -> Reply:
    service.account(call, account)
    found = service.container(account, container)
    marker, limit = str(call.query.get("marker", "")), int(call.query.get("limit", MOST))
    objects = sorted(service.objects.where(container=found["id"]), key=lambda each: str(each["name"]))
    page = [each for each in objects if str(each["name"]) > marker][:limit]
    shown = [{"name": each["name"], "bytes": _size(each)} for each in page]
    return Reply(shown, headers=_headers(found, objects))


@routes.delete("")
def delete_container(service: ObjectStore, call: Call, account: str, container: str) -> None:
    service.account(call, account)
    found = service.container(account, container)
    if service.objects.where(container=found["id"]):
        raise Refusal(409, "There was a conflict when trying to complete your request.")
    service.containers.remove(found["id"])


def _change(container: Document, call: Call) -> None:
    change_metadata(container, call, "Container")
    given = {name: call.request.get_header(name) for name in ACCESS}
    merged = {**container.get("access", {}), **{name: value for name, value in given.items() if value is not None}}
    container["access"] = {name: value for name, value in merged.items() if value}


def _headers(container: Document, objects: list[Document]) -> dict[str, str]:
    sizes = [_size(each) for each in objects]
    counted = {"X-Container-Object-Count": str(len(sizes)), "X-Container-Bytes-Used": str(sum(sizes))}
    return {**counted, **container.get("access", {}), **shown_metadata(container["metadata"], "Container")}


def _size(kept: Document) -> int:
    return len(base64.b64decode(kept["content"]))
