"""``/v3/roles``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.identity.bootstrap import new_role
from heat_mq.simcloud.identity.entities import found, listed, refuse_duplicate, require_admin, required, shown
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

routes = Routes("/v3/roles")


@routes.get("")
def list_roles(service: Identity, call: Call) -> Document:
    """Global roles, or those of one domain with ``?domain_id=``."""
    require_admin(call)
    domain_id = call.query.get("domain_id")
    return listed(service, call, "roles", [each for each in service.roles if each["domain_id"] == domain_id])


@routes.post("", status=201)
def create_role(service: Identity, call: Call) -> Document:
    wanted = call.body("role")
    require_admin(call, wanted.get("domain_id") or "")
    name = required(wanted, "name")
    if wanted.get("domain_id"):
        found(service.domains, wanted["domain_id"], "domain")
    refuse_duplicate(service.roles, "role", name, wanted.get("domain_id"))
    role = new_role(name, domain_id=wanted.get("domain_id"), description=wanted.get("description"))
    return {"role": shown(service, "roles", service.roles.save(role))}


@routes.get("/{role_id}")
def show_role(service: Identity, call: Call, role_id: str) -> Document:
    require_admin(call)
    return {"role": shown(service, "roles", found(service.roles, role_id, "role"))}


@routes.patch("/{role_id}")
def update_role(service: Identity, call: Call, role_id: str) -> Document:
    require_admin(call, "")
    role = found(service.roles, role_id, "role")
    wanted = call.body("role")
    if "name" in wanted:
        refuse_duplicate(service.roles, "role", required(wanted, "name"), role["domain_id"], besides=role_id)
    role.update({key: wanted[key] for key in ("name", "description", "options") if key in wanted})
    return {"role": shown(service, "roles", service.roles.save(role))}


@routes.delete("/{role_id}")
def delete_role(service: Identity, call: Call, role_id: str) -> None:
    require_admin(call, "")
    found(service.roles, role_id, "role")
    discard_role(service, role_id)


def discard_role(service: Identity, role_id: str) -> None:
    """Remove a role and who has it."""
    service.remove_grants(role_id=role_id)
    service.roles.remove(role_id)
