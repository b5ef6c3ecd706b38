"""``/v2/queues``: make, list, show, change and delete queues."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.message.service import Message

NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
PAGE: Final = 10
DEFAULTS: Final = {
    "_max_messages_post_size": 262144,
    "_default_message_ttl": 3600,
    "_default_message_delay": 0,
    "_dead_letter_queue": None,
    "_dead_letter_queue_messages_ttl": None,
    "_max_claim_count": None,
    "_enable_encrypt_messages": False,
}

routes = Routes("/v2/queues")


@routes.get("")
def list_queues(service: Message, call: Call) -> Document:
    found = sorted(service.queues.where(project_id=call.caller.project_id), key=lambda queue: str(queue["name"]))
    marker = str(call.query.get("marker", ""))
    page = [queue for queue in found if queue["name"] > marker][: int(call.query.get("limit", PAGE))]
    last = page[-1]["name"] if page else marker
    links = [{"rel": "next", "href": f"/v2/queues?marker={last}"}] if page else []
    return {"queues": [{"name": each["name"], "href": f"/v2/queues/{each['name']}"} for each in page], "links": links}


@routes.put("/{name}")
def create_queue(service: Message, call: Call, name: str) -> Reply:
    """A queue that is there stays as it is."""
    existed = service.queue(call.caller, name) is not None
    queue = service.ensured(call.caller, name)
    if not existed:
        queue["metadata"] = call.json()
        service.queues.save(queue)
    return Reply(None, 204 if existed else 201, {"Location": f"/v2/queues/{name}"})


@routes.get("/{name}")
def show_queue(service: Message, call: Call, name: str) -> Document:
    """Its metadata, with what the service decides when it is not said; a queue that is not there has only that."""
    queue = service.queue(call.caller, name)
    return {**DEFAULTS, **(queue["metadata"] if queue is not None else {})}


@routes.patch("/{name}")
def change_queue(service: Message, call: Call, name: str) -> Document:
    """Body: a JSON patch of paths below ``/metadata``."""
    queue = service.existing(call.caller, name)
    try:
        operations: list[dict[str, Any]] = json.loads(call.raw())
        for each in operations:
            key = str(each["path"]).removeprefix("/metadata/")
            if each["op"] == "remove":
                queue["metadata"].pop(key, None)
            elif each["op"] in ("add", "replace"):
                queue["metadata"][key] = each["value"]
            else:
                raise KeyError("op")
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request(f"Invalid JSON patch: {error}.") from None
    return dict(service.queues.save(queue)["metadata"])


@routes.delete("/{name}")
def delete_queue(service: Message, call: Call, name: str) -> None:
    """Quiet when there is none."""
    queue = service.queue(call.caller, name)
    if queue is None:
        return
    for collection in (service.messages, service.claims):
        for each in collection.where(queue=queue["id"]):
            collection.remove(each["id"])
    service.queues.remove(queue["id"])
