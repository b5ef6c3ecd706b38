"""``/v1/secrets``: store, list, show, read and delete secrets of a project."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.key_manager.pages import page
from heat_mq.simcloud.refusal import Refusal, bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_id, public

if TYPE_CHECKING:
    from heat_mq.simcloud.key_manager.service import KeyManager

TYPES = ("symmetric", "public", "private", "passphrase", "certificate", "opaque")
CONTENT_TYPES = ("text/plain", "application/octet-stream")

routes = Routes("/v1/secrets")


@routes.post("", status=201)
def store_secret(service: KeyManager, call: Call) -> Document:
    wanted = call.json()
    kind = wanted.get("secret_type") or "opaque"
    if kind not in TYPES:
        raise bad_request(f"Provided object does not match schema 'Secret': Invalid secret_type {kind!r}.")
    expiration = wanted.get("expiration")
    if expiration is not None and _moment(expiration) <= service.now():
        raise bad_request("Provided object does not match schema 'Secret': 'expiration' is before current time.")
    payload, content_type = wanted.get("payload"), wanted.get("payload_content_type")
    if payload is not None and not content_type:
        raise bad_request("If 'payload' is supplied, 'payload_content_type' must also be supplied.")
    raw = None if payload is None else _bytes(payload, content_type, wanted.get("payload_content_encoding"))
    described = {key: wanted.get(key) for key in ("name", "algorithm", "bit_length", "mode", "expiration")}
    secret = new_secret(service, call.caller, raw, content_type, secret_type=kind, **described)
    return {"secret_ref": service.reference(secret["id"])}


def new_secret(
    service: KeyManager,
    caller: Caller,
    payload: bytes | None,
    content_type: str | None,
    *,
    secret_type: str,
    name: str | None = None,
    algorithm: str | None = None,
    bit_length: int | None = None,
    mode: str | None = None,
    expiration: str | None = None,
) -> Document:
    """Keep a secret of the caller's project."""
    now = times.seconds(service.now())
    secret: Document = {
        "id": new_id(),
        "project_id": caller.project_id,
        "creator_id": caller.user_id,
        "name": name,
        "secret_type": secret_type,
        "algorithm": algorithm,
        "bit_length": bit_length,
        "mode": mode,
        "expiration": expiration,
        "created": now,
        "updated": now,
        "_payload": None if payload is None else base64.b64encode(payload).decode(),
        "_content_type": content_type if payload is not None else None,
    }
    return service.secrets.save(secret)


@routes.get("")
def list_secrets(service: KeyManager, call: Call) -> Document:
    found = service.secrets.where(project_id=call.caller.project_id)
    if name := call.query.get("name"):
        found = [each for each in found if each["name"] == name]
    return page(service, call, "secrets", [_shown(service, each) for each in found])


@routes.get("/{id}")
def show_secret(service: KeyManager, call: Call, id: str) -> Document:
    return _shown(service, service.secret(call.caller, id))


@routes.put("/{id}", status=204)
def fill_secret(service: KeyManager, call: Call, id: str) -> None:
    """Give a payload to a secret that was stored without one."""
    secret = service.secret(call.caller, id)
    if secret["_payload"] is not None:
        raise conflict("Secret already has data, cannot modify it.")
    secret["_payload"] = base64.b64encode(call.raw()).decode()
    secret["_content_type"] = call.header("Content-Type") or "text/plain"
    service.secrets.save(secret)


@routes.get("/{id}/payload")
def read_secret(service: KeyManager, call: Call, id: str) -> Reply:
    secret = service.secret(call.caller, id)
    if secret["_payload"] is None:
        raise not_found("Not Found. Sorry but your secret has no payload.")
    accepted = call.header("Accept") or "*/*"
    if accepted not in ("*/*", secret["_content_type"]):
        raise Refusal(406, "Secret payload retrieval issue seen - Not acceptable content type.")
    return Reply(base64.b64decode(secret["_payload"]), content_type=secret["_content_type"])


@routes.delete("/{id}")
def delete_secret(service: KeyManager, call: Call, id: str) -> None:
    service.secrets.remove(service.secret(call.caller, id)["id"])


def _shown(service: KeyManager, secret: Document) -> Document:
    shown = {key: value for key, value in public(secret).items() if key not in ("id", "project_id")}
    if secret["_content_type"]:
        shown["content_types"] = {"default": secret["_content_type"]}
    return {**shown, "status": "ACTIVE", "secret_ref": service.reference(secret["id"])}


def _bytes(payload: str, content_type: str | None, encoding: str | None) -> bytes:
    if content_type not in CONTENT_TYPES:
        raise bad_request(f"Provided object does not match schema 'Secret': {content_type!r} is not supported.")
    if content_type == "text/plain":
        if encoding is not None:
            raise bad_request("payload_content_encoding must not be specified when payload_content_type is text.")
        return payload.encode()
    if encoding != "base64":
        raise bad_request("payload_content_encoding must be specified when payload_content_type is supplied.")
    try:
        return base64.b64decode(payload, validate=True)
    except binascii.Error:
        raise bad_request("Unable to decode request data.") from None


def _moment(text: str) -> float:
    try:
        return times.parse(text)
    except (TypeError, ValueError):
        raise bad_request("Provided object does not match schema 'Secret': Invalid date for 'expiration'.") from None
