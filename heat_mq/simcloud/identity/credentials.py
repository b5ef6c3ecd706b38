"""``/v3/credentials``: secrets of any type kept for users; those of type ``ec2`` are EC2 key pairs."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from heat_mq.simcloud.identity.entities import found, listed, require_admin, require_self_or_admin, required, shown
from heat_mq.simcloud.refusal import bad_request, conflict, forbidden
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

routes = Routes("/v3/credentials")


@routes.get("")
def list_credentials(service: Identity, call: Call) -> Document:
    """Administrators see all, others their own."""
    documents = service.credentials.all()
    if not call.caller.is_admin:
        documents = [each for each in documents if each["user_id"] == call.caller.user_id]
    return listed(service, call, "credentials", documents, ("user_id", "type"))


@routes.post("", status=201)
def create_credential(service: Identity, call: Call) -> Document:
    wanted = call.body("credential")
    user_id = wanted.get("user_id") or call.caller.user_id
    require_self_or_admin(service, call, user_id)
    credential: Document = {
        "id": new_hex_id(),
        "user_id": user_id,
        "project_id": wanted.get("project_id"),
        "type": required(wanted, "type"),
        "blob": required(wanted, "blob"),
    }
    if credential["type"] == "ec2":
        credential["id"] = ec2_credential_id(_access_key(credential["blob"]))
        if not credential["project_id"]:
            raise bad_request("project_id is required for a credential of type ec2")
        if service.credentials.get(credential["id"]):
            raise conflict("Conflict occurred attempting to store credential - Duplicate entry found.")
    return {"credential": shown(service, "credentials", service.credentials.save(credential))}


@routes.get("/{id}")
def show_credential(service: Identity, call: Call, id: str) -> Document:
    return {"credential": shown(service, "credentials", _own(service, call, id))}


@routes.patch("/{id}")
def update_credential(service: Identity, call: Call, id: str) -> Document:
    credential = _own(service, call, id)
    wanted = call.body("credential")
    if wanted.get("user_id", credential["user_id"]) != credential["user_id"]:
        require_admin(call)
    credential.update({key: wanted[key] for key in ("blob", "type", "project_id", "user_id") if key in wanted})
    return {"credential": shown(service, "credentials", service.credentials.save(credential))}


@routes.delete("/{id}")
def delete_credential(service: Identity, call: Call, id: str) -> None:
    service.credentials.remove(_own(service, call, id)["id"])


def ec2_credential_id(access: str) -> str:
    """The id of the credential that holds an EC2 access key."""
    return hashlib.sha256(access.encode()).hexdigest()


def _access_key(blob: str) -> str:
    try:
        return str(json.loads(blob)["access"])
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request("Invalid blob in credential: a JSON object with access and secret is wanted") from error


def _own(service: Identity, call: Call, id: str) -> Document:
    credential = found(service.credentials, id, "credential")
    if credential["user_id"] != call.caller.user_id and not call.caller.is_admin:
        raise forbidden()
    return credential
