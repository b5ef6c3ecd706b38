"""``/v3/domains``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.identity.bootstrap import new_domain
from heat_mq.simcloud.identity.entities import found, listed, refuse_duplicate, require_admin, required, shown
from heat_mq.simcloud.identity.groups import discard_group
from heat_mq.simcloud.identity.projects import discard_project
from heat_mq.simcloud.identity.roles import discard_role
from heat_mq.simcloud.identity.users import discard_user
from heat_mq.simcloud.refusal import forbidden
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

routes = Routes("/v3/domains")


@routes.get("")
def list_domains(service: Identity, call: Call) -> Document:
    require_admin(call)
    own = call.caller.domain_id
    return listed(service, call, "domains", [each for each in service.domains if own in ("", each["id"])])


@routes.post("", status=201)
def create_domain(service: Identity, call: Call) -> Document:
    require_admin(call, "")
    wanted = call.body("domain")
    name = required(wanted, "name")
    refuse_duplicate(service.domains, "domain", name, None)
    domain = new_domain(name, description=wanted.get("description", ""), enabled=wanted.get("enabled", True))
    return {"domain": shown(service, "domains", service.domains.save(domain))}


@routes.get("/{id}")
def show_domain(service: Identity, call: Call, id: str) -> Document:
    if id not in (call.caller.domain_id, call.caller.user_domain_id):
        require_admin(call, id)
    return {"domain": shown(service, "domains", found(service.domains, id, "domain"))}


@routes.patch("/{id}")
def update_domain(service: Identity, call: Call, id: str) -> Document:
    require_admin(call, id)
    domain = found(service.domains, id, "domain")
    wanted = call.body("domain")
    if "name" in wanted:
        refuse_duplicate(service.domains, "domain", required(wanted, "name"), None, besides=id)
    domain.update({key: wanted[key] for key in ("name", "description", "enabled") if key in wanted})
    return {"domain": shown(service, "domains", service.domains.save(domain))}


@routes.delete("/{id}")
def delete_domain(service: Identity, call: Call, id: str) -> None:
    require_admin(call, "")
    if found(service.domains, id, "domain")["enabled"]:
        raise forbidden("Cannot delete a domain that is enabled, please disable it first.")
    for project in service.projects.where(domain_id=id):
        discard_project(service, project["id"])
    for user in service.users.where(domain_id=id):
        discard_user(service, user["id"])
    for group in service.groups.where(domain_id=id):
        discard_group(service, group["id"])
    for role in service.roles.where(domain_id=id):
        discard_role(service, role["id"])
    service.remove_grants(target_id=id)
    service.domains.remove(id)
