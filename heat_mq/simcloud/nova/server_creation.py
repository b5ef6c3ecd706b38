"""Making servers: what Nova's computes do with an order, on the clock."""

from __future__ import annotations

import re
import secrets
import string
from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.nova import block_devices, nics, states
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.orders import Order, order_of
from heat_mq.simcloud.nova.schemas import as_boolean
from heat_mq.simcloud.refusal import Refusal
from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.store import Document, later, new_id

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

HOST = "simulated-compute"
PLUGGED_AFTER = 0.3
SPAWNING_AFTER = 0.5


def create(service: Compute, call: Call, body: Document) -> list[Document]:
    """The servers that a request asks for; Refusal as Nova's API has it."""
    order = order_of(service, call, body)
    numbers = range(1, order.count + 1)
    return [_one(service, call, order, number if order.count > 1 else 0) for number in numbers]


def _one(service: Compute, call: Call, order: Order, number: int) -> Document:
    server = service.servers.save(_document(service, call, order, number))
    if order.group is not None:
        order.group["members"].append(server["id"])
        service.server_groups.save(order.group)
    try:
        for wish in order.wishes:
            nics.plug(service, server, wish, order.groups)
        block_devices.attach_all(service, call.caller, server, order.devices)
    except Refusal as refusal:
        abort(service, server, _reason(server, refusal), share=SPAWNING_AFTER)
    else:
        build(service, server)
    return server


def build(service: Compute, server: Document) -> None:
    """Let a server be built and boot, unless a fault was ordered."""
    about = {"name": server["name"], "project_id": server["project_id"]}
    faults = service.cloud.faults
    later(server, service.soon(0.1), task_state="networking", host=server["_host"])
    later(server, service.soon(SPAWNING_AFTER), task_state="spawning")
    if rule := faults.strikes("object_error", service.name, **about):
        message = rule["message"] or "No valid host was found. There are not enough hosts available."
        abort(service, server, message, share=1.0)
    elif not faults.strikes("stuck_build", service.name, **about):
        up = service.soon(1.0)
        later(server, up, **states.ACTIVE, launched_at=times.micros(up), updated=times.seconds(up), fault=None)
        service.cloud.guests.power_on(server["id"], server["_user_data"] or "", at=up)
    service.servers.save(server)


def abort(service: Compute, server: Document, message: str, *, share: float) -> None:
    """Let the building of a server fail: it loses its interfaces and ends in ERROR."""
    end = states.fail(service, server, message, share=share)
    for nic in server["_nics"]:
        nics.unplug(service, server, nic, end)


def _reason(server: Document, refusal: Refusal) -> str:
    """The fault of a server whose ports or volumes could not be had."""
    id = server["id"]
    if refusal.type in ("ExternalNetworkAttachForbidden", "IpAddressGenerationFailure", "OverQuota"):
        return f"Build of instance {id} aborted: Failed to allocate the network(s), not rescheduling."
    if refusal.type:
        return (
            "Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for "
            f"instance {id}."
        )
    return f"Build of instance {id} aborted: {refusal.message}"


def _document(service: Compute, call: Call, order: Order, number: int) -> Document:
    """A new server; ``number`` tells those of one request apart, 0 when it is alone."""
    wanted, now = order.wanted, service.now()
    id = new_id()
    name = f"{wanted['name']}-{number}" if number else wanted["name"]
    return {
        "id": id,
        "name": name,
        "project_id": call.caller.project_id,
        "user_id": call.caller.user_id,
        **states.BUILD,
        "task_state": "scheduling",
        "created": times.seconds(now),
        "updated": times.seconds(now),
        "launched_at": None,
        "host": None,
        "zone": service.zone,
        "pinned_zone": (wanted.get("availability_zone") or "").split(":")[0] or None,
        "image_id": order.image_id,
        "flavor": order.flavor,
        "metadata": dict(wanted.get("metadata") or {}),
        "key_name": wanted.get("key_name"),
        "description": wanted.get("description") if since(call, 19) else name,
        "hostname": wanted.get("hostname") or hostname_of(name, id),
        "tags": list(dict.fromkeys(wanted.get("tags") or [])),
        "config_drive": as_boolean(wanted.get("config_drive") or False),
        "disk_config": wanted.get("OS-DCF:diskConfig", "MANUAL"),
        "accessIPv4": wanted.get("accessIPv4", ""),
        "accessIPv6": wanted.get("accessIPv6", ""),
        "certificates": wanted.get("trusted_image_certificates"),
        "locked": False,
        "locked_reason": None,
        "fault": None,
        "reservation_id": order.reservation_id,
        "launch_index": max(number - 1, 0),
        "_host": HOST,
        "_plugged_at": service.soon(PLUGGED_AFTER),
        "_nics": [],
        "_volumes": [],
        "_group_id": order.group["id"] if order.group else "",
        "_user_data": wanted.get("user_data"),
    }


def new_password() -> str:
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(12))


def hostname_of(name: str, id: str) -> str:
    """The host name that Nova makes of a server's name."""
    host = re.sub(r"[^a-z0-9-]", "", re.sub(r"[ _.]", "-", name.lower()))[:63].strip("-")
    return host or f"Server-{id}"
