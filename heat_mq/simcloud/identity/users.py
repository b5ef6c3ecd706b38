"""``/v3/users``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.identity import passwords
from heat_mq.simcloud.identity.bootstrap import DEFAULT_DOMAIN, new_user
from heat_mq.simcloud.identity.entities import (
    administered,
    found,
    in_scope,
    listed,
    refuse_duplicate,
    refuse_move,
    require_admin,
    require_self_or_admin,
    required,
    shown,
)
from heat_mq.simcloud.refusal import unauthorized
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

_CHANGEABLE = ("name", "enabled", "default_project_id", "description", "email", "options")

routes = Routes("/v3/users")


@routes.get("")
def list_users(service: Identity, call: Call) -> Document:
    return listed(service, call, "users", in_scope(call, service.users), ("name", "domain_id", "enabled"))


@routes.post("", status=201)
def create_user(service: Identity, call: Call) -> Document:
    wanted = call.body("user")
    domain_id = wanted.get("domain_id") or call.caller.domain_id or DEFAULT_DOMAIN
    require_admin(call, domain_id)
    name = required(wanted, "name")
    found(service.domains, domain_id, "domain")
    refuse_duplicate(service.users, "user", name, domain_id)
    more = {key: wanted[key] for key in ("default_project_id", "description", "email", "options") if key in wanted}
    enabled = wanted.get("enabled", True)
    user = new_user(name, domain_id=domain_id, password=wanted.get("password"), enabled=enabled, **more)
    return {"user": shown(service, "users", service.users.save(user))}


@routes.get("/{user_id}")
def show_user(service: Identity, call: Call, user_id: str) -> Document:
    require_self_or_admin(service, call, user_id)
    return {"user": shown(service, "users", found(service.users, user_id, "user"))}


@routes.patch("/{user_id}")
def update_user(service: Identity, call: Call, user_id: str) -> Document:
    user = administered(call, service.users, user_id, "user")
    wanted = call.body("user")
    refuse_move(user, wanted)
    if "name" in wanted:
        refuse_duplicate(service.users, "user", required(wanted, "name"), user["domain_id"], besides=user_id)
    if user["enabled"] and not wanted.get("enabled", True):
        user["_tokens_ended"] = service.now()
    user.update({key: wanted[key] for key in _CHANGEABLE if key in wanted})
    if wanted.get("password"):
        _set_password(service, user, wanted["password"])
    return {"user": shown(service, "users", service.users.save(user))}


@routes.delete("/{user_id}")
def delete_user(service: Identity, call: Call, user_id: str) -> None:
    administered(call, service.users, user_id, "user")
    discard_user(service, user_id)


@routes.post("/{user_id}/password", public=True, status=204)
def change_password(service: Identity, call: Call, user_id: str) -> None:
    """The user's own change, which proves itself by the old password."""
    wanted = call.body("user")
    user = service.users.get(user_id)
    if user is None or not passwords.fits(user["_password"], required(wanted, "original_password")):
        raise unauthorized()
    _set_password(service, user, required(wanted, "password"))
    service.users.save(user)


@routes.get("/{user_id}/projects")
def list_projects_of_user(service: Identity, call: Call, user_id: str) -> Document:
    require_self_or_admin(service, call, user_id)
    ids = {grant["target_id"] for grant in service.grants_of(user_id, scope="project")}
    return listed(service, call, "projects", [each for each in service.projects if each["id"] in ids])


def discard_user(service: Identity, user_id: str) -> None:
    """Remove a user and what hangs on it."""
    service.remove_grants(user_id=user_id)
    for membership in service.memberships.where(user_id=user_id):
        service.memberships.remove(membership["id"])
    for collection in (service.application_credentials, service.credentials):
        for document in collection.where(user_id=user_id):
            collection.remove(document["id"])
    for trust in service.trusts.all():
        if user_id in (trust["trustor_user_id"], trust["trustee_user_id"]):
            service.trusts.remove(trust["id"])
    service.users.remove(user_id)


def _set_password(service: Identity, user: Document, password: str) -> None:
    user["_password"] = passwords.hashed(password)
    user["_tokens_ended"] = service.now()
