"""Room for the server that takes this one's place: ports and addresses that only one of both can hold."""

from __future__ import annotations

from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, CloudConflict, CloudGone, Outcome, Record
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.types.nova.server import interfaces, ports, status

ASKED: Final = "detaching"  # progress: ports that Nova was asked to detach
RELEASED: Final = "released"  # data: port id to the fixed IPs it had, None for a given port


def release(call: Call, record: Record, server_id: str) -> Outcome:
    """Detach the ports that the template gives, and those with an address that it gives; free these addresses."""
    released: dict[str, Any] = call.data.setdefault(RELEASED, {})
    entries = record.properties.get("networks") or ()
    server = status.find(call, server_id)
    attached = interfaces.attached_ports(call, server_id) if server is not None else {}
    waiting = False
    for slot, entry in zip(ports.slots(call, entries), entries, strict=False):
        port_id = entry.get("port") or (ports.known(call, slot) if entry.get("fixed_ip") else None)
        if port_id is None:
            continue
        if port_id in attached:
            asked = call.progress.setdefault(ASKED, [])
            broken = server is not None and status.base(server) == "ERROR"
            if port_id not in asked and _detach(call, server_id, port_id, broken=broken):
                asked.append(port_id)
            waiting = True
        elif not entry.get("port"):
            _free_address(call, released, port_id, entry)
        else:
            released.setdefault(port_id, None)
    return wait(call) if waiting else DONE


def take_back(call: Call, server_id: str) -> Outcome:
    """Attach what :func:`release` detached, with the addresses it had."""
    released: dict[str, Any] = call.data.get(RELEASED, {})
    if not released or status.find(call, server_id) is None:
        return DONE
    attached = interfaces.attached_ports(call, server_id)
    for port_id, fixed_ips in released.items():
        if port_id in attached:
            continue
        try:
            if fixed_ips:
                call.cloud.network.change("port", port_id, {"fixed_ips": fixed_ips})
            interfaces.attach(call, server_id, port_id)
        except CloudGone:
            continue
        except CloudConflict:
            # The successor has not let go of it yet.
            return wait(call)
    del call.data[RELEASED]
    return DONE


def _detach(call: Call, server_id: str, port_id: str, *, broken: bool) -> bool:
    """False when the server is busy."""
    if not broken:
        return interfaces.detach(call, server_id, port_id)
    # Nova detaches nothing from a server in ERROR; a port without device is free for another server.
    call.cloud.network.change("port", port_id, {"device_id": "", "device_owner": ""})
    return True


def _free_address(call: Call, released: dict[str, Any], port_id: str, entry: ports.Entry) -> None:
    subnet = {"subnet_id": entry["subnet"]} if entry.get("subnet") else {}
    released[port_id] = [{"ip_address": entry["fixed_ip"], **subnet}]
    try:
        call.cloud.network.change("port", port_id, {"fixed_ips": []})
    except CloudGone:
        del released[port_id]
