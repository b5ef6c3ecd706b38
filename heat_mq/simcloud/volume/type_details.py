"""What hangs on a volume type: encryption, and the projects that may use one which is not public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_id
from heat_mq.simcloud.volume.types import require_admin, visible

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

_ENCRYPTION = ("provider", "control_location", "cipher", "key_size")

routes = Routes("/v3/{project_id}/types/{id}")


@routes.get("/encryption")
def show_encryption(service: Volume, call: Call, id: str) -> Document:
    require_admin(call)
    return dict(visible(service, call, id)["encryption"] or {})


@routes.post("/encryption")
def create_encryption(service: Volume, call: Call, id: str) -> Document:
    require_admin(call)
    kind = visible(service, call, id)
    wanted = call.body("encryption")
    if kind["encryption"]:
        raise conflict(f"Volume type encryption for type {id} already exists.")
    if not wanted.get("provider"):
        raise bad_request("Invalid input for field/attribute encryption: 'provider' is a required property.")
    if wanted.get("control_location", "front-end") not in ("front-end", "back-end"):
        raise bad_request("Invalid input for field/attribute control_location: front-end or back-end is wanted.")
    encryption = {"control_location": "front-end", **{key: wanted.get(key) for key in _ENCRYPTION if key in wanted}}
    kind["encryption"] = {"encryption_id": new_id(), "volume_type_id": id, **encryption}
    service.types.save(kind)
    return {"encryption": kind["encryption"]}


@routes.get("/encryption/{key}")
def show_encryption_key(service: Volume, call: Call, id: str, key: str) -> Document:
    require_admin(call)
    encryption = visible(service, call, id)["encryption"] or {}
    if key not in encryption:
        raise not_found(f"Volume type {id} has no encryption setting {key}.")
    return {key: encryption[key]}


@routes.put("/encryption/{encryption_id}")
def update_encryption(service: Volume, call: Call, id: str, encryption_id: str) -> Document:
    kind = _encrypted(service, call, id, encryption_id)
    wanted = call.body("encryption")
    kind["encryption"].update({key: wanted[key] for key in _ENCRYPTION if key in wanted})
    service.types.save(kind)
    return {"encryption": {key: kind["encryption"].get(key) for key in _ENCRYPTION}}


@routes.delete("/encryption/{encryption_id}")
def delete_encryption(service: Volume, call: Call, id: str, encryption_id: str) -> Reply:
    kind = _encrypted(service, call, id, encryption_id)
    kind["encryption"] = None
    service.types.save(kind)
    return Reply(status=202)


@routes.get("/os-volume-type-access")
def list_access(service: Volume, call: Call, id: str) -> Document:
    require_admin(call)
    kind = visible(service, call, id)
    if kind["is_public"]:
        raise not_found("Access list not available for public volume types.")
    return {"volume_type_access": [{"volume_type_id": id, "project_id": each} for each in kind["projects"]]}


@routes.post("/action", status=202)
def change_access(service: Volume, call: Call, id: str) -> Reply:
    """``addProjectAccess`` and ``removeProjectAccess``."""
    require_admin(call)
    kind = visible(service, call, id)
    body = call.json()
    if kind["is_public"]:
        raise conflict("Type access modification is not applicable to public volume type.")
    if given := body.get("addProjectAccess"):
        if given.get("project") in kind["projects"]:
            raise conflict(f"Volume type access for {id} / {given['project']} combination already exists.")
        kind["projects"].append(given.get("project"))
    elif given := body.get("removeProjectAccess"):
        if given.get("project") not in kind["projects"]:
            raise not_found(f"Volume type access not found for {id} / {given.get('project')} combination.")
        kind["projects"].remove(given["project"])
    else:
        raise bad_request("There is no such action. Known: addProjectAccess, removeProjectAccess")
    service.types.save(kind)
    return Reply(status=202)


def _encrypted(service: Volume, call: Call, id: str, encryption_id: str) -> Document:
    require_admin(call)
    kind = visible(service, call, id)
    if not kind["encryption"] or encryption_id not in (kind["encryption"]["encryption_id"], "provider"):
        raise not_found(f"Volume type encryption for type {id} does not exist.")
    if any(volume["volume_type_id"] == id for volume in service.volumes):
        raise bad_request("Cannot change encryption of a volume type that is in use.")
    return kind
