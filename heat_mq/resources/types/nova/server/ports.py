"""The ports that a server makes for itself: one for each entry of ``networks`` that names no port.

A port's name and description are deterministic, so that what an interrupted step made is found again. The entries
of ``networks`` have *slots*, numbers that never change or come back while the server lives: the slot of an entry
stands in the name of its port. Slots and the ids of the ports are kept in the resource's data.

A port that somebody else has made and the template names by its id is never deleted. One that the server has made is
lent when the template begins to name it (:func:`lend`): no update deletes it, it may pass to the server's successor,
and it is the server's own again when the template says what it said before. In the end it goes with the server that
made it, as in Heat, unless another one has it by then.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from heat_mq.resources.kit import Call, CloudConflict, CloudGone, Record

Entry = Mapping[str, Any]

PORTS: Final = "ports"  # data: slot to port id
LENT: Final = "lent_ports"  # data: slot to the id of a port that the server made and the template names by its id
SLOTS: Final = "slots"  # data: slots of the entries of ``networks``, in order
ENTRIES: Final = "networks"  # data: the entries of the last change that was made, the end of the update stored or not
NEXT_SLOT: Final = "next_slot"  # data: the first slot that was never given
PLAIN_EXTRAS: Final = (
    "admin_state_up",
    "mac_address",
    "allowed_address_pairs",
    "binding:vnic_type",
    "port_security_enabled",
    "propagate_uplink_status",
)
FIXED_EXTRAS: Final = frozenset({"mac_address"})  # cannot be changed by the owner of a port
DEFAULTS: Final = {"admin_state_up": True, "binding:vnic_type": "normal"}


def network_of(entry: Entry) -> Any:
    """The network that an entry names, under its present or its old name."""
    return entry.get("network") or entry.get("uuid")


def makes_port(entry: Entry) -> bool:
    """Whether the server makes the port of this entry itself."""
    return not entry.get("port") and not entry.get("allocate_network")


def name_of(record: Record, slot: int) -> str:
    return f"{record.physical_name}-port-{slot}"


def mark_of(record: Record) -> str:
    """The description of each port that the server makes, by which all of them are found."""
    return f"Port of server {record.name} of stack {record.stack_name} ({record.id})"


def ensure(call: Call, record: Record, slot: int, entry: Entry, groups: Sequence[str]) -> str:
    """The id of the port of an entry: the one there is, or a new one."""
    network = call.cloud.network
    if (there := known(call, slot)) is not None and _is_there(call, there):
        return there
    name = name_of(record, slot)
    for port in network.each("/ports", "ports", query={"name": name}):
        if port.get("description") == mark_of(record):
            return _keep(call, slot, str(port["id"]))
    body = {**body_of(call, entry, groups), "name": name, "description": mark_of(record)}
    return _keep(call, slot, str(network.create("port", body)["id"]))


def words_of(entry: Entry) -> dict[str, Any]:
    """What ``value_specs`` say of name and description: these tell whose port it is until its id is stored."""
    specs = (entry.get("port_extra_properties") or {}).get("value_specs") or {}
    return {key: specs[key] for key in ("name", "description") if key in specs}


def word(call: Call, port_id: str, words: Mapping[str, Any]) -> None:
    """Give a port whose id is stored the name and description that were asked for."""
    if words:
        call.cloud.network.change("port", port_id, dict(words))


def body_of(call: Call, entry: Entry, groups: Sequence[str]) -> dict[str, Any]:
    """What makes the port of an entry, without its name."""
    body: dict[str, Any] = {"network_id": network_of(entry) or _network_of_subnet(call, entry["subnet"])}
    fixed: dict[str, Any] = {}
    if entry.get("subnet"):
        fixed["subnet_id"] = entry["subnet"]
    if entry.get("fixed_ip"):
        fixed["ip_address"] = entry["fixed_ip"]
    if fixed:
        body["fixed_ips"] = [fixed]
    if groups:
        body["security_groups"] = list(groups)
    return {**body, **extras_of(call, entry)}


def extras_of(call: Call, entry: Entry) -> dict[str, Any]:
    """``port_extra_properties`` in Neutron's words; defaults are left to Neutron."""
    extra = entry.get("port_extra_properties") or {}
    body = {
        key: _plain(extra[key])
        for key in PLAIN_EXTRAS
        if extra.get(key) not in (None, "", []) and extra[key] != DEFAULTS.get(key)
    }
    if extra.get("no_fixed_ips"):
        body["fixed_ips"] = []
    if extra.get("qos_policy"):
        body["qos_policy_id"] = call.cloud.network.find("qos_policy", extra["qos_policy"])
    return {**body, **(extra.get("value_specs") or {})}


def change_extras(call: Call, port_id: str, old: Entry, new: Entry) -> None:
    """Bring a port from the extra properties of one entry to those of another."""
    before, after = extras_of(call, old), extras_of(call, new)
    body = {key: after.get(key, DEFAULTS.get(key, _EMPTY.get(key))) for key in {*before, *after}}
    body = {key: value for key, value in body.items() if key not in FIXED_EXTRAS and before.get(key) != after.get(key)}
    if body:
        call.cloud.network.change("port", port_id, body)


def security_groups(call: Call, names: Sequence[str]) -> list[str]:
    """Ids of the security groups named."""
    return [call.cloud.network.find("security_group", name) for name in names]


def entries_of(call: Call, record: Record) -> list[Entry]:
    """The entries of ``networks`` that the stored slots are of."""
    return list(call.data.get(ENTRIES, record.properties.get("networks")) or ())


def slots(call: Call, entries: Sequence[Entry] | None) -> list[int]:
    """The slots of the entries that the server has now."""
    kept = call.data.get(SLOTS)
    return list(kept) if kept is not None else list(range(len(entries or ())))


def next_slot(call: Call, entries: Sequence[Entry] | None) -> int:
    return int(call.data.get(NEXT_SLOT, len(entries or ())))


def known(call: Call, slot: int) -> str | None:
    """The id of the port in a slot, as far as the resource's data tells."""
    found = call.data.get(PORTS, {}).get(str(slot))
    return str(found) if found is not None else None


def own_by_id(call: Call, port_id: str) -> int | None:
    """The slot of a port of the server's own, None for any other port."""
    return next((int(slot) for slot, id in call.data.get(PORTS, {}).items() if id == port_id), None)


def lent(call: Call, slot: int) -> str | None:
    """The id of the port that the server once made for a slot and the template names by its id."""
    found = call.data.get(LENT, {}).get(str(slot))
    return str(found) if found is not None else None


def lend(call: Call, record: Record, port_id: str) -> None:
    """A port of the server's own is named by its id from now on: it stays when an update drops it."""
    slot = own_by_id(call, port_id)
    if slot is None:
        return
    _describe(call, port_id, mark_of(record), "")
    call.data.setdefault(LENT, {})[str(slot)] = call.data[PORTS].pop(str(slot))


def take_back(call: Call, record: Record, slot: int) -> None:
    """A port that was lent is the server's own again; nothing when there is none in this slot."""
    port_id = lent(call, slot)
    if port_id is None:
        return
    _describe(call, port_id, "", mark_of(record))
    del call.data[LENT][str(slot)]
    _keep(call, slot, port_id)


def gather(call: Call, record: Record) -> dict[str, str]:
    """Names and ids of all ports that the server made, those of an interrupted step too."""
    made = call.cloud.network.each("/ports", "ports", query={"description": mark_of(record)})
    # A Neutron that does not know the filter answers all ports.
    return {str(port["name"]): str(port["id"]) for port in made if port.get("description") == mark_of(record)}


def adopt(call: Call, record: Record) -> None:
    """Write the ids of the ports that an interrupted create made into the resource's data."""
    prefix = name_of(record, 0)[:-1]
    for name, port_id in gather(call, record).items():
        if name.startswith(prefix) and name[len(prefix) :].isdecimal():
            _keep(call, int(name[len(prefix) :]), port_id)


def look_again(call: Call, record: Record) -> None:
    """After a step whose end was not stored: know the ports that it made, and forget those that it deleted."""
    adopt(call, record)
    kept = call.data.get(PORTS, {})
    for slot in [slot for slot, port_id in kept.items() if not _is_there(call, port_id)]:
        del kept[slot]


def mark(call: Call, record: Record, port_id: str) -> None:
    """A port of the server's own that an interrupted step has lent says again whose it is."""
    _describe(call, port_id, "", mark_of(record))


def remove(call: Call, port_id: str) -> bool:
    """Delete a port; False when it is still in use."""
    try:
        call.cloud.network.remove("port", port_id)
    except CloudGone:
        pass
    except CloudConflict:
        return False
    for kept in (call.data.get(PORTS, {}), call.data.get(LENT, {})):
        for slot in [slot for slot, known_id in kept.items() if known_id == port_id]:
            del kept[slot]
    return True


def remove_all(call: Call, record: Record) -> bool:
    """Delete every port that the server made and no other server has; False when one is still in use."""
    lent_ids = [port_id for port_id in call.data.get(LENT, {}).values() if _is_free(call, port_id, record)]
    ids = {*gather(call, record).values(), *call.data.get(PORTS, {}).values(), *lent_ids}
    in_use = [port_id for port_id in sorted(ids) if not remove(call, port_id)]
    return not in_use


def _keep(call: Call, slot: int, port_id: str) -> str:
    call.data.setdefault(PORTS, {})[str(slot)] = port_id
    return port_id


def _describe(call: Call, port_id: str, before: str, after: str) -> None:
    """Change a port's description, unless it says something else meanwhile; quiet when the port is gone."""
    with contextlib.suppress(CloudGone):
        if (call.cloud.network.show("port", port_id).get("description") or "") == before:
            call.cloud.network.change("port", port_id, {"description": after})


def _is_free(call: Call, port_id: str, record: Record) -> bool:
    """Whether a port that is there has no other server than this one."""
    try:
        return call.cloud.network.show("port", port_id)["device_id"] in ("", record.physical_id)
    except CloudGone:
        return False


def _is_there(call: Call, port_id: str) -> bool:
    try:
        call.cloud.network.show("port", port_id)
    except CloudGone:
        return False
    return True


def _network_of_subnet(call: Call, subnet_id: str) -> str:
    return str(call.cloud.network.show("subnet", subnet_id)["network_id"])


def _plain(value: Any) -> Any:
    """Lists of maps without the keys that have no value."""
    if isinstance(value, list):
        return [{key: item for key, item in pair.items() if item} for pair in value]
    return value


_EMPTY: Final[dict[str, Any]] = {"allowed_address_pairs": [], "port_security_enabled": True}
