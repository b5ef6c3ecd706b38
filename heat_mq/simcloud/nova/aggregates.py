"""``/os-aggregates``: groups of hosts that administrators make, each perhaps an availability zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.policy import require_admin
from heat_mq.simcloud.nova.schemas import METADATA_LONGEST, NAME, Schema, argument, checked
from heat_mq.simcloud.nova.server_creation import HOST
from heat_mq.simcloud.refusal import bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_id

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

AVAILABILITY_ZONE = "availability_zone"
_PROPERTIES: Schema = {"name": NAME, AVAILABILITY_ZONE: {"oneOf": [NAME, {"type": "null"}]}}
_METADATA: Schema = {
    "type": "object",
    "patternProperties": {r"^[a-zA-Z0-9-_:. ]{1,255}$": {"type": ["string", "null"], "maxLength": METADATA_LONGEST}},
    "additionalProperties": False,
}
_HOST: Schema = {"type": "object", "properties": {"host": NAME}, "required": ["host"], "additionalProperties": False}
_SETTING: Schema = {
    "type": "object",
    "properties": {"metadata": _METADATA},
    "required": ["metadata"],
    "additionalProperties": False,
}

routes = Routes("/v2.1/os-aggregates")


@routes.get("")
def list_aggregates(service: Compute, call: Call) -> Document:
    require_admin(call, "os_compute_api:os-aggregates:index")
    return {"aggregates": [_shown(call, each) for each in service.aggregates]}


@routes.post("")
def create_aggregate(service: Compute, call: Call) -> Document:
    require_admin(call, "os_compute_api:os-aggregates:create")
    wanted = _wanted(service, call, ["name"])
    aggregate: Document = {
        "id": str(service.cloud.store.next_birth()),  # a number that no other ever had
        "uuid": new_id(),
        "name": wanted["name"],
        "hosts": [],
        "metadata": {},
        "created_at": times.micros(service.now()),
    }
    _place(service, aggregate, wanted)
    return {"aggregate": _shown(call, service.aggregates.save(aggregate))}


@routes.get("/{id}")
def show_aggregate(service: Compute, call: Call, id: str) -> Document:
    require_admin(call, "os_compute_api:os-aggregates:show")
    return {"aggregate": _shown(call, _found(service, id))}


@routes.put("/{id}")
def update_aggregate(service: Compute, call: Call, id: str) -> Document:
    require_admin(call, "os_compute_api:os-aggregates:update")
    aggregate = _found(service, id)
    wanted = _wanted(service, call, [], besides=id)
    _place(service, aggregate, wanted)
    aggregate["name"] = wanted.get("name", aggregate["name"])
    return {"aggregate": _shown(call, service.aggregates.save(aggregate))}


@routes.delete("/{id}", status=200)
def delete_aggregate(service: Compute, call: Call, id: str) -> Document:
    require_admin(call, "os_compute_api:os-aggregates:delete")
    if _found(service, id)["hosts"]:
        raise bad_request(f"Cannot remove host aggregate {id}: it is not empty")
    service.aggregates.remove(id)
    return {}


@routes.post("/{id}/action")
def act(service: Compute, call: Call, id: str) -> Document:
    """``add_host``, ``remove_host`` and ``set_metadata``, in which null takes a key away."""
    require_admin(call, "os_compute_api:os-aggregates:action")
    aggregate = _found(service, id)
    body = call.json()
    if "set_metadata" in body:
        given = argument(_SETTING, "set_metadata", body["set_metadata"])["metadata"]
        _place(service, aggregate, given)
        aggregate["metadata"].update({key: value for key, value in given.items() if key != AVAILABILITY_ZONE})
        aggregate["metadata"] = {key: value for key, value in aggregate["metadata"].items() if value is not None}
    elif "add_host" in body:
        _add(service, aggregate, argument(_HOST, "add_host", body["add_host"])["host"])
    elif "remove_host" in body:
        host = argument(_HOST, "remove_host", body["remove_host"])["host"]
        if host not in aggregate["hosts"]:
            raise not_found(f"Aggregate {id} has no host {host}.")
        zone = aggregate["metadata"].get(AVAILABILITY_ZONE)
        if zone is not None and zone != _zone(service, host, besides=id):
            _refuse_to_move_servers(service, host, f"Cannot remove host from aggregate {id}.")
        aggregate["hosts"].remove(host)
    else:
        raise bad_request("There is no such action: " + ", ".join(sorted(body)))
    return {"aggregate": _shown(call, service.aggregates.save(aggregate))}


def _wanted(service: Compute, call: Call, required: list[str], besides: str = "") -> Document:
    inner = {"type": "object", "properties": _PROPERTIES, "required": required, "additionalProperties": False}
    outer = {"type": "object", "properties": {"aggregate": inner}, "required": ["aggregate"]}
    wanted: Document = checked(outer, call.json())["aggregate"]
    if any(each["name"] == wanted.get("name") and each["id"] != besides for each in service.aggregates):
        raise conflict(f"Aggregate {wanted['name']} already exists.")
    return wanted


def _place(service: Compute, aggregate: Document, wanted: Document) -> None:
    """Make the aggregate an availability zone, or none, when that is asked for; its hosts must be in no other."""
    if AVAILABILITY_ZONE not in wanted:
        return
    zone = wanted[AVAILABILITY_ZONE]
    for host in aggregate["hosts"]:
        _refuse_two_zones(service, aggregate["id"], host, zone)
        if zone != aggregate["metadata"].get(AVAILABILITY_ZONE):
            _refuse_to_move_servers(service, host, f"Cannot update aggregate {aggregate['id']}.")
    aggregate["metadata"].pop(AVAILABILITY_ZONE, None)
    if zone is not None:
        aggregate["metadata"][AVAILABILITY_ZONE] = zone


def _add(service: Compute, aggregate: Document, host: str) -> None:
    if host != HOST:
        raise not_found(f"Compute host {host} could not be found.")
    if host in aggregate["hosts"]:
        raise conflict(f"Aggregate {aggregate['id']} already has host {host}.")
    zone = aggregate["metadata"].get(AVAILABILITY_ZONE)
    _refuse_two_zones(service, aggregate["id"], host, zone)
    if zone is not None and zone != _zone(service, host):
        _refuse_to_move_servers(service, host, f"Cannot add host to aggregate {aggregate['id']}.")
    aggregate["hosts"].append(host)


def _refuse_two_zones(service: Compute, id: str, host: str, zone: str | None) -> None:
    for each in service.aggregates:
        other = each["metadata"].get(AVAILABILITY_ZONE)
        if each["id"] != id and host in each["hosts"] and zone is not None and other not in (None, zone):
            raise conflict(f"Host {host} already in availability zone(s) ['{other}']")


def _zone(service: Compute, host: str, besides: str = "") -> str | None:
    """The availability zone that aggregates make of a host."""
    zones = (each["metadata"].get(AVAILABILITY_ZONE) for each in service.aggregates if _is_of(each, host, besides))
    return next((zone for zone in zones if zone is not None), None)


def _is_of(aggregate: Document, host: str, besides: str) -> bool:
    return host in aggregate["hosts"] and aggregate["id"] != besides


def _refuse_to_move_servers(service: Compute, host: str, what: str) -> None:
    """Servers stay in the zone in which they are."""
    count = sum(1 for server in service.servers if server.get("host") == host)
    if count:
        raise conflict(f"{what} Reason: the availability zone of host {host} would change, which has {count} servers.")


def _found(service: Compute, id: str) -> Document:
    aggregate = service.aggregates.get(id)
    if aggregate is None:
        raise not_found(f"Aggregate {id} could not be found.")
    return aggregate


def _shown(call: Call, aggregate: Document) -> Document:
    shown = {key: aggregate[key] for key in ("name", "hosts", "metadata", "created_at")}
    shown |= {"id": int(aggregate["id"]), "availability_zone": aggregate["metadata"].get(AVAILABILITY_ZONE)}
    shown |= {"updated_at": None, "deleted_at": None, "deleted": False}
    return {**shown, "uuid": aggregate["uuid"]} if since(call, 41) else shown
