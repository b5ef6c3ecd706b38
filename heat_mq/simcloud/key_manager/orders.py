"""``/v1/orders``: keys, pairs of keys and certificates that the key manager makes, which takes a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.key_manager.making import MAKERS, CannotMake, check
from heat_mq.simcloud.key_manager.pages import page
from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, later, new_id, public

if TYPE_CHECKING:
    from heat_mq.simcloud.key_manager.service import KeyManager

SHARE = 0.2  # of the time that a server takes to boot

routes = Routes("/v1/orders")


@routes.post("", status=202)
def create_order(service: KeyManager, call: Call) -> Document:
    wanted = call.json()
    kind, meta = wanted.get("type"), wanted.get("meta")
    if kind not in MAKERS or not isinstance(meta, dict):
        raise bad_request(f"Provided object does not match schema 'Order': type {kind!r}, meta {type(meta).__name__}.")
    check(kind, meta)
    now = times.seconds(service.now())
    order: Document = {
        "id": new_id(),
        "project_id": call.caller.project_id,
        "creator_id": call.caller.user_id,
        "type": kind,
        "meta": {key: value for key, value in meta.items() if key != "pass_phrase"},
        "status": "PENDING",
        "sub_status": None,
        "sub_status_message": None,
        "created": now,
        "updated": now,
    }
    _schedule(service, call, order, meta)
    return {"order_ref": service.reference(service.orders.save(order)["id"], "orders")}


@routes.get("")
def list_orders(service: KeyManager, call: Call) -> Document:
    found = service.orders.where(project_id=call.caller.project_id)
    return page(service, call, "orders", [_shown(service, each) for each in found])


@routes.get("/{id}")
def show_order(service: KeyManager, call: Call, id: str) -> Document:
    return _shown(service, service.order(call.caller, id))


@routes.delete("/{id}")
def delete_order(service: KeyManager, call: Call, id: str) -> None:
    """What was made stays."""
    service.orders.remove(service.order(call.caller, id)["id"])


def _schedule(service: KeyManager, call: Call, order: Document, meta: Document) -> None:
    """How the order will end; what it makes is there at once and told at the end."""
    name, faults = str(meta.get("name") or ""), service.cloud.faults
    if faults.strikes("stuck_build", service.name, name=name, project_id=order["project_id"]):
        return
    end: Document
    fault = faults.strikes("object_error", service.name, name=name, project_id=order["project_id"])
    try:
        if fault is not None:
            raise CannotMake(fault["message"] or "A fault was injected.")
        end = {"status": "ACTIVE", **MAKERS[order["type"]](service, call.caller, meta)}
    except CannotMake as error:
        end = {"status": "ERROR", "error_status_code": "500", "error_reason": str(error)}
    later(order, service.now() + service.cloud.boot_seconds * SHARE, **end)


def _shown(service: KeyManager, order: Document) -> Document:
    shown = {key: value for key, value in public(order).items() if key not in ("id", "project_id")}
    return {**shown, "order_ref": service.reference(order["id"], "orders")}
