"""Key pairs, which belong to users."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from heat_mq.simcloud import times
from heat_mq.simcloud.identity.service import Identity
from heat_mq.simcloud.listing import paged
from heat_mq.simcloud.nova.limits import require_room
from heat_mq.simcloud.nova.microversions import requested, since
from heat_mq.simcloud.nova.policy import require_admin
from heat_mq.simcloud.nova.schemas import checked, keypair_schema
from heat_mq.simcloud.refusal import bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

BITS = 2048
SEED = "my_key"

routes = Routes("/v2.1/os-keypairs")


@routes.get("")
def list_keypairs(service: Compute, call: Call) -> Document:
    user_id = _user(call)
    found = service.keypairs.where(user_id=user_id)
    found.sort(key=lambda each: each["name"])
    page = paged(found, call.query, key="name") if since(call, 35) else found
    keys = ("name", "public_key", "fingerprint", *(("type",) if since(call, 2) else ()))
    return {"keypairs": [{"keypair": {key: each[key] for key in keys}} for each in page]}


@routes.post("", status=200)
def create_keypair(service: Compute, call: Call) -> Reply:
    wanted = checked(keypair_schema(requested(call.request)), call.json())["keypair"]
    user_id = call.caller.user_id
    if "user_id" in wanted and wanted["user_id"] != user_id:
        require_admin(call, "os_compute_api:os-keypairs:create")
        user_id = wanted["user_id"]
    name, kind = wanted["name"], wanted.get("type", "ssh")
    used = service.keypairs.count("user_id", user_id)
    require_room(service, call.caller.project_id, "key_pairs", used, message="Quota exceeded, too many key pairs.")
    if service.keypairs.get(f"{user_id}/{name}"):
        raise conflict(f"Key pair '{name}' already exists.")
    private = None
    public = wanted.get("public_key")
    if public is None:
        private, public = _generated()
    keypair = _keep(service, user_id, name, public, kind)
    shown = {key: keypair[key] for key in ("name", "public_key", "fingerprint", "user_id")}
    if private is not None:
        shown["private_key"] = private
    if since(call, 2):
        shown["type"] = kind
    return Reply({"keypair": shown}, status=201 if since(call, 2) else 200)


@routes.get("/{name}")
def show_keypair(service: Compute, call: Call, name: str) -> Document:
    keypair = found(service, _user(call), name)
    keys = ("name", "public_key", "fingerprint", "user_id", "created_at")
    shown = {key: keypair[key] for key in keys}
    shown.update(id=keypair["_born"], deleted=False, deleted_at=None, updated_at=None)
    if since(call, 2):
        shown["type"] = keypair["type"]
    return {"keypair": shown}


@routes.delete("/{name}")
def delete_keypair(service: Compute, call: Call, name: str) -> Reply:
    keypair = found(service, _user(call), name)
    service.keypairs.remove(keypair["id"])
    return Reply(status=204 if since(call, 2) else 202)


def seed(service: Compute) -> None:
    """``my_key`` of user demo; nobody has its private half."""
    user = service.cloud.of(Identity).users.first(name="demo")
    if user is not None:
        _keep(service, user["id"], SEED, _public(ed25519.Ed25519PrivateKey.generate()), "ssh")


def found(service: Compute, user_id: str, name: str) -> Document:
    """A user's key pair; Refusal 404 when there is none."""
    keypair = service.keypairs.get(f"{user_id}/{name}")
    if keypair is None:
        raise not_found(f"Keypair {name} not found for user {user_id}")
    return keypair


def _user(call: Call) -> str:
    """Whose key pairs the request is about; an administrator may ask for another user's."""
    wanted = call.query.get("user_id")
    if wanted and wanted != call.caller.user_id and since(call, 10):
        require_admin(call, "os_compute_api:os-keypairs:show")
        return str(wanted)
    return call.caller.user_id


def _keep(service: Compute, user_id: str, name: str, public: str, kind: str) -> Document:
    return service.keypairs.save(
        {
            "id": f"{user_id}/{name}",
            "name": name,
            "user_id": user_id,
            "public_key": public,
            "fingerprint": _fingerprint(public, kind),
            "type": kind,
            "created_at": times.micros(service.now()),
        }
    )


def _generated() -> tuple[str, str]:
    """A new private key (PEM) and its public one (OpenSSH)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return private.decode(), _public(key)


def _public(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    line = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return f"{line.decode()} Generated-by-Nova"


def _fingerprint(public: str, kind: str) -> str:
    """MD5 of an ssh key, SHA-1 of a certificate, in pairs of digits; Refusal 400 for what is no key."""
    if kind == "x509":
        digest = hashlib.sha1(public.encode(), usedforsecurity=False).hexdigest()
        return ":".join(digest[place : place + 2] for place in range(0, len(digest), 2)).upper()
    try:
        blob = base64.b64decode(public.split()[1], validate=True)
        serialization.load_ssh_public_key(public.encode())
    except (IndexError, ValueError, binascii.Error) as problem:
        raise bad_request("Keypair data is invalid: failed to generate fingerprint") from problem
    digest = hashlib.md5(blob, usedforsecurity=False).hexdigest()
    return ":".join(digest[place : place + 2] for place in range(0, len(digest), 2))
