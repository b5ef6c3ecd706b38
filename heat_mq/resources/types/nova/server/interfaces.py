"""A change of ``networks``: a plan, which is data, and its execution, which any worker can go on with.

Entries that stay keep their interface; those that went are detached first, so that their addresses are free, then
the new ones are attached one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, CloudConflict, CloudGone, Outcome, Record
from heat_mq.resources.kit.polling import rewind, wait
from heat_mq.resources.types.nova.server import floating, ports
from heat_mq.resources.types.nova.server.ports import Entry

JOINED: Final = "joined"  # data: given ports that an unfinished change may have attached
TAGGED: Final = "2.49"

Plan = dict[str, Any]


def plan(
    call: Call,
    old: Sequence[Entry] | None,
    new: Sequence[Entry] | None,
    groups: Sequence[str],
    attached: Sequence[str] | None = None,
) -> Plan:
    """What leads from the old entries to the new ones. Touches nothing but the resource's data.

    Of the old ones those stay that are ``attached`` (ids of ports; None: all of them are).
    ``leave`` are ids of ports to detach and ``drop`` those of them to delete; ``join`` the entries to attach with their
    slots; ``alter`` the entries that stay and differ in what can be changed in place. ``others`` says that
    interfaces that no entry names are to be detached, ``choose`` what the cloud shall choose ("any", "auto", "").
    """
    old, new = list(old or ()), list(new or ())
    old_slots = ports.slots(call, old)
    free = ports.next_slot(call, old)
    staying: dict[Any, list[int]] = {}
    for index, entry in enumerate(_named(old)):
        if _is_lost(call, old_slots[index], entry, attached):
            continue
        staying.setdefault(_identity(entry), []).append(index)
    out: Plan = {"join": [], "alter": [], "slots": [], "groups": list(groups), "asked": []}
    for entry in _named(new):
        matching = staying.get(_identity(entry))
        if matching:
            index = matching.pop(0)
            out["slots"].append(old_slots[index])
            if _alterable(old[index]) != _alterable(entry):
                out["alter"].append({"slot": old_slots[index], "old": dict(old[index]), "new": dict(entry)})
        else:
            out["slots"].append(free)
            out["join"].append({"slot": free, "entry": dict(entry)})
            free += 1
    call.data[ports.NEXT_SLOT] = free
    dropped = [id for slot, id in call.data.get(ports.PORTS, {}).items() if int(slot) not in out["slots"]]
    given_before = {*_given(old), *call.data.get(JOINED, ())}
    out["drop"] = sorted(dropped)
    out["leave"] = sorted({*dropped, *(given_before - set(_given(new)))})
    call.data[JOINED] = sorted(given_before | set(_given(new)))
    out["choose"] = _chosen(new)
    out["others"] = out["choose"] == "none" or (out["choose"] == "" and _chosen(old) != "")
    return out


def advance(call: Call, record: Record, server_id: str, plan: Plan) -> Outcome:
    """Take the next step of a plan; DONE when all of it is done."""
    attached = attached_ports(call, server_id)
    leaving = [port for port in attached if port in plan["leave"] or (plan["others"] and not _wanted(call, plan, port))]
    if leaving:
        _detach(call, server_id, leaving, plan)
        return wait(call)
    for port_id in plan["drop"]:
        if not ports.remove(call, port_id):
            return wait(call)
    for item in plan["join"]:
        port_id = item["entry"].get("port") or ports.ensure(call, record, item["slot"], item["entry"], plan["groups"])
        if port_id not in attached:
            return _attach(call, server_id, port_id, item["entry"].get("tag"))
    if plan["choose"] in ("any", "auto") and not attached:
        return _attach_chosen(call, record, server_id, plan["choose"])
    for item in plan["join"]:
        _point_floating_ip(call, item["slot"], {}, item["entry"])
    for item in plan["alter"]:
        _point_floating_ip(call, item["slot"], item["old"], item["new"])
        _alter(call, item)
    call.data[ports.SLOTS] = plan["slots"]
    call.data.pop(JOINED, None)
    return DONE


def attached_ports(call: Call, server_id: str) -> list[str]:
    """Ids of the ports that the server has now: a port that Neutron shows without it is free for another one."""
    return [str(port["id"]) for port in call.cloud.network.each("/ports", "ports", query={"device_id": server_id})]


def is_whole(call: Call, record: Record, server_id: str) -> bool:
    """Whether the server has every interface that it should have by its last update."""
    entries = _named(record.properties.get("networks") or ())
    if not entries:
        return True
    attached = attached_ports(call, server_id)
    placed = zip(ports.slots(call, entries), entries, strict=False)
    return not any(_is_lost(call, slot, entry, attached) for slot, entry in placed)


def detach(call: Call, server_id: str, port_id: str) -> None:
    """Ask Nova to detach a port; quiet when it is not attached or already on its way."""
    try:
        call.cloud.compute.delete(f"/servers/{server_id}/os-interface/{port_id}")
    except (CloudGone, CloudConflict):
        return


def attach(call: Call, server_id: str, port_id: str, tag: str | None = None) -> None:
    body: dict[str, Any] = {"port_id": port_id, **({"tag": tag} if tag else {})}
    call.cloud.compute.post(
        f"/servers/{server_id}/os-interface", {"interfaceAttachment": body}, version=TAGGED if tag else None
    )


def _is_lost(call: Call, slot: int, entry: Entry, attached: Sequence[str] | None) -> bool:
    """Whether somebody has detached the interface of an entry."""
    port_id = entry.get("port") or ports.known(call, slot)
    return attached is not None and port_id is not None and port_id not in attached


def _identity(entry: Entry) -> Any:
    """What makes two entries the same interface."""
    if entry.get("port"):
        return ("port", entry["port"], entry.get("tag") or "")
    extra = entry.get("port_extra_properties") or {}
    keys = (ports.network_of(entry), entry.get("subnet"), entry.get("fixed_ip"), entry.get("tag"))
    fixed = (extra.get("mac_address"), extra.get("no_fixed_ips"))
    return ("own", *(key or "" for key in (*keys, *fixed)))


def _alterable(entry: Entry) -> Any:
    return (entry.get("floating_ip") or "", entry.get("port_extra_properties") or {})


def _named(entries: Sequence[Entry]) -> list[Entry]:
    """The entries that name an interface; one that leaves it to the cloud stands alone."""
    return [entry for entry in entries if not entry.get("allocate_network")]


def _given(entries: Sequence[Entry]) -> list[str]:
    return [str(entry["port"]) for entry in entries if entry.get("port")]


def _chosen(entries: Sequence[Entry]) -> str:
    """ "any" when the cloud chooses the networks, "auto" or "none" as the entries say, "" when they name them."""
    if not entries:
        return "any"
    return next((str(entry["allocate_network"]) for entry in entries if entry.get("allocate_network")), "")


def _wanted(call: Call, plan: Plan, port_id: str) -> bool:
    own = {ports.known(call, slot) for slot in plan["slots"]}
    return port_id in own or any(item["entry"].get("port") == port_id for item in plan["join"])


def _detach(call: Call, server_id: str, leaving: Sequence[str], plan: Plan) -> None:
    for port_id in leaving:
        if port_id not in plan["asked"]:
            detach(call, server_id, port_id)
            plan["asked"].append(port_id)
            rewind(call)


def _attach(call: Call, server_id: str, port_id: str, tag: str | None) -> Outcome:
    rewind(call)
    attach(call, server_id, port_id, tag)
    return wait(call)


def _attach_chosen(call: Call, record: Record, server_id: str, choice: str) -> Outcome:
    body: dict[str, Any] = {}
    if choice == "auto":
        topology = call.cloud.network.get(f"/auto-allocated-topology/{record.project_id}")
        body["net_id"] = topology["auto_allocated_topology"]["id"]
    call.cloud.compute.post(f"/servers/{server_id}/os-interface", {"interfaceAttachment": body})
    return wait(call)


def _point_floating_ip(call: Call, slot: int, old: Entry, new: Entry) -> None:
    port_id = new.get("port") or ports.known(call, slot)
    before, after = old.get("floating_ip") or "", new.get("floating_ip") or ""
    if port_id is None or before == after:
        return
    if before:
        floating.dissociate(call, before, port_id)
    if after:
        floating.associate(call, after, port_id)


def _alter(call: Call, item: Mapping[str, Any]) -> None:
    port_id = ports.known(call, item["slot"])
    if port_id is not None and not item["new"].get("port"):
        ports.change_extras(call, port_id, item["old"], item["new"])
