"""``/v3/groups``: groups of users and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.identity.bootstrap import DEFAULT_DOMAIN
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
from heat_mq.simcloud.refusal import not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

routes = Routes("/v3")


@routes.get("/groups")
def list_groups(service: Identity, call: Call) -> Document:
    return listed(service, call, "groups", in_scope(call, service.groups), ("name", "domain_id"))


@routes.post("/groups", status=201)
def create_group(service: Identity, call: Call) -> Document:
    wanted = call.body("group")
    domain_id = wanted.get("domain_id") or call.caller.domain_id or DEFAULT_DOMAIN
    require_admin(call, domain_id)
    name = required(wanted, "name")
    found(service.domains, domain_id, "domain")
    refuse_duplicate(service.groups, "group", name, domain_id)
    group = {"id": new_hex_id(), "name": name, "domain_id": domain_id, "description": wanted.get("description") or ""}
    return {"group": shown(service, "groups", service.groups.save(group))}


@routes.get("/groups/{group_id}")
def show_group(service: Identity, call: Call, group_id: str) -> Document:
    return {"group": shown(service, "groups", administered(call, service.groups, group_id, "group"))}


@routes.patch("/groups/{group_id}")
def update_group(service: Identity, call: Call, group_id: str) -> Document:
    group = administered(call, service.groups, group_id, "group")
    wanted = call.body("group")
    refuse_move(group, wanted)
    if "name" in wanted:
        refuse_duplicate(service.groups, "group", required(wanted, "name"), group["domain_id"], besides=group_id)
    group.update({key: wanted[key] for key in ("name", "description") if key in wanted})
    return {"group": shown(service, "groups", service.groups.save(group))}


@routes.delete("/groups/{group_id}")
def delete_group(service: Identity, call: Call, group_id: str) -> None:
    administered(call, service.groups, group_id, "group")
    discard_group(service, group_id)


@routes.get("/groups/{group_id}/users")
def list_members(service: Identity, call: Call, group_id: str) -> Document:
    administered(call, service.groups, group_id, "group")
    ids = [each["user_id"] for each in service.memberships.where(group_id=group_id)]
    return listed(service, call, "users", [found(service.users, id, "user") for id in ids])


@routes.put("/groups/{group_id}/users/{user_id}", status=204)
def add_member(service: Identity, call: Call, group_id: str, user_id: str) -> None:
    administered(call, service.groups, group_id, "group")
    found(service.users, user_id, "user")
    service.memberships.save({"id": f"{group_id}/{user_id}", "group_id": group_id, "user_id": user_id})


@routes.get("/groups/{group_id}/users/{user_id}", status=204)
def check_member(service: Identity, call: Call, group_id: str, user_id: str) -> None:
    administered(call, service.groups, group_id, "group")
    if service.memberships.get(f"{group_id}/{user_id}") is None:
        raise not_found(f"User '{user_id}' not found in group '{group_id}'.")


@routes.delete("/groups/{group_id}/users/{user_id}")
def remove_member(service: Identity, call: Call, group_id: str, user_id: str) -> None:
    check_member(service, call, group_id, user_id)
    service.memberships.remove(f"{group_id}/{user_id}")


@routes.get("/users/{user_id}/groups")
def list_groups_of_user(service: Identity, call: Call, user_id: str) -> Document:
    require_self_or_admin(service, call, user_id)
    found(service.users, user_id, "user")
    ids = [each["group_id"] for each in service.memberships.where(user_id=user_id)]
    return listed(service, call, "groups", [found(service.groups, id, "group") for id in ids])


def discard_group(service: Identity, group_id: str) -> None:
    """Remove a group and what hangs on it."""
    service.remove_grants(group_id=group_id)
    for membership in service.memberships.where(group_id=group_id):
        service.memberships.remove(membership["id"])
    service.groups.remove(group_id)
