"""``/v1/secrets``: store, list, show, read and delete secrets of a project."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.refusal import Refusal, bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_id, public

if TYPE_CHECKING:
    from heat_mq.simcloud.key_manager.service import KeyManager

TYPES = ("symmetric", "public", "private", "passphrase", "certificate", "opaque")
PAGE = 10

routes = Routes("/v1/secrets")


@routes.post("", status=201)
def store_secret(service: KeyManager, call: Call) -> Document:
    wanted = call.json()
    kind = wanted.get("secret_type") or "opaque"
    if kind not in TYPES:
        raise bad_request(f"Provided object does not match schema 'Secret': Invalid secret_type {kind!r}.")
    payload = wanted.get("payload")
    if payload is not None and not wanted.get("payload_content_type"):
        raise bad_request("If 'payload' is supplied, 'payload_content_type' must also be supplied.")
    now = times.seconds(service.now())
    secret: Document = {
        "id": new_id(),
        "project_id": call.caller.project_id,
        "creator_id": call.caller.user_id,
        "name": wanted.get("name"),
        "secret_type": kind,
        "algorithm": wanted.get("algorithm"),
        "bit_length": wanted.get("bit_length"),
        "mode": wanted.get("mode"),
        "expiration": wanted.get("expiration"),
        "created": now,
        "updated": now,
        "_payload": _text(payload, wanted.get("payload_content_encoding")),
        "_content_type": wanted.get("payload_content_type"),
    }
    return {"secret_ref": service.reference(service.secrets.save(secret)["id"])}


@routes.get("")
def list_secrets(service: KeyManager, call: Call) -> Document:
    found = service.secrets.where(project_id=call.caller.project_id)
    if name := call.query.get("name"):
        found = [each for each in found if each["name"] == name]
    start, count = _number(call, "offset", 0), _number(call, "limit", PAGE)
    page = found[start : start + count]
    answer: Document = {"secrets": [_shown(service, each) for each in page], "total": len(found)}
    if start + count < len(found):
        answer["next"] = f"{service.url()}/v1/secrets?limit={count}&offset={start + count}"
    return answer


@routes.get("/{id}")
def show_secret(service: KeyManager, call: Call, id: str) -> Document:
    return _shown(service, service.secret(call.caller, id))


@routes.put("/{id}", status=204)
def fill_secret(service: KeyManager, call: Call, id: str) -> None:
    """Give a payload to a secret that was stored without one."""
    secret = service.secret(call.caller, id)
    if secret["_payload"] is not None:
        raise conflict("Secret already has data, cannot modify it.")
    secret["_payload"] = call.raw().decode()
    secret["_content_type"] = call.header("Content-Type") or "text/plain"
    service.secrets.save(secret)


@routes.get("/{id}/payload")
def read_secret(service: KeyManager, call: Call, id: str) -> Reply:
    secret = service.secret(call.caller, id)
    if secret["_payload"] is None:
        raise not_found("Not Found. Sorry but your secret has no payload.")
    accepted = call.header("Accept") or "*/*"
    if accepted not in ("*/*", secret["_content_type"], "text/plain", "application/json"):
        raise Refusal(406, "Secret payload retrieval issue seen - Not acceptable content type.")
    return Reply(secret["_payload"].encode(), content_type=secret["_content_type"])


@routes.delete("/{id}")
def delete_secret(service: KeyManager, call: Call, id: str) -> None:
    service.secrets.remove(service.secret(call.caller, id)["id"])


def _shown(service: KeyManager, secret: Document) -> Document:
    shown = {key: value for key, value in public(secret).items() if key not in ("id", "project_id")}
    if secret["_content_type"]:
        shown["content_types"] = {"default": secret["_content_type"]}
    return {**shown, "status": "ACTIVE", "secret_ref": service.reference(secret["id"])}


def _text(payload: str | None, encoding: str | None) -> str | None:
    if payload is None or encoding != "base64":
        return payload
    try:
        return base64.b64decode(payload, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise bad_request("Unable to decode request data.") from None


def _number(call: Call, key: str, default: int) -> int:
    text = str(call.query.get(key, default))
    if not text.isdecimal():
        raise bad_request(f"{key} must be a number.")
    return int(text)
