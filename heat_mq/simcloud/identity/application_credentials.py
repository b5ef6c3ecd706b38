"""``/v3/users/{id}/application_credentials``: a secret with some of a user's roles on one project."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud import times
from heat_mq.simcloud.identity import passwords
from heat_mq.simcloud.identity.entities import listed, require_self_or_admin, required, shown
from heat_mq.simcloud.refusal import bad_request, conflict, forbidden, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

PATH = "users/{user_id}/application_credentials"

routes = Routes(f"/v3/{PATH}")


@routes.post("", status=201)
def create_credential(service: Identity, call: Call, user_id: str) -> Document:
    caller = call.caller
    if caller.user_id != user_id or not caller.project_id or caller.trust_id:
        raise forbidden()
    wanted = call.body("application_credential")
    name = required(wanted, "name")
    if service.application_credentials.where(user_id=user_id, name=name):
        raise conflict(f"Conflict occurred attempting to store application_credential - Duplicate entry {name}.")
    secret = wanted.get("secret") or secrets.token_urlsafe(48)
    credential = {
        "id": new_hex_id(),
        "user_id": user_id,
        "project_id": caller.project_id,
        "name": name,
        "description": wanted.get("description"),
        "expires_at": _moment(wanted.get("expires_at")),
        "unrestricted": bool(wanted.get("unrestricted", False)),
        "system": None,
        "roles": _roles(service, call, wanted.get("roles")),
        "_secret": passwords.hashed(secret),
    }
    service.application_credentials.save(credential)
    return {"application_credential": {**_shown(service, credential), "secret": secret}}


@routes.get("")
def list_credentials(service: Identity, call: Call, user_id: str) -> Document:
    require_self_or_admin(service, call, user_id)
    own = service.application_credentials.where(user_id=user_id)
    return listed(service, call, PATH.format(user_id=user_id), own)


@routes.get("/{id}")
def show_credential(service: Identity, call: Call, user_id: str, id: str) -> Document:
    return {"application_credential": _shown(service, _own(service, call, user_id, id))}


@routes.delete("/{id}")
def delete_credential(service: Identity, call: Call, user_id: str, id: str) -> None:
    service.application_credentials.remove(_own(service, call, user_id, id)["id"])


def _roles(service: Identity, call: Call, wanted: list[Any] | None) -> list[Document]:
    """The roles asked for, by default all that the token has."""
    granted = service.granted(call.caller.user_id, call.caller.project_id)
    granted = [role for role in granted if role["name"] in call.caller.roles]
    if wanted:
        asked = [each.get("id") or each.get("name") for each in wanted]
        for one in asked:
            if all(one not in (role["id"], role["name"]) for role in granted):
                raise bad_request(f"Invalid application credential: Could not find role assignment with role: {one}.")
        granted = [role for role in granted if role["id"] in asked or role["name"] in asked]
    return [{"id": role["id"], "name": role["name"], "domain_id": role["domain_id"]} for role in granted]


def _moment(given: Any) -> str | None:
    if given is None:
        return None
    try:
        return times.micros_zulu(times.parse(str(given)))
    except ValueError as error:
        raise bad_request(f"expires_at: {given!r} is no time in ISO 8601") from error


def _own(service: Identity, call: Call, user_id: str, id: str) -> Document:
    require_self_or_admin(service, call, user_id)
    credential = service.application_credentials.get(id)
    if credential is None or credential["user_id"] != user_id:
        raise not_found(f"Could not find Application Credential: {id}.")
    return credential


def _shown(service: Identity, credential: Document) -> Document:
    return shown(service, PATH.format(user_id=credential["user_id"]), credential)
