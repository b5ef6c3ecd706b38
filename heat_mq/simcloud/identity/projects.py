"""``/v3/projects``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.identity.bootstrap import DEFAULT_DOMAIN, new_project
from heat_mq.simcloud.identity.entities import (
    administered,
    found,
    in_scope,
    listed,
    refuse_duplicate,
    refuse_move,
    require_admin,
    required,
    shown,
)
from heat_mq.simcloud.listing import wanted_values
from heat_mq.simcloud.refusal import forbidden
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

_CHANGEABLE = ("name", "description", "enabled", "tags", "options")

routes = Routes("/v3/projects")


@routes.get("")
def list_projects(service: Identity, call: Call) -> Document:
    documents = in_scope(call, service.projects)
    if tags := call.query.get("tags"):
        wanted = {tag for value in wanted_values(tags) for tag in value.split(",")}
        documents = [each for each in documents if wanted <= set(each["tags"])]
    return listed(service, call, "projects", documents, ("name", "domain_id", "parent_id", "enabled", "is_domain"))


@routes.post("", status=201)
def create_project(service: Identity, call: Call) -> Document:
    wanted = call.body("project")
    domain_id = wanted.get("domain_id") or call.caller.domain_id or DEFAULT_DOMAIN
    require_admin(call, domain_id)
    name = required(wanted, "name")
    found(service.domains, domain_id, "domain")
    refuse_duplicate(service.projects, "project", name, domain_id)
    parent_id = wanted.get("parent_id")
    if parent_id and parent_id != domain_id:
        found(service.projects, parent_id, "project")
    project = new_project(
        name,
        domain_id=domain_id,
        description=wanted.get("description") or "",
        enabled=wanted.get("enabled", True),
        parent_id=parent_id,
        tags=tuple(wanted.get("tags", ())),
    )
    return {"project": shown(service, "projects", service.projects.save(project))}


@routes.get("/{id}")
def show_project(service: Identity, call: Call, id: str) -> Document:
    if call.caller.project_id == id:
        return {"project": shown(service, "projects", found(service.projects, id, "project"))}
    return {"project": shown(service, "projects", administered(call, service.projects, id, "project"))}


@routes.patch("/{id}")
def update_project(service: Identity, call: Call, id: str) -> Document:
    project = administered(call, service.projects, id, "project")
    wanted = call.body("project")
    refuse_move(project, wanted)
    if wanted.get("parent_id", project["parent_id"]) != project["parent_id"]:
        raise forbidden("Update of `parent_id` is not allowed.")
    if "name" in wanted:
        refuse_duplicate(service.projects, "project", required(wanted, "name"), project["domain_id"], besides=id)
    project.update({key: wanted[key] for key in _CHANGEABLE if key in wanted})
    return {"project": shown(service, "projects", service.projects.save(project))}


@routes.delete("/{id}")
def delete_project(service: Identity, call: Call, id: str) -> None:
    administered(call, service.projects, id, "project")
    if service.projects.where(parent_id=id):
        raise forbidden(f"Cannot delete the project {id} since it is not a leaf in the hierarchy.")
    discard_project(service, id)


def discard_project(service: Identity, id: str) -> None:
    """Remove a project and what hangs on it."""
    service.remove_grants(target_id=id)
    for collection in (service.trusts, service.application_credentials, service.credentials):
        for document in collection.where(project_id=id):
            collection.remove(document["id"])
    service.projects.remove(id)
