"""Room for the server that takes this one's place: ports, addresses and volumes that only one of both can hold."""

from __future__ import annotations

from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, CloudConflict, CloudGone, Done, Outcome, Record, Resource, room
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.types.nova.server import interfaces, ports, status, volumes

ASKED: Final = "detaching"  # progress: ports that Nova was asked to detach
RELEASED: Final = "released"  # data: port id to the fixed IPs it had, None for a given port


def release(call: Call, record: Record, server_id: str) -> Outcome:
    """Give up the ports that one of both templates names, own ports with an address that is given, and volumes."""
    outcome = volumes.release(call, record, server_id)
    return _release_ports(call, record, server_id) if outcome == DONE else outcome


def take_back(server: Resource, call: Call, server_id: str) -> Outcome:
    """Attach what :func:`release` detached, with the addresses it had; make the server anew when it went itself."""
    live = status.find(call, server_id)
    if call.data.get(room.MADE_ROOM):
        if live is not None and status.task_of(live) == "deleting":
            return wait(call)
        if live is None:
            return _made_anew(server, call)
        del call.data[room.MADE_ROOM]  # nobody has deleted it yet
    if live is None:
        return DONE
    _own_again(call, server.record)
    outcome = volumes.take_back(call, server.record, server_id)
    return _take_ports_back(call, server_id) if outcome == DONE else outcome


def _release_ports(call: Call, record: Record, server_id: str) -> Outcome:
    released: dict[str, Any] = call.data.setdefault(RELEASED, {})
    server = status.find(call, server_id)
    attached = interfaces.attached_ports(call, server_id) if server is not None else {}
    waiting = False
    for port_id, entry in _shared(call, record):
        if port_id in attached:
            asked = call.progress.setdefault(ASKED, [])
            broken = server is not None and status.base(server) == "ERROR"
            if port_id not in asked and _detach(call, server_id, port_id, broken=broken):
                asked.append(port_id)
            waiting = True
        elif ports.own_by_id(call, port_id) is not None and entry is not None:
            _free_address(call, released, port_id, entry)
        else:
            released.setdefault(port_id, None)
            ports.lend(call, record, port_id)
    return wait(call) if waiting else DONE


def _shared(call: Call, record: Record) -> list[tuple[str, ports.Entry | None]]:
    """Ids of the ports to give up; with the entry those of which an address is to be freed alone."""
    named = {str(entry["port"]) for entry in call.successor.get("networks") or () if entry.get("port")}
    entries = record.properties.get("networks") or ()
    out: list[tuple[str, ports.Entry | None]] = []
    for slot, entry in zip(ports.slots(call, entries), entries, strict=False):
        own = ports.known(call, slot) or ports.lent(call, slot)
        if entry.get("port") or (own is not None and own in named):
            out.append((str(entry.get("port") or own), None))
        elif own is not None and entry.get("fixed_ip"):
            out.append((own, entry))
    return out


def _take_ports_back(call: Call, server_id: str) -> Outcome:
    released: dict[str, Any] = call.data.get(RELEASED, {})
    attached = interfaces.attached_ports(call, server_id) if released else {}
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
    _forget(call)
    return DONE


def _made_anew(server: Resource, call: Call) -> Outcome:
    """Another server in its place: of the same volumes, with the same ports and addresses."""
    if room.RESTORED not in call.progress:
        if not volumes.can_be_had(call, server.record):
            return wait(call)
        try:
            for port_id, fixed_ips in call.data.get(RELEASED, {}).items():
                if fixed_ips:
                    call.cloud.network.change("port", port_id, {"fixed_ips": fixed_ips})
        except CloudConflict:
            return wait(call)
        _own_again(call, server.record)
    outcome = room.restore(server, call)
    if isinstance(outcome, Done):
        volumes.settle(call, server.record)
        _forget(call)
    return outcome


def _own_again(call: Call, record: Record) -> None:
    """Ports that were lent to the successor alone: this server's template does not name them."""
    entries = record.properties.get("networks") or ()
    for slot, entry in zip(ports.slots(call, entries), entries, strict=False):
        if ports.makes_port(entry):
            ports.take_back(call, record, slot)


def _forget(call: Call) -> None:
    call.data.pop(RELEASED, None)
    call.data.pop(volumes.RELEASED, None)


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
