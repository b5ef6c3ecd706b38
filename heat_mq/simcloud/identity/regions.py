"""``/v3/regions``, which may lie in each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.identity.entities import found, listed, require_admin, shown
from heat_mq.simcloud.refusal import bad_request, conflict, forbidden, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

routes = Routes("/v3/regions")


@routes.get("")
def list_regions(service: Identity, call: Call) -> Document:
    return listed(service, call, "regions", service.regions, ("parent_region_id",))


@routes.get("/{id}")
def show_region(service: Identity, call: Call, id: str) -> Document:
    return {"region": shown(service, "regions", found(service.regions, id, "region"))}


@routes.post("", status=201)
def create_region(service: Identity, call: Call) -> Document:
    require_admin(call)
    wanted = {"description": "", "parent_region_id": None, **call.body("region")}
    region = {**wanted, "id": wanted.get("id") or new_hex_id()}
    if service.regions.get(region["id"]):
        raise conflict(f"Conflict occurred attempting to store region - Duplicate ID, {region['id']}.")
    _check_parent(service, region)
    return {"region": shown(service, "regions", service.regions.save(region))}


@routes.patch("/{id}")
def update_region(service: Identity, call: Call, id: str) -> Document:
    require_admin(call)
    region = {**found(service.regions, id, "region"), **call.body("region"), "id": id}
    _check_parent(service, region)
    return {"region": shown(service, "regions", service.regions.save(region))}


@routes.delete("/{id}")
def delete_region(service: Identity, call: Call, id: str) -> None:
    require_admin(call)
    found(service.regions, id, "region")
    family = _family(service, id)
    if any(endpoint["region_id"] in family for endpoint in service.endpoints):
        raise forbidden(f"Unable to delete region {id} because it or its child regions have associated endpoints.")
    for each in family:
        service.regions.remove(each)


def _check_parent(service: Identity, region: Document) -> None:
    parent = region["parent_region_id"]
    if parent is None:
        return
    if service.regions.get(parent) is None:
        raise not_found(f"Could not find region: {parent}.")
    if parent in _family(service, region["id"]):
        raise bad_request(f"Region {region['id']} cannot lie in {parent}, which lies in it.")


def _family(service: Identity, id: str) -> set[str]:
    """A region and all that lie in it."""
    family = {id}
    for child in service.regions.where(parent_region_id=id):
        family |= _family(service, child["id"])
    return family
