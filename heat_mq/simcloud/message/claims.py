"""``/v2/queues/{name}/claims``: keep messages from others for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heat_mq.simcloud.message.messages import shown
from heat_mq.simcloud.refusal import not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.message.service import Message

TTL: Final = 300
PAGE: Final = 10

routes = Routes("/v2/queues/{name}/claims")


@routes.post("", status=201)
def claim_messages(service: Message, call: Call, name: str) -> Reply:
    """204 when there is nothing to claim."""
    queue = service.queue(call.caller, name)
    free = [each for each in service.live(queue) if service.claim_of(each) is None] if queue is not None else []
    mine = free[: int(call.query.get("limit", PAGE))]
    if queue is None or not mine:
        return Reply(None, 204)
    ttl = int(call.json().get("ttl", TTL))
    claim = {"id": new_hex_id(), "queue": queue["id"], "ttl": ttl, "made": service.now()}
    service.claims.save({**claim, "expires": service.now() + ttl})
    for message in mine:
        message["claim_id"] = claim["id"]
        message["expires"] = max(message["expires"], service.now() + ttl)
        service.messages.save(message)
    location = f"/v2/queues/{name}/claims/{claim['id']}"
    return Reply({"messages": [shown(service, name, each, claim["id"]) for each in mine]}, 201, {"Location": location})


@routes.get("/{id}")
def show_claim(service: Message, call: Call, name: str, id: str) -> Document:
    claim = _found(service, call, name, id)
    held = [each for each in service.messages.where(queue=claim["queue"]) if each["claim_id"] == id]
    age = int(service.now() - claim["made"])
    messages = [shown(service, name, each, id) for each in held]
    return {"age": age, "ttl": claim["ttl"], "href": f"/v2/queues/{name}/claims/{id}", "messages": messages}


@routes.patch("/{id}", status=204)
def renew_claim(service: Message, call: Call, name: str, id: str) -> None:
    claim = _found(service, call, name, id)
    ttl = int(call.json().get("ttl", TTL))
    claim.update(ttl=ttl, expires=service.now() + ttl)
    service.claims.save(claim)


@routes.delete("/{id}")
def release_claim(service: Message, call: Call, name: str, id: str) -> None:
    """Its messages are free again; quiet when there is none."""
    queue = service.existing(call.caller, name)
    for message in service.messages.where(queue=queue["id"]):
        if message["claim_id"] == id:
            message["claim_id"] = None
            service.messages.save(message)
    service.claims.remove(id)


def _found(service: Message, call: Call, name: str, id: str) -> Document:
    queue = service.existing(call.caller, name)
    claim = service.claims.get(id)
    if claim is None or claim["queue"] != queue["id"] or claim["expires"] <= service.now():
        raise not_found(f"Claim {id} does not exist.")
    return claim
