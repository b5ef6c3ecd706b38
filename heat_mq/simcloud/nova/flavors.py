"""Flavors and their extra specs."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.listing import paged
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.policy import require_admin
from heat_mq.simcloud.nova.schemas import FLAVOR, checked
from heat_mq.simcloud.nova.urls import links_of, next_link
from heat_mq.simcloud.refusal import bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_id, public

if TYPE_CHECKING:
    from heat_mq.simcloud.caller import Caller
    from heat_mq.simcloud.nova.service import Compute

SEED = {
    "m1.nano": (1, 128, 1),
    "m1.micro": (1, 192, 1),
    "m1.tiny": (1, 512, 1),
    "m1.small": (1, 2048, 20),
    "m1.medium": (2, 4096, 40),
    "m1.large": (4, 8192, 80),
}

routes = Routes("/v2.1/flavors")


@routes.get("")
def list_flavors(service: Compute, call: Call) -> Document:
    flavors = _listed(service, call)
    shown = [
        {"id": each["id"], "name": each["name"], "links": links_of(service, "flavors", each["id"])} for each in flavors
    ]
    if since(call, 55):
        shown = [{**each, "description": flavor["description"]} for each, flavor in zip(shown, flavors, strict=True)]
    return {"flavors": shown, **next_link(service, call, "flavors", flavors)}


@routes.get("/detail")
def list_flavors_in_detail(service: Compute, call: Call) -> Document:
    flavors = _listed(service, call)
    return {
        "flavors": [_view(service, call, each) for each in flavors],
        **next_link(service, call, "flavors", flavors),
    }


@routes.post("")
def create_flavor(service: Compute, call: Call) -> Document:
    require_admin(call, "os_compute_api:os-flavor-manage:create")
    wanted = checked(FLAVOR, call.json())["flavor"]
    if service.flavors.first(name=wanted["name"]):
        raise conflict(f"Flavor with name {wanted['name']} already exists.")
    id = str(wanted.get("id") or "auto")
    id = new_id() if id == "auto" else id
    if service.flavors.get(id):
        raise conflict(f"Flavor with ID {id} already exists.")
    flavor = new_flavor(id, wanted["name"], int(wanted["vcpus"]), int(wanted["ram"]), int(wanted["disk"]))
    flavor.update(
        swap=int(wanted.get("swap") or 0),
        rxtx_factor=float(wanted.get("rxtx_factor") or 1.0),
        ephemeral=int(wanted.get("OS-FLV-EXT-DATA:ephemeral") or 0),
        is_public=str(wanted.get("os-flavor-access:is_public", True)).lower() in ("true", "1", "on", "yes"),
        description=wanted.get("description"),
    )
    service.flavors.save(flavor)
    return {"flavor": _view(service, call, flavor)}


@routes.get("/{id}")
def show_flavor(service: Compute, call: Call, id: str) -> Document:
    return {"flavor": _view(service, call, visible(service, call.caller, id))}


@routes.put("/{id}")
def update_flavor(service: Compute, call: Call, id: str) -> Document:
    require_admin(call, "os_compute_api:os-flavor-manage:update")
    flavor = visible(service, call.caller, id)
    flavor["description"] = call.body("flavor").get("description")
    service.flavors.save(flavor)
    return {"flavor": _view(service, call, flavor)}


@routes.delete("/{id}", status=202)
def delete_flavor(service: Compute, call: Call, id: str) -> Reply:
    require_admin(call, "os_compute_api:os-flavor-manage:delete")
    visible(service, call.caller, id)
    service.flavors.remove(id)
    return Reply(status=202)


@routes.get("/{id}/os-extra_specs")
def list_extra_specs(service: Compute, call: Call, id: str) -> Document:
    return {"extra_specs": visible(service, call.caller, id)["extra_specs"]}


@routes.post("/{id}/os-extra_specs")
def add_extra_specs(service: Compute, call: Call, id: str) -> Document:
    require_admin(call, "os_compute_api:os-flavor-extra-specs:create")
    specs = _specs(call.json().get("extra_specs"))
    _keep_specs(service, visible(service, call.caller, id), specs)
    return {"extra_specs": specs}


@routes.get("/{id}/os-extra_specs/{key}")
def show_extra_spec(service: Compute, call: Call, id: str, key: str) -> Document:
    return {key: _spec(visible(service, call.caller, id), key)}


@routes.put("/{id}/os-extra_specs/{key}")
def set_extra_spec(service: Compute, call: Call, id: str, key: str) -> Document:
    require_admin(call, "os_compute_api:os-flavor-extra-specs:update")
    body = _specs(call.json())
    if list(body) != [key]:
        raise bad_request("Request body and URI mismatch")
    _keep_specs(service, visible(service, call.caller, id), body)
    return body


@routes.delete("/{id}/os-extra_specs/{key}", status=200)
def remove_extra_spec(service: Compute, call: Call, id: str, key: str) -> Reply:
    require_admin(call, "os_compute_api:os-flavor-extra-specs:delete")
    flavor = visible(service, call.caller, id)
    _spec(flavor, key)
    del flavor["extra_specs"][key]
    service.flavors.save(flavor)
    return Reply(status=200)


@routes.get("/{id}/os-flavor-access")
def list_access(service: Compute, call: Call, id: str) -> Document:
    require_admin(call, "os_compute_api:os-flavor-access")
    flavor = visible(service, call.caller, id)
    if flavor["is_public"]:
        raise not_found("Access list not available for public flavors.")
    return _access(flavor)


@routes.post("/{id}/action")
def change_access(service: Compute, call: Call, id: str) -> Document:
    """``addTenantAccess`` and ``removeTenantAccess``."""
    require_admin(call, "os_compute_api:os-flavor-access:add_tenant_access")
    flavor = visible(service, call.caller, id)
    body = call.json()
    action = next(iter(body), "")
    project_id = (body.get(action) or {}).get("tenant")
    if action not in ("addTenantAccess", "removeTenantAccess") or not project_id:
        raise bad_request(f"There is no such action: {action}")
    if action == "addTenantAccess":
        if flavor["is_public"]:
            raise conflict("Can not add access to a public flavor.")
        if project_id in flavor["projects"]:
            raise conflict(f"Flavor access already exists for flavor {id} and project {project_id} combination.")
        flavor["projects"].append(project_id)
    else:
        if project_id not in flavor["projects"]:
            raise not_found(f"Flavor access not found for {id} / {project_id} combination.")
        flavor["projects"].remove(project_id)
    service.flavors.save(flavor)
    return _access(flavor)


def seed(service: Compute) -> None:
    """The usual sizes, under the ids 1, 2, …"""
    for number, (name, sizes) in enumerate(SEED.items(), start=1):
        service.flavors.save(new_flavor(str(number), name, *sizes))


def new_flavor(id: str, name: str, vcpus: int, ram: int, disk: int) -> Document:
    return {
        "id": id,
        "name": name,
        "vcpus": vcpus,
        "ram": ram,
        "disk": disk,
        "swap": 0,
        "ephemeral": 0,
        "rxtx_factor": 1.0,
        "is_public": True,
        "description": None,
        "extra_specs": {},
        "projects": [],
    }


def copied(flavor: Document) -> Document:
    """The flavor as it is now, for a server to keep whatever becomes of the flavor."""
    return copy.deepcopy(public(flavor))


def visible(service: Compute, caller: Caller, id: str) -> Document:
    """The flavor of that id; Refusal 404 when it is not there for the caller."""
    flavor = service.flavors.get(id)
    if flavor is None or not _sees(caller, flavor):
        raise not_found(f"Flavor {id} could not be found.")
    return flavor


def _sees(caller: Caller, flavor: Document) -> bool:
    return flavor["is_public"] or caller.is_admin or caller.project_id in flavor["projects"]


def _listed(service: Compute, call: Call) -> list[Document]:
    query = call.query
    flavors = [each for each in service.flavors if _sees(call.caller, each)]
    if not call.caller.is_admin or query.get("is_public", "").lower() in ("true", "1"):
        flavors = [each for each in flavors if each["is_public"] or call.caller.project_id in each["projects"]]
    elif query.get("is_public", "").lower() in ("false", "0"):
        flavors = [each for each in flavors if not each["is_public"]]
    for parameter, key in (("minRam", "ram"), ("minDisk", "disk")):
        if parameter in query:
            if not str(query[parameter]).isdigit():
                raise bad_request(f"Invalid {parameter} filter [{query[parameter]}]")
            flavors = [each for each in flavors if each[key] >= int(query[parameter])]
    flavors.sort(key=lambda each: str(each.get(query.get("sort_key", "id")) or ""))
    return paged(flavors, query)


def _view(service: Compute, call: Call, flavor: Document) -> Document:
    shown = {
        "id": flavor["id"],
        "name": flavor["name"],
        "ram": flavor["ram"],
        "disk": flavor["disk"],
        "swap": flavor["swap"] if since(call, 75) else flavor["swap"] or "",
        "OS-FLV-EXT-DATA:ephemeral": flavor["ephemeral"],
        "OS-FLV-DISABLED:disabled": False,
        "vcpus": flavor["vcpus"],
        "os-flavor-access:is_public": flavor["is_public"],
        "rxtx_factor": flavor["rxtx_factor"],
        "links": links_of(service, "flavors", flavor["id"]),
    }
    if since(call, 55):
        shown["description"] = flavor["description"]
    if since(call, 61):
        shown["extra_specs"] = flavor["extra_specs"]
    return shown


def _access(flavor: Document) -> Document:
    return {"flavor_access": [{"flavor_id": flavor["id"], "tenant_id": each} for each in flavor["projects"]]}


def _specs(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise bad_request("No extra specs given.")
    return {str(key): str(item) for key, item in value.items()}


def _keep_specs(service: Compute, flavor: Document, specs: dict[str, str]) -> None:
    flavor["extra_specs"].update(specs)
    service.flavors.save(flavor)


def _spec(flavor: Document, key: str) -> str:
    if key not in flavor["extra_specs"]:
        raise not_found(f"Flavor {flavor['id']} has no extra specs with key {key}.")
    return str(flavor["extra_specs"][key])
