"""A change of ``networks``: a plan, which is data, and its execution, which any worker can go on with.

Entries that stay keep their interface, and so does one that asks in other words for what the server's own interface
has already (its subnet, its address, its port). Those that went are detached first, so that their addresses are free,
then the new ones are attached one after the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, CloudError, CloudGone, Outcome, Record, Wait
from heat_mq.resources.kit.polling import looks, rewind, wait
from heat_mq.resources.types.nova.server import floating, ports, status, unfinished
from heat_mq.resources.types.nova.server.ports import Entry

JOINED: Final = "joined"  # data: given ports that an unfinished change may have attached
LEAVING: Final = "leaving"  # data: ports that Nova was asked to detach, or is about to be, and that are not seen gone
TAGGED: Final = "2.49"
PATIENCE: Final = 10  # looks at a server whose addresses are not those of its ports yet, about twenty seconds

Plan = dict[str, Any]
Port = Mapping[str, Any]


def plan(
    call: Call,
    old: Sequence[Entry] | None,
    new: Sequence[Entry] | None,
    groups: Sequence[str],
    attached: Mapping[str, Port] | None = None,
) -> Plan:
    """What leads from the old entries to the new ones. Touches nothing but the resource's data.

    Of the old ones those stay that are ``attached`` (ports by id; None: all of them are).
    ``leave`` are ids of ports to detach and ``drop`` those of them to delete; ``lend`` are ids of own ports that the
    new entries name, ``take_back`` the slots whose ports they name no more; ``join`` the entries to attach with their
    slots; ``alter`` the entries that stay and differ in what can be changed in place. ``others`` says that interfaces
    that no entry names are to be detached, ``choose`` what the cloud shall choose ("any", "auto", "").

    What an update that did not end has detached, or asked Nova to, is attached again in its slot. ``mark`` are ids of
    ports that it may have lent, ``part`` the floating IPs that it gave to ports that were given to it.
    """
    old, new = list(old or ()), list(new or ())
    old_slots = ports.slots(call, old)
    free = ports.next_slot(call, old)
    tried = unfinished.entries(call)
    had = dict(zip(old_slots, _named(old), strict=False))
    there, again = _sorted_out(call, had, attached)
    out: Plan = {"join": [], "alter": [], "slots": [], "groups": list(groups), "asked": []}
    out["entries"] = [dict(entry) for entry in new]
    for entry, staying in zip(_named(new), _staying(call, there, _named(new), attached or {}), strict=True):
        slot = next((slot for slot, before in again.items() if _identity(before) == _identity(entry)), None)
        if staying is not None:
            slot = staying
            if _alterable(there[slot]) != _alterable(entry):
                out["alter"].append({"slot": slot, "old": dict(there[slot]), "new": dict(entry)})
        elif slot is not None:
            out["join"].append({"slot": slot, "entry": dict(entry)})
            del again[slot]
        else:
            slot, free = free, free + 1
            out["join"].append({"slot": slot, "entry": dict(entry)})
        out["slots"].append(slot)
    placed = dict(zip(out["slots"], _named(new), strict=True))
    call.data[ports.NEXT_SLOT] = free
    named = set(_given(new))
    own = call.data.get(ports.PORTS, {}).items()
    dropped = [id for slot, id in own if int(slot) not in out["slots"] and id not in named]
    out["lend"] = sorted(id for _, id in own if id in named)
    makes = [slot for slot, entry in placed.items() if ports.makes_port(entry)]
    out["take_back"] = [slot for slot in makes if ports.lent(call, slot)]
    given_before = {*_given(old), *call.data.get(JOINED, ())}
    out["drop"] = sorted(dropped)
    returned = {ports.known(call, slot) or ports.lent(call, slot) for slot in makes}
    going = set(call.data.get(LEAVING, ())).intersection(attached or ())
    out["leave"] = sorted({*dropped, *(given_before - named - returned), *going})
    call.data[JOINED] = sorted(given_before | named)
    out["choose"] = _chosen(new)
    out["others"] = out["choose"] == "none" or (out["choose"] == "" and any(map(_chosen, (old, *tried))))
    out["named"] = sorted(named)
    lent = {port_id for entries in tried for port_id in _given(entries)}
    out["mark"] = sorted(lent.intersection(port_id for slot in makes if (port_id := ports.known(call, slot))))
    out["part"] = [
        [entry["floating_ip"], entry["port"]]
        for entries in tried
        for entry in entries
        if entry.get("floating_ip") and entry.get("port") and entry["port"] not in named
    ]
    for entries in tried:
        for slot, entry in zip(_staying(call, had, _named(entries), attached or {}), _named(entries), strict=True):
            if slot in placed and _alterable(entry) != _alterable(placed[slot]):
                out["alter"].append({"slot": slot, "old": dict(entry), "new": dict(placed[slot])})
    return out


def _sorted_out(
    call: Call, had: Mapping[int, Entry], attached: Mapping[str, Port] | None
) -> tuple[dict[int, Entry], dict[int, Entry]]:
    """By slots the entries whose interfaces are there, and those whose are to be attached again."""
    going, unfinished_ones = call.data.get(LEAVING, ()), unfinished.entries(call)
    there, again = {}, {}
    for slot, entry in had.items():
        port_id = _port(call, slot, entry)
        if port_id in going or (unfinished_ones and attached is not None and port_id not in attached):
            again[slot] = entry
        elif not _is_lost(call, slot, entry, attached):
            there[slot] = entry
    return there, again


def advance(call: Call, record: Record, server_id: str, plan: Plan) -> Outcome:
    """Take the next step of a plan; DONE when all of it is done."""
    attached = attached_ports(call, server_id)
    leaving = [port for port in attached if port in plan["leave"] or (plan["others"] and not _wanted(call, plan, port))]
    if leaving:
        if not set(leaving) <= set(call.data.get(LEAVING, ())):
            call.data[LEAVING] = sorted({*call.data.get(LEAVING, ()), *leaving})
            return Wait(0)  # stored before they are gone
        _detach(call, server_id, leaving, plan)
        return wait(call)
    if LEAVING in call.data:
        del call.data[LEAVING]
        plan["leave"] = []
        rewind(call)
        return Wait(0)  # stored before one of them is attached again
    for port_id in plan["drop"]:
        if not ports.remove(call, port_id):
            return wait(call)
    for port_id in plan["lend"]:
        ports.lend(call, record, port_id)
    for slot in plan["take_back"]:
        ports.take_back(call, record, slot)
    for port_id in plan["mark"]:
        ports.mark(call, record, port_id)
    for floating_ip, port_id in plan["part"]:
        floating.dissociate(call, floating_ip, port_id)
    for item in plan["join"]:
        port_id = item["entry"].get("port") or ports.known(call, item["slot"])
        port_id = port_id or ports.ensure(call, record, item["slot"], item["entry"], plan["groups"])
        if port_id not in attached:
            return _attach(call, server_id, port_id, item["entry"].get("tag"))
    if plan["choose"] in ("any", "auto") and not attached:
        return _attach_chosen(call, record, server_id, plan["choose"])
    if plan["asked"] and looks(call) < PATIENCE and _shows_what_left(call, server_id, attached):
        return wait(call)
    for item in plan["join"]:
        _point_floating_ip(call, item["slot"], {}, item["entry"])
        _word(call, item)
    for item in plan["alter"]:
        _point_floating_ip(call, item["slot"], item["old"], item["new"])
        _alter(call, item)
    call.data |= {ports.SLOTS: plan["slots"], ports.ENTRIES: plan["entries"]}
    call.data.pop(JOINED, None)
    return DONE


def attached_ports(call: Call, server_id: str) -> dict[str, Port]:
    """The ports that the server has now, by id: a port that Neutron shows without it is free for another one."""
    return {
        str(port["id"]): port for port in call.cloud.network.each("/ports", "ports", query={"device_id": server_id})
    }


def _shows_what_left(call: Call, server_id: str, attached: Mapping[str, Port]) -> bool:
    """Whether Nova's addresses are still those of a port that it has detached: it looks again some time after."""
    shown = [each for network in status.show(call, server_id)["addresses"].values() for each in network]
    there = {port["mac_address"] for port in attached.values()}
    return not there.issuperset(each["OS-EXT-IPS-MAC:mac_addr"] for each in shown)


def is_whole(call: Call, record: Record, server_id: str) -> bool:
    """Whether the server has every interface that it should have by its last update."""
    entries = _named(ports.entries_of(call, record))
    if not entries:
        return True
    attached = attached_ports(call, server_id)
    placed = zip(ports.slots(call, entries), entries, strict=False)
    return not any(_is_lost(call, slot, entry, attached) for slot, entry in placed)


def detach(call: Call, server_id: str, port_id: str) -> bool:
    """Ask Nova to detach a port, which may be gone; False when the server has another task first."""
    with contextlib.suppress(CloudGone):
        return status.unless_busy(
            call, server_id, lambda: call.cloud.compute.delete(f"/servers/{server_id}/os-interface/{port_id}")
        )
    return True


def attach(call: Call, server_id: str, port_id: str, tag: str | None = None) -> bool:
    """Ask Nova to attach a port; False when the server has another task first."""
    return _attach_what(call, server_id, {"port_id": port_id, **({"tag": tag} if tag else {})})


def _attach_what(call: Call, server_id: str, body: Mapping[str, Any]) -> bool:
    path, wanted = f"/servers/{server_id}/os-interface", {"interfaceAttachment": dict(body)}
    version = TAGGED if "tag" in body else None
    return status.unless_busy(call, server_id, lambda: call.cloud.compute.post(path, wanted, version=version))


def _staying(
    call: Call, there: Mapping[int, Entry], new: Sequence[Entry], attached: Mapping[str, Port]
) -> list[int | None]:
    """For each new entry the slot of the old one whose interface it keeps.

    Entries that say the same as before choose first; the others take a port of the server's own that has what they
    ask for.
    """
    left = dict(there)

    def take(fits: Callable[[int, Entry], bool]) -> int | None:
        found = next((slot for slot, old in left.items() if fits(slot, old)), None)
        if found is not None:
            del left[found]
        return found

    def same(entry: Entry) -> int | None:
        return take(lambda slot, old: _identity(old) == _identity(entry))

    def fitting(entry: Entry) -> int | None:
        return take(
            lambda slot, old: (
                (ports.makes_port(old) or ports.lent(call, slot) == old.get("port"))
                and _fixed(old) == _fixed(entry)
                and _offers(attached.get(ports.known(call, slot) or ports.lent(call, slot) or "", {}), entry)
            )
        )

    chosen = [same(entry) for entry in new]
    return [fitting(entry) if slot is None else slot for slot, entry in zip(chosen, new, strict=True)]


def _offers(port: Port, entry: Entry) -> bool:
    """Whether a port is, or has, all that an entry names."""
    if entry.get("port"):
        return bool(entry["port"] == port.get("id"))
    fixed = port.get("fixed_ips") or ()
    asked = {"subnet_id": entry.get("subnet"), "ip_address": entry.get("fixed_ip")}
    asked = {key: value for key, value in asked.items() if value}
    return bool(
        port
        and ports.network_of(entry) in (None, "", port["network_id"])
        and (not asked or any(asked.items() <= one.items() for one in fixed))
    )


def _is_lost(call: Call, slot: int, entry: Entry, attached: Mapping[str, Port] | None) -> bool:
    """Whether somebody has detached the interface of an entry."""
    port_id = _port(call, slot, entry)
    return attached is not None and port_id is not None and port_id not in attached


def _port(call: Call, slot: int, entry: Entry) -> str | None:
    """The id of the port of an entry, as far as it is known."""
    return entry.get("port") or ports.known(call, slot) or ports.lent(call, slot)


def _identity(entry: Entry) -> Any:
    """What makes two entries the same interface."""
    if entry.get("port"):
        return ("port", entry["port"], entry.get("tag") or "")
    keys = (ports.network_of(entry), entry.get("subnet"), entry.get("fixed_ip"))
    return ("own", *(key or "" for key in keys), *_fixed(entry))


def _fixed(entry: Entry) -> tuple[Any, ...]:
    """What cannot be changed of an interface, and is not told by its port's network and addresses."""
    extra = entry.get("port_extra_properties") or {}
    return tuple(value or "" for value in (entry.get("tag"), extra.get("mac_address"), extra.get("no_fixed_ips")))


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
    return port_id in plan["named"] or port_id in {ports.known(call, slot) for slot in plan["slots"]}


def _detach(call: Call, server_id: str, leaving: Sequence[str], plan: Plan) -> None:
    for port_id in leaving:
        if port_id not in plan["asked"] and detach(call, server_id, port_id):
            plan["asked"].append(port_id)
            rewind(call)


def _attach(call: Call, server_id: str, port_id: str, tag: str | None) -> Outcome:
    if attach(call, server_id, port_id, tag):
        rewind(call)
    return wait(call)


def _attach_chosen(call: Call, record: Record, server_id: str, choice: str) -> Outcome:
    """As at the creation: the one network that the project can use, with "auto" else the one that Neutron makes."""
    try:
        _attach_what(call, server_id, {})
    except CloudError as error:
        if choice != "auto" or error.status != 400:
            raise
        topology = call.cloud.network.get(f"/auto-allocated-topology/{record.project_id}")
        _attach_what(call, server_id, {"net_id": topology["auto_allocated_topology"]["id"]})
    return wait(call)


def _word(call: Call, item: Mapping[str, Any]) -> None:
    port_id = ports.known(call, item["slot"])
    if port_id is not None:
        ports.word(call, port_id, ports.words_of(item["entry"]))


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
