"""``/v1/{account}/{container}``: make, list, change and delete containers."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.object_store.metadata import read_metadata, shown_metadata
from heat_mq.simcloud.refusal import Refusal
from heat_mq.simcloud.routing import Call, Reply, Routes

if TYPE_CHECKING:
    from heat_mq.simcloud.object_store.service import ObjectStore

routes = Routes("/v1/{account}/{container}")
#: Of objects in a list, when the caller does not say how many.
MOST = 10000


@routes.put("")
def put_container(service: ObjectStore, call: Call, account: str, container: str) -> Reply:
    """One that is there takes the metadata given."""
    service.account(call, account)
    id = f"{account}/{container}"
    known = service.containers.get(id)
    found = known or {"id": id, "account": account, "name": container, "metadata": {}}
    found["metadata"] |= read_metadata(call, "Container")
    found["archive"] = call.header("X-Versions-Location") or found.get("archive", "")
    service.containers.save(found)
    return Reply(None, 202 if known else 201)


@routes.post("", status=204)
def change_container(service: ObjectStore, call: Call, account: str, container: str) -> Any:
    service.account(call, account)
    found = service.container(account, container)
    found["metadata"] |= read_metadata(call, "Container")
    service.containers.save(found)
    return None


@routes.get("")
def list_objects(service: ObjectStore, call: Call, account: str, container: str) -> Reply:
    service.account(call, account)
    found = service.container(account, container)
    marker, limit = str(call.query.get("marker", "")), int(call.query.get("limit", MOST))
    objects = sorted(service.objects.where(container=found["id"]), key=lambda each: str(each["name"]))
    page = [each for each in objects if str(each["name"]) > marker][:limit]
    shown = [{"name": each["name"], "bytes": len(base64.b64decode(each["content"]))} for each in page]
    return Reply(shown, headers=shown_metadata(found["metadata"], "Container"))


@routes.delete("")
def delete_container(service: ObjectStore, call: Call, account: str, container: str) -> None:
    service.account(call, account)
    found = service.container(account, container)
    if service.objects.where(container=found["id"]):
        raise Refusal(409, "There was a conflict when trying to complete your request.")
    service.containers.remove(found["id"])
