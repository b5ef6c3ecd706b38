"""``/v2/queues/{name}/messages``: post, list, show and delete messages."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from heat_mq.simcloud.refusal import bad_request, forbidden, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.message.service import Message

TTL: Final = 3600
MOST_BYTES: Final = 262144
PAGE: Final = 10
MOST_POPPED: Final = 20

routes = Routes("/v2/queues/{name}/messages")


@routes.post("", status=201)
def post_messages(service: Message, call: Call, name: str) -> Reply:
    client = client_id(call.header("Client-ID"))
    if int(call.header("Content-Length") or 0) > MOST_BYTES:
        raise bad_request(f"Message collection size is too large. Max size {MOST_BYTES}.")
    wanted = call.json().get("messages")
    if not isinstance(wanted, list) or not wanted:
        raise bad_request("No messages could be enqueued: give a list of messages.")
    for each in wanted:
        _check(each)
    queue = service.ensured(call.caller, name)
    made = []
    for each in wanted:
        ttl = each.get("ttl", queue["metadata"].get("_default_message_ttl", TTL))
        message = {"id": new_hex_id(), "queue": queue["id"], "body": each["body"], "ttl": ttl, "client_id": client}
        message |= {"posted": service.now(), "expires": service.now() + ttl, "claim_id": None}
        made.append(service.messages.save(message))
    return Reply({"resources": [_href(name, each) for each in made]}, 201)


@routes.get("")
def list_messages(service: Message, call: Call, name: str) -> Document:
    client, query = client_id(call.header("Client-ID")), call.query
    queue = service.queue(call.caller, name)
    found = service.live(queue) if queue is not None else []
    if str(query.get("echo", "false")).lower() != "true":
        found = [each for each in found if each["client_id"] != client]
    if str(query.get("include_claimed", "false")).lower() != "true":
        found = [each for each in found if service.claim_of(each) is None]
    ids = [each["id"] for each in found]
    marker = query.get("marker")
    start = ids.index(marker) + 1 if marker in ids else 0
    page = found[start : start + int(query.get("limit", PAGE))] if marker is None or marker in ids else []
    links = [{"rel": "next", "href": f"/v2/queues/{name}/messages?marker={page[-1]['id']}"}] if page else []
    return {"messages": [shown(service, name, each) for each in page], "links": links}


@routes.get("/{id}")
def show_message(service: Message, call: Call, name: str, id: str) -> Document:
    return shown(service, name, _found(service, call, name, id))


@routes.delete("/{id}")
def delete_message(service: Message, call: Call, name: str, id: str) -> None:
    """One that is claimed goes only by its claim."""
    message = _found(service, call, name, id)
    claim = service.claim_of(message)
    if claim is not None and call.query.get("claim_id") != claim["id"]:
        raise forbidden("A claim was specified, but the message is not currently claimed by it.")
    service.messages.remove(id)


@routes.delete("", status=200)
def delete_messages(service: Message, call: Call, name: str) -> Document | None:
    """``pop=N`` gives the first messages that are free and removes them, ``ids`` removes those."""
    queue, query = service.queue(call.caller, name), call.query
    found = service.live(queue) if queue is not None else []
    if "pop" in query:
        if not str(query["pop"]).isdigit() or not 1 <= int(query["pop"]) <= MOST_POPPED:
            raise bad_request(f"Pop value must be at least 1 and may not be greater than {MOST_POPPED}.")
        taken = [each for each in found if service.claim_of(each) is None][: int(query["pop"])]
    elif "ids" in query:
        ids = query["ids"] if isinstance(query["ids"], list) else str(query["ids"]).split(",")
        taken = [each for each in found if each["id"] in ids]
    else:
        raise bad_request('The request should have either "ids" or "pop" parameter.')
    for each in taken:
        service.messages.remove(each["id"])
    return {"messages": [shown(service, name, each) for each in taken]} if "pop" in query else None


def shown(service: Message, name: str, message: Document, claim_id: str = "") -> Document:
    suffix = f"?claim_id={claim_id}" if claim_id else ""
    age = max(0, int(service.now() - message["posted"]))
    return {
        "id": message["id"],
        "href": f"{_href(name, message)}{suffix}",
        "ttl": message["ttl"],
        "age": age,
        "body": message["body"],
    }


def _check(message: Any) -> None:
    if not isinstance(message, dict) or "body" not in message:
        raise bad_request("Each message needs a body.")
    ttl = message.get("ttl", TTL)
    if not isinstance(ttl, int) or not 60 <= ttl <= 1209600:
        raise bad_request("The TTL for a message may not exceed 1209600 seconds, and must be at least 60.")


def _found(service: Message, call: Call, name: str, id: str) -> dict[str, Any]:
    queue = service.existing(call.caller, name)
    for message in service.live(queue):
        if message["id"] == id:
            return message
    raise not_found(f"Message {id} does not exist.")


def _href(name: str, message: Document) -> str:
    return f"/v2/queues/{name}/messages/{message['id']}"


def client_id(header: str) -> str:
    """The header Client-ID, which every client must send; Refusal 400 without it."""
    if not header:
        raise bad_request('The "Client-Id" header is required.')
    try:
        return str(uuid.UUID(header))
    except ValueError:
        raise bad_request("Malformed hexadecimal UUID.") from None
