"""Room for the server that takes this one's place: ports, addresses and volumes that only one of both can hold."""

from __future__ import annotations

import contextlib
from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, CloudConflict, CloudGone, Done, Outcome, Record, Resource, Wait, room
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.types.nova.server import interfaces, ports, status, volumes

ASKED: Final = "detaching"  # progress: ports that Nova was asked to detach
RELEASED: Final = "released"  # data: ports that are given up, or about to be: id to the fixed IPs that go, or None
LOOKED: Final = "looked"  # progress: what was being detached when a worker died has had time to go


def release(call: Call, record: Record, server_id: str) -> Outcome:
    """Give up the ports that one of both templates names, own ports with an address that is given, and volumes."""
    outcome = volumes.release(call, record, server_id)
    return _release_ports(call, record, server_id) if outcome == DONE else outcome


def take_back(server: Resource, call: Call, server_id: str) -> Outcome:
    """Attach what :func:`release` detached, with the addresses it had; make the server anew when it went itself."""
    if room.is_made_anew(server, call):
        return _made_anew(server, call)
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
    server = status.find(call, server_id)
    attached = interfaces.attached_ports(call, server_id) if server is not None else {}
    shared = _shared(call, record)
    given_up = {port_id: _fixed(entry) for port_id, entry in shared if port_id in attached or entry is not None}
    noted = call.data.get(RELEASED, {})
    if given_up.keys() - noted.keys():
        call.data[RELEASED] = given_up | noted
        return Wait(0)  # stored before it is true: nobody could tell it then
    waiting = False
    for port_id, entry in shared:
        if port_id in attached:
            asked = call.progress.setdefault(ASKED, [])
            broken = server is not None and status.base(server) == "ERROR"
            if port_id not in asked and _detach(call, server_id, port_id, broken=broken):
                asked.append(port_id)
            waiting = True
        elif ports.own_by_id(call, port_id) is not None and entry is not None:
            with contextlib.suppress(CloudGone):
                call.cloud.network.change("port", port_id, {"fixed_ips": []})
        else:
            ports.lend(call, record, port_id)
    return wait(call) if waiting else DONE


def _shared(call: Call, record: Record) -> list[tuple[str, ports.Entry | None]]:
    """Ids of the ports to give up; with the entry those of which an address is to be freed alone."""
    named = {str(entry["port"]) for entry in call.successor.get("networks") or () if entry.get("port")}
    entries = ports.entries_of(call, record)
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
    if released and not call.progress.get(LOOKED):
        call.progress[LOOKED] = True
        return wait(call)  # Nova may be detaching one: it looks attached until it is not
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
    if not room.is_made_anew(server, call):
        if not volumes.can_be_had(call, server.record):
            return wait(call)
        try:
            for port_id, fixed_ips in call.data.get(RELEASED, {}).items():
                if fixed_ips:
                    with contextlib.suppress(CloudGone):
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
    entries = ports.entries_of(call, record)
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


def _fixed(entry: ports.Entry | None) -> list[dict[str, Any]] | None:
    """The address that an own port has by its entry."""
    if entry is None:
        return None
    return [{"ip_address": entry["fixed_ip"], **({"subnet_id": entry["subnet"]} if entry.get("subnet") else {})}]
