"""The catalog: services and endpoints."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from heat_mq.simcloud.cloud import REGION
from heat_mq.simcloud.identity.entities import found, listed, require_admin, required, shown
from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

INTERFACES = ("public", "internal", "admin")

routes = Routes("/v3")


def register_endpoints(service: Identity) -> None:
    """List every service of this cloud, and heat's APIs, at the addresses of this start."""
    service.regions.save({"id": REGION, "description": "", "parent_region_id": None})
    cloud = service.cloud
    entries = [
        (kind, name, cloud.base_url + each.endpoint.replace("{project_id}", "$(project_id)s"))
        for each in cloud.services.values()
        for kind, name in each.catalog
    ]
    entries.append(("orchestration", "heat", f"{cloud.orchestration_url}/$(project_id)s"))
    entries.append(("cloudformation", "heat-cfn", cloud.cfn_url))
    for kind, name, url in entries:
        id = _fixed_id(kind)
        service.listed_services.save({"id": id, "type": kind, "name": name, "description": "", "enabled": True})
        for interface in INTERFACES:
            endpoint = _endpoint(id, interface, url)
            service.endpoints.save({"id": _fixed_id(f"{kind} {interface}"), **endpoint})
    service.catalog_changed()


def build_catalog(service: Identity, project_id: str) -> list[Document]:
    """The catalog as a token shows it."""
    catalog = []
    for each in service.listed_services:
        endpoints = [
            {
                "id": endpoint["id"],
                "interface": endpoint["interface"],
                "region": endpoint["region_id"],
                "region_id": endpoint["region_id"],
                "url": _filled(endpoint["url"], project_id),
            }
            for endpoint in service.endpoints.where(service_id=each["id"], enabled=True)
            if project_id or "(project_id)s" not in endpoint["url"]
        ]
        if each["enabled"] and endpoints:
            catalog.append({"id": each["id"], "type": each["type"], "name": each["name"], "endpoints": endpoints})
    return catalog


@routes.get("/services")
def list_services(service: Identity, call: Call) -> Document:
    require_admin(call)
    return listed(service, call, "services", service.listed_services, ("name", "type"))


@routes.post("/services", status=201)
def create_service(service: Identity, call: Call) -> Document:
    require_admin(call)
    wanted = call.body("service")
    document = {
        "id": new_hex_id(),
        "type": required(wanted, "type"),
        "name": wanted.get("name", ""),
        "description": wanted.get("description", ""),
        "enabled": wanted.get("enabled", True),
    }
    service.catalog_changed()
    return {"service": shown(service, "services", service.listed_services.save(document))}


@routes.get("/services/{id}")
def show_service(service: Identity, call: Call, id: str) -> Document:
    require_admin(call)
    return {"service": shown(service, "services", found(service.listed_services, id, "service"))}


@routes.patch("/services/{id}")
def update_service(service: Identity, call: Call, id: str) -> Document:
    require_admin(call)
    document = {**found(service.listed_services, id, "service"), **call.body("service"), "id": id}
    service.catalog_changed()
    return {"service": shown(service, "services", service.listed_services.save(document))}


@routes.delete("/services/{id}")
def delete_service(service: Identity, call: Call, id: str) -> None:
    require_admin(call)
    found(service.listed_services, id, "service")
    for endpoint in service.endpoints.where(service_id=id):
        service.endpoints.remove(endpoint["id"])
    service.listed_services.remove(id)
    service.catalog_changed()


@routes.get("/endpoints")
def list_endpoints(service: Identity, call: Call) -> Document:
    require_admin(call)
    return listed(service, call, "endpoints", service.endpoints, ("service_id", "interface", "region_id"))


@routes.post("/endpoints", status=201)
def create_endpoint(service: Identity, call: Call) -> Document:
    require_admin(call)
    wanted = call.body("endpoint")
    found(service.listed_services, required(wanted, "service_id"), "service")
    endpoint = _checked(service, {"enabled": True, "region_id": None, "region": None, **wanted, "id": new_hex_id()})
    required(wanted, "interface")
    required(wanted, "url")
    service.catalog_changed()
    return {"endpoint": shown(service, "endpoints", service.endpoints.save(endpoint))}


@routes.get("/endpoints/{id}")
def show_endpoint(service: Identity, call: Call, id: str) -> Document:
    require_admin(call)
    return {"endpoint": shown(service, "endpoints", found(service.endpoints, id, "endpoint"))}


@routes.patch("/endpoints/{id}")
def update_endpoint(service: Identity, call: Call, id: str) -> Document:
    require_admin(call)
    changes = call.body("endpoint")
    if "region_id" in changes:
        changes["region"] = changes["region_id"]
    wanted = _checked(service, {**found(service.endpoints, id, "endpoint"), **changes, "id": id})
    service.catalog_changed()
    return {"endpoint": shown(service, "endpoints", service.endpoints.save(wanted))}


@routes.delete("/endpoints/{id}")
def delete_endpoint(service: Identity, call: Call, id: str) -> None:
    require_admin(call)
    found(service.endpoints, id, "endpoint")
    service.endpoints.remove(id)
    service.catalog_changed()


def _endpoint(service_id: str, interface: str, url: str) -> Document:
    return {
        "service_id": service_id,
        "interface": interface,
        "region": REGION,
        "region_id": REGION,
        "url": url,
        "enabled": True,
    }


def _checked(service: Identity, endpoint: Document) -> Document:
    """The endpoint, whose further keys Keystone keeps; Refusal 400 for a bad value."""
    if endpoint.get("interface") not in INTERFACES:
        raise bad_request(f"Invalid input for field 'interface': it is one of {', '.join(INTERFACES)}.")
    found(service.listed_services, required(endpoint, "service_id"), "service")
    region_id = endpoint["region_id"] or endpoint["region"]
    if region_id and service.regions.get(region_id) is None:
        raise bad_request(f"Region ID not found: {region_id}.")
    return {**endpoint, "region": region_id, "region_id": region_id}


def _filled(url: str, project_id: str) -> str:
    for mark in ("$(project_id)s", "%(project_id)s", "$(tenant_id)s", "%(tenant_id)s"):
        url = url.replace(mark, project_id)
    return url


def _fixed_id(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"simulated cloud {name}").hex
