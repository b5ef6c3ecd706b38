"""``/os-server-groups``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.nova.limits import require_room
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.schemas import NAME, checked
from heat_mq.simcloud.refusal import not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_id

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

POLICIES = ["anti-affinity", "affinity"]
SOFT_POLICIES = ["soft-anti-affinity", "soft-affinity"]

routes = Routes("/v2.1/os-server-groups")


@routes.get("")
def list_groups(service: Compute, call: Call) -> Document:
    everywhere = "all_projects" in call.query and call.caller.is_admin
    found = (
        service.server_groups.all() if everywhere else service.server_groups.where(project_id=call.caller.project_id)
    )
    return {"server_groups": [_view(call, each) for each in found]}


@routes.post("")
def create_group(service: Compute, call: Call) -> Document:
    wanted = checked(_schema(call), call.json())["server_group"]
    project_id = call.caller.project_id
    used = service.server_groups.count("project_id", project_id)
    require_room(service, project_id, "server_groups", used, message="Quota exceeded, too many server groups.")
    group = {
        "id": new_id(),
        "name": wanted["name"],
        "policy": wanted["policy"] if since(call, 64) else wanted["policies"][0],
        "rules": wanted.get("rules") or {},
        "members": [],
        "project_id": project_id,
        "user_id": call.caller.user_id,
    }
    return {"server_group": _view(call, service.server_groups.save(group))}


@routes.get("/{id}")
def show_group(service: Compute, call: Call, id: str) -> Document:
    return {"server_group": _view(call, _found(service, call, id))}


@routes.delete("/{id}")
def delete_group(service: Compute, call: Call, id: str) -> None:
    service.server_groups.remove(_found(service, call, id)["id"])


def _found(service: Compute, call: Call, id: str) -> Document:
    group = service.server_groups.get(id)
    if group is None or not call.caller.sees(group["project_id"]):
        raise not_found(f"Instance group {id} could not be found.")
    return group


def _schema(call: Call) -> dict[str, Any]:
    policies = [*POLICIES, *(SOFT_POLICIES if since(call, 15) else ())]
    if since(call, 64):
        rules = {"type": "object", "properties": {"max_server_per_host": {"type": ["integer", "string"]}}}
        properties: dict[str, Any] = {"name": NAME, "policy": {"enum": policies}, "rules": rules}
        required = ["name", "policy"]
    else:
        items = {"type": "array", "items": {"enum": policies}, "minItems": 1, "maxItems": 1}
        properties, required = {"name": NAME, "policies": items}, ["name", "policies"]
    inner = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"server_group": inner},
        "required": ["server_group"],
        "additionalProperties": False,
    }


def _view(call: Call, group: Document) -> Document:
    shown = {"id": group["id"], "name": group["name"], "members": group["members"]}
    if since(call, 64):
        shown.update(policy=group["policy"], rules=group["rules"])
    else:
        shown.update(policies=[group["policy"]], metadata={})
    if since(call, 13):
        shown.update(project_id=group["project_id"], user_id=group["user_id"])
    return shown
