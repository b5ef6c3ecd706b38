"""The admin endpoint, for tests: faults, what is left of every project, a fresh start, the clock.

It asks for no token: the simulated cloud listens on loopback and holds nothing of value.
"""

from __future__ import annotations

from typing import Any, ClassVar

from heat_mq.simcloud.refusal import not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.service import Service, project_of
from heat_mq.simcloud.store import public

routes = Routes()


class Admin(Service):
    """``/admin``: see the functions of this module."""

    name = "admin"
    root = "/admin"
    routes: ClassVar = (routes,)
    can_fail = False


@routes.get("/faults", public=True)
def list_faults(service: Admin, call: Call) -> dict[str, Any]:
    return {"faults": [public(each) for each in service.cloud.faults.all()]}


@routes.post("/faults", public=True, status=201)
def add_fault(service: Admin, call: Call) -> dict[str, Any]:
    """Body: one rule, see :mod:`heat_mq.simcloud.faults`."""
    return {"fault": public(service.cloud.faults.add(call.json()))}


@routes.delete("/faults", public=True)
def remove_faults(service: Admin, call: Call) -> None:
    service.cloud.faults.remove()


@routes.delete("/faults/{fault_id}", public=True)
def remove_fault(service: Admin, call: Call, fault_id: str) -> None:
    if not any(each["id"] == fault_id for each in service.cloud.faults.all()):
        raise not_found(f"No fault {fault_id}.")
    service.cloud.faults.remove(fault_id)


@routes.get("/objects", public=True)
def list_objects(service: Admin, call: Call) -> dict[str, Any]:
    """Every object: ``{"objects": {"compute/servers": [{id, name, status, project_id}]}, "counts": {...}}``.

    ``?project_id=`` keeps those of one project, ``?service=`` of one service; ``?full=1`` shows the
    whole documents.
    """
    cloud = service.cloud
    objects: dict[str, list[dict[str, Any]]] = {}
    for collection in cloud.store.collections():
        if (
            collection.service not in cloud.services
            or call.query.get("service", collection.service) != collection.service
        ):
            continue
        found = collection.all()
        if project_id := call.query.get("project_id"):
            found = [each for each in found if project_of(each) == project_id]
        if "full" in call.query:
            shown = [public(each) for each in found]
        else:
            shown = [
                {
                    "id": each["id"],
                    "name": each.get("name", ""),
                    "status": each.get("status", ""),
                    "project_id": project_of(each),
                }
                for each in found
            ]
        objects[f"{collection.service}/{collection.kind}"] = shown
    return {"objects": objects, "counts": {key: len(value) for key, value in objects.items()}}


@routes.post("/reset", public=True)
def reset(service: Admin, call: Call) -> Reply:
    """Forget everything and seed the cloud again; passwords stay as they are."""
    service.cloud.reset()
    return Reply(status=204)


@routes.post("/tick", public=True)
def tick(service: Admin, call: Call) -> Reply:
    """Do at once what is due by the clock."""
    service.cloud.tick()
    return Reply(status=204)
