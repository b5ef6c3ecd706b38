"""Resources that a server waits for though it does not refer to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from heat_mq.resources.kit import Sibling, Siblings
from heat_mq.resources.kit.references import object_key
from heat_mq.template.marks import UNKNOWN

SUBNET: Final = "OS::Neutron::Subnet"


def subnets(me: Sibling, others: Sequence[Sibling]) -> Iterator[str]:
    """Every subnet of the networks on which ports are made: the port's address may come from any of them.

    A network that is not known yet may be that of any subnet. Entries with a port or a subnet of their own refer to
    what they need.
    """
    entries = me.properties.get("networks")
    if not isinstance(entries, list):
        return
    wanted = [_network(entry) for entry in entries if isinstance(entry, Mapping) and not _refers(entry)]
    wanted = [network for network in wanted if network is not None]
    if not wanted:
        return
    siblings = Siblings.of(others)
    if any(network is UNKNOWN for network in wanted):
        yield from (subnet.name for subnet in siblings.of_type(SUBNET))
        return
    # A subnet whose network cannot be told yet may be on any.
    keys = [object_key(network) for network in wanted]
    groups = siblings.grouped(SUBNET, _network_of)
    for key in dict.fromkeys([*keys, None]):
        yield from (subnet.name for subnet in groups.get(key, ()))


def _refers(entry: Mapping[str, Any]) -> bool:
    return any(entry.get(key) not in (None, "") for key in ("port", "subnet"))


def _network(properties: Mapping[str, Any]) -> Any:
    """The network under its present or one of its old names."""
    for key in ("network", "uuid", "network_id"):
        if properties.get(key) not in (None, ""):
            return properties[key]
    return None


def _network_of(subnet: Sibling) -> Any:
    return _network(subnet.properties)
