"""``/types``: volume types and their extra specs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import bad_request, conflict, forbidden, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_id

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

routes = Routes("/v3/{project_id}/types")


def new_type(
    name: str, *, description: str | None = None, public: bool = True, extra_specs: dict[str, str] | None = None
) -> Document:
    """``projects`` are those that may use a type which is not public."""
    return {
        "id": new_id(),
        "name": name,
        "description": description,
        "is_public": public,
        "extra_specs": dict(extra_specs or {}),
        "encryption": None,
        "projects": [],
        "qos_specs_id": None,
    }


@routes.get("")
def list_types(service: Volume, call: Call) -> Document:
    found = [each for each in service.types if _sees(call, each)]
    wanted = str(call.query.get("is_public", "")).lower()
    if wanted in ("true", "false"):
        found = [each for each in found if each["is_public"] == (wanted == "true")]
    if name := call.query.get("name"):
        found = [each for each in found if each["name"] == name]
    return {"volume_types": [shown(call, each) for each in found]}


@routes.post("")
def create_type(service: Volume, call: Call) -> Document:
    require_admin(call)
    wanted = call.body("volume_type")
    name = wanted.get("name")
    if not isinstance(name, str) or not name:
        raise bad_request("Invalid input for field/attribute name: a text is wanted.")
    if service.types.first(name=name):
        raise conflict(f"Volume Type {name} already exists.")
    kind = new_type(
        name,
        description=wanted.get("description"),
        public=wanted.get("os-volume-type-access:is_public", True),
        extra_specs=wanted.get("extra_specs"),
    )
    return {"volume_type": shown(call, service.types.save(kind))}


@routes.get("/{id}")
def show_type(service: Volume, call: Call, id: str) -> Document:
    return {"volume_type": shown(call, visible(service, call, id))}


@routes.put("/{id}")
def update_type(service: Volume, call: Call, id: str) -> Document:
    require_admin(call)
    kind = visible(service, call, id)
    wanted = call.body("volume_type")
    if all(wanted.get(key) is None for key in ("name", "description", "is_public")):
        raise bad_request("Specify volume type name, description, is_public or a combination thereof.")
    if any(each["name"] == wanted.get("name") and each is not kind for each in service.types):
        raise conflict(f"Volume Type {wanted['name']} already exists.")
    kind.update({key: wanted[key] for key in ("name", "description", "is_public") if wanted.get(key) is not None})
    return {"volume_type": shown(call, service.types.save(kind))}


@routes.delete("/{id}")
def delete_type(service: Volume, call: Call, id: str) -> Reply:
    require_admin(call)
    kind = visible(service, call, id)
    if any(volume["volume_type_id"] == id for volume in service.volumes):
        raise bad_request("Target volume type is still in use.")
    service.types.remove(kind["id"])
    return Reply(status=202)


@routes.get("/{id}/extra_specs")
def list_extra_specs(service: Volume, call: Call, id: str) -> Document:
    return {"extra_specs": visible(service, call, id)["extra_specs"]}


@routes.post("/{id}/extra_specs")
def add_extra_specs(service: Volume, call: Call, id: str) -> Document:
    require_admin(call)
    kind = visible(service, call, id)
    kind["extra_specs"].update(call.body("extra_specs"))
    return {"extra_specs": service.types.save(kind)["extra_specs"]}


@routes.get("/{id}/extra_specs/{key}")
def show_extra_spec(service: Volume, call: Call, id: str, key: str) -> Document:
    specs = visible(service, call, id)["extra_specs"]
    if key not in specs:
        raise not_found(f"Volume Type {id} has no extra specs with key {key}.")
    return {key: specs[key]}


@routes.put("/{id}/extra_specs/{key}")
def set_extra_spec(service: Volume, call: Call, id: str, key: str) -> Document:
    require_admin(call)
    kind = visible(service, call, id)
    kind["extra_specs"][key] = str(call.json().get(key, ""))
    service.types.save(kind)
    return {key: kind["extra_specs"][key]}


@routes.delete("/{id}/extra_specs/{key}")
def remove_extra_spec(service: Volume, call: Call, id: str, key: str) -> Reply:
    require_admin(call)
    kind = visible(service, call, id)
    if kind["extra_specs"].pop(key, None) is None:
        raise not_found(f"Volume Type {id} has no extra specs with key {key}.")
    service.types.save(kind)
    return Reply(status=202)


def visible(service: Volume, call: Call, id: str) -> Document:
    """The type that the caller may use (``default`` is the default one)."""
    kind = service.types.all()[0] if id == "default" and len(service.types) else service.types.get(id)
    if kind is None or not _sees(call, kind):
        raise not_found(f"Volume type {id} could not be found.")
    return kind


def require_admin(call: Call) -> None:
    if not call.caller.is_admin:
        raise forbidden("Policy doesn't allow this operation to be performed.")


def shown(call: Call, kind: Document) -> Document:
    """The type as Cinder writes it for this caller."""
    answer = {key: kind[key] for key in ("id", "name", "description", "is_public", "extra_specs")}
    answer["os-volume-type-access:is_public"] = kind["is_public"]
    if call.caller.is_admin:
        answer["qos_specs_id"] = kind["qos_specs_id"]
    return answer


def _sees(call: Call, kind: Document) -> bool:
    return kind["is_public"] or call.caller.is_admin or call.caller.project_id in kind["projects"]
