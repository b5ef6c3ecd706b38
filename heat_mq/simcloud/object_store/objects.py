"""``/v1/{account}/{container}/{object}``: with a token, or with a URL that is good for a while."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from heat_mq.simcloud.object_store import temp_urls
from heat_mq.simcloud.refusal import not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.object_store.service import ObjectStore

routes = Routes("/v1/{account}/{container}/{name:path}")
KEYS = ("temp-url-key", "temp-url-key-2")


@routes.put("", public=True, status=201)
def put_object(service: ObjectStore, call: Call, account: str, container: str, name: str) -> Reply:
    _admit(service, call, account, container, name)
    home = service.container(account, container)
    content = call.raw()
    _archive(service, account, home, name)
    service.objects.save(
        {
            "id": f"{home['id']}/{name}",
            "container": home["id"],
            "name": name,
            "content": base64.b64encode(content).decode(),
            "type": call.header("Content-Type") or "application/octet-stream",
        }
    )
    return Reply(None, 201, {"ETag": hashlib.md5(content, usedforsecurity=False).hexdigest()})


@routes.get("", public=True)
def get_object(service: ObjectStore, call: Call, account: str, container: str, name: str) -> Reply:
    _admit(service, call, account, container, name)
    found = _found(service, account, container, name)
    return Reply(base64.b64decode(found["content"]), content_type=found["type"])


@routes.delete("", public=True)
def delete_object(service: ObjectStore, call: Call, account: str, container: str, name: str) -> None:
    _admit(service, call, account, container, name)
    service.objects.remove(_found(service, account, container, name)["id"])


def _archive(service: ObjectStore, account: str, home: Document, name: str) -> None:
    """Keep what is about to be written over, where the container says so."""
    known = service.objects.get(f"{home['id']}/{name}")
    if known is None or not home.get("archive"):
        return
    archive = service.container(account, home["archive"])
    number = len(service.objects.where(container=archive["id"]))
    kept = f"{len(name):03x}{name}/{service.now():016.5f}-{number:06}"
    service.objects.save({**known, "id": f"{archive['id']}/{kept}", "container": archive["id"], "name": kept})


def _admit(service: ObjectStore, call: Call, account: str, container: str, name: str) -> None:
    homes = (service.accounts.get(account), service.containers.get(f"{account}/{container}"))
    keys = [home["metadata"][key] for home in homes if home is not None for key in KEYS if home["metadata"].get(key)]
    path = f"/v1/{account}/{container}/{name}"
    temp_urls.check(call, call.caller, account.removeprefix("AUTH_"), path, keys, service.now())


def _found(service: ObjectStore, account: str, container: str, name: str) -> Document:
    found = service.objects.get(f"{account}/{container}/{name}")
    if found is None:
        raise not_found("The resource could not be found.")
    return found
