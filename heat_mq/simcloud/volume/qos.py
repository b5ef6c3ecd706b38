"""``/qos-specs``: quality of service specs and the types they are associated with; for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_id
from heat_mq.simcloud.volume.types import require_admin, visible

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

routes = Routes("/v3/{project_id}/qos-specs")


@routes.get("")
def list_specs(service: Volume, call: Call) -> Document:
    require_admin(call)
    return {"qos_specs": [_shown(each) for each in service.qos_specs]}


@routes.post("")
def create_specs(service: Volume, call: Call) -> Document:
    require_admin(call)
    wanted = call.body("qos_specs")
    name, consumer = wanted.pop("name", None), wanted.pop("consumer", "back-end")
    if not name or consumer not in ("front-end", "back-end", "both"):
        raise bad_request("Invalid qos specs: a name, and a consumer of front-end, back-end or both, are wanted.")
    if service.qos_specs.first(name=name):
        raise conflict(f"QoS Specs {name} already exists.")
    specs = {"id": new_id(), "name": name, "consumer": consumer, "specs": wanted}
    return {"qos_specs": _shown(service.qos_specs.save(specs))}


@routes.get("/{id}")
def show_specs(service: Volume, call: Call, id: str) -> Document:
    return {"qos_specs": _shown(_found(service, call, id))}


@routes.put("/{id}")
def set_keys(service: Volume, call: Call, id: str) -> Document:
    specs = _found(service, call, id)
    wanted = call.body("qos_specs")
    specs["consumer"] = wanted.pop("consumer", specs["consumer"])
    specs["specs"].update(wanted)
    service.qos_specs.save(specs)
    return {"qos_specs": {**specs["specs"], "consumer": specs["consumer"]}}


@routes.put("/{id}/delete_keys")
def remove_keys(service: Volume, call: Call, id: str) -> Reply:
    specs = _found(service, call, id)
    for key in call.json().get("keys", []):
        if specs["specs"].pop(key, None) is None:
            raise bad_request(f"QoS Specs {id} has no spec with key {key}.")
    service.qos_specs.save(specs)
    return Reply(status=202)


@routes.delete("/{id}")
def delete_specs(service: Volume, call: Call, id: str) -> Reply:
    _found(service, call, id)
    users = [each for each in service.types if each["qos_specs_id"] == id]
    if users and str(call.query.get("force", "")).lower() not in ("true", "1"):
        raise bad_request(f"QoS Specs {id} is still associated with entities.")
    _let_go(service, id, users)
    service.qos_specs.remove(id)
    return Reply(status=202)


@routes.get("/{id}/associations")
def list_associations(service: Volume, call: Call, id: str) -> Document:
    _found(service, call, id)
    users = [each for each in service.types if each["qos_specs_id"] == id]
    shown = [{"association_type": "volume_type", "name": each["name"], "id": each["id"]} for each in users]
    return {"qos_associations": shown}


@routes.get("/{id}/associate")
def associate(service: Volume, call: Call, id: str) -> Reply:
    _found(service, call, id)
    kind = visible(service, call, str(call.query.get("vol_type_id")))
    if kind["qos_specs_id"] not in (None, id):
        raise bad_request(
            f"Invalid volume type: Type {kind['id']} is already associated with another qos specs: "
            f"{kind['qos_specs_id']}"
        )
    kind["qos_specs_id"] = id
    service.types.save(kind)
    return Reply(status=202)


@routes.get("/{id}/disassociate")
def disassociate(service: Volume, call: Call, id: str) -> Reply:
    _found(service, call, id)
    kind = visible(service, call, str(call.query.get("vol_type_id")))
    _let_go(service, id, [kind])
    return Reply(status=202)


@routes.get("/{id}/disassociate_all")
def disassociate_all(service: Volume, call: Call, id: str) -> Reply:
    _found(service, call, id)
    _let_go(service, id, service.types.all())
    return Reply(status=202)


def _let_go(service: Volume, id: str, kinds: list[Document]) -> None:
    """Those that are associated with others stay so."""
    for kind in kinds:
        if kind["qos_specs_id"] == id:
            kind["qos_specs_id"] = None
            service.types.save(kind)


def _found(service: Volume, call: Call, id: str) -> Document:
    require_admin(call)
    specs = service.qos_specs.get(id)
    if specs is None:
        raise not_found(f"No such qos spec {id}, could not be found.")
    return specs


def _shown(specs: Document) -> Document:
    return {key: specs[key] for key in ("id", "name", "consumer", "specs")}
