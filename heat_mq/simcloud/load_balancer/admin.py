"""Flavors and availability zones with their profiles: what administrators prepare for others to choose from."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.listing import filtered, paged
from heat_mq.simcloud.load_balancer.fields import REQUIRED, Field, boolean, changed, created, long_text, text
from heat_mq.simcloud.load_balancer.policy import require
from heat_mq.simcloud.refusal import bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_id, public

if TYPE_CHECKING:
    from heat_mq.simcloud.load_balancer.service import LoadBalancing

PROVIDERS = ("amphora", "amphorav2", "octavia")


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """``profile`` is the key that names the profile, or ``data`` that which holds a profile's JSON text.

    ``id`` is the key by which an object is known.
    """

    one: str
    many: str
    path: str
    word: str
    fields: tuple[Field, ...]
    profile: str = ""
    data: str = ""
    id: str = "id"


_NAME = Field("name", text, REQUIRED)
_CHOICE = (Field("description", text, ""), Field("enabled", boolean, True))


def _profile(one: str, many: str, path: str, word: str, data: str) -> Kind:
    fields = (_NAME, Field("provider_name", text, REQUIRED), Field(data, long_text, REQUIRED))
    return Kind(one, many, path, word, fields, data=data)


FLAVOR = Kind(
    *("flavor", "flavors", "flavors", "Flavor"),
    (_NAME, *_CHOICE, Field("flavor_profile_id", text, REQUIRED, put=False)),
    profile="flavor_profile_id",
)
ZONE = Kind(
    *("availability_zone", "availability_zones", "availabilityzones", "Availability Zone"),
    (dataclasses.replace(_NAME, put=False), *_CHOICE, Field("availability_zone_profile_id", text, REQUIRED, put=False)),
    profile="availability_zone_profile_id",
    id="name",
)
KINDS = (
    _profile("flavorprofile", "flavorprofiles", "flavorprofiles", "Flavor profile", "flavor_data"),
    _profile(
        *("availability_zone_profile", "availability_zone_profiles", "availabilityzoneprofiles"),
        *("Availability Zone Profile", "availability_zone_data"),
    ),
    FLAVOR,
    ZONE,
)
#: The profile's kind by the key that names it.
PROFILES = {"flavor_profile_id": "flavorprofile", "availability_zone_profile_id": "availability_zone_profile"}

routes = Routes("/{version}/lbaas")


def _register(kind: Kind) -> None:
    @routes.post(f"/{kind.path}", status=201)
    def create(service: LoadBalancing, call: Call) -> Document:
        _admit(call, kind)
        values = created(kind.fields, call.body(kind.one))
        _check(service, kind, values)
        id = values["name"] if kind.id == "name" else new_id()
        return {kind.one: _shown(kind, service.described[kind.one].save({**values, "id": id}))}

    @routes.get(f"/{kind.path}")
    def list_all(service: LoadBalancing, call: Call) -> Document:
        _admit(call, kind, reads=True)
        found = filtered(service.described[kind.one], call.query, ("name", "enabled", "description", "provider_name"))
        return {kind.many: [_shown(kind, each) for each in paged(found, call.query, key=kind.id)]}

    @routes.get(f"/{kind.path}/{{id}}")
    def show(service: LoadBalancing, call: Call, id: str) -> Document:
        _admit(call, kind, reads=True)
        return {kind.one: _shown(kind, _found(service, kind, id))}

    @routes.put(f"/{kind.path}/{{id}}")
    def change(service: LoadBalancing, call: Call, id: str) -> Document:
        _admit(call, kind)
        document = _found(service, kind, id)
        values = changed(kind.fields, call.body(kind.one))
        if kind.data and values.keys() & {kind.data, "provider_name"}:
            _refuse_used(service, kind, document)
        _check(service, kind, values, document)
        document.update(values)
        return {kind.one: _shown(kind, service.described[kind.one].save(document))}

    @routes.delete(f"/{kind.path}/{{id}}")
    def delete(service: LoadBalancing, call: Call, id: str) -> None:
        _admit(call, kind)
        document = _found(service, kind, id)
        _refuse_used(service, kind, document)
        service.described[kind.one].remove(document["id"])


for _kind in KINDS:
    _register(_kind)


def _admit(call: Call, kind: Kind, *, reads: bool = False) -> None:
    """Everybody may see what there is to choose from; the rest is for administrators."""
    require(call.caller.is_admin or (reads and kind.profile))


def _found(service: LoadBalancing, kind: Kind, id: str) -> Document:
    document = service.described[kind.one].get(id)
    if document is None:
        raise not_found(f"{kind.word} {id} not found.")
    return document


def _check(service: LoadBalancing, kind: Kind, values: Document, old: Document | None = None) -> None:
    same = service.described[kind.one].first(name=values["name"]) if kind.profile and "name" in values else None
    if same is not None and (old is None or same["id"] != old["id"]):
        raise conflict(f"A {kind.word.lower()} of {values['name']} already exists.")
    if old is None and kind.profile and service.described[PROFILES[kind.profile]].get(values[kind.profile]) is None:
        raise bad_request(f"Validation failure: The {kind.profile} is invalid.")
    if "provider_name" in values and values["provider_name"] not in PROVIDERS:
        raise bad_request(f"Provider '{values['provider_name']}' is not enabled.")
    if kind.data and kind.data in values and not isinstance(_parsed(values[kind.data]), dict):
        raise bad_request(f"Validation failure: {kind.data} is not a JSON object")


def _refuse_used(service: LoadBalancing, kind: Kind, document: Document) -> None:
    if kind.data:
        user = FLAVOR if kind.one == PROFILES[FLAVOR.profile] else ZONE
        users = service.described[user.one].where(**{user.profile: document["id"]})
    else:
        key = "flavor_id" if kind is FLAVOR else "availability_zone"
        users = service.where("loadbalancer", **{key: document["id"]})
    if users:
        raise conflict(f"{kind.word} {document['id']} is in use and cannot be modified.")


def _parsed(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return None


def _shown(kind: Kind, document: Document) -> Document:
    return {key: value for key, value in public(document).items() if kind.id == "id" or key != "id"}
