"""Rules of security groups as values that can be compared."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Final

from heat_mq.resources.kit import Int, Prop, Str, Support

NAMED_PROTOCOLS: Final = {
    "ah": 51,
    "dccp": 33,
    "egp": 8,
    "esp": 50,
    "gre": 47,
    "icmp": 1,
    "icmpv6": 58,
    "igmp": 2,
    "ipv6-encap": 41,
    "ipv6-frag": 44,
    "ipv6-icmp": 58,
    "ipv6-nonxt": 59,
    "ipv6-opts": 60,
    "ipv6-route": 43,
    "ospf": 89,
    "pgm": 113,
    "rsvp": 46,
    "sctp": 132,
    "tcp": 6,
    "udp": 17,
    "udplite": 136,
    "vrrp": 112,
}
PROTOCOLS: Final = (*range(256), *NAMED_PROTOCOLS)
#: What a new group lets out.
LET_OUT: Final = tuple({"direction": "egress", "ethertype": kind} for kind in ("IPv4", "IPv6"))
#: Keys of a rule that say what it does, as Neutron names them.
KEYS: Final = (
    *("direction", "ethertype", "protocol", "port_range_min", "port_range_max"),
    *("remote_group_id", "remote_ip_prefix", "description"),
)

Key = tuple[Any, ...]


def rule_properties(*, protocol: str | None = None, description: Str) -> dict[str, Prop]:
    """Properties that a rule has, alone or in a group."""
    return {
        "description": description,
        "direction": Str("Whether it lets traffic in or out.", default="ingress", allowed=("ingress", "egress")),
        "ethertype": Str("Version of IP.", default="IPv4", allowed=("IPv4", "IPv6")),
        "port_range_min": Int("First port; for ICMP the type.", within=(0, 65535)),
        "port_range_max": Int("Last port; for ICMP the code.", within=(0, 65535)),
        "protocol": Str("Protocol, by name or number; any when not given.", default=protocol, allowed=PROTOCOLS),
        "remote_ip_prefix": Str("Addresses at the other end, as a CIDR.", constraint="net_cidr"),
    }


def rule_description() -> Str:
    return Str("Description of the rule.", support=Support(version="27.0.0"), extension="standard-attr-description")


def key(rule: Mapping[str, Any]) -> Key:
    """Equal for two rules exactly if they let the same traffic through and are described alike."""
    protocol = rule.get("protocol")
    number = NAMED_PROTOCOLS.get(str(protocol).lower(), protocol)
    if str(number) == "1" and rule.get("ethertype") == "IPv6":
        number = NAMED_PROTOCOLS["ipv6-icmp"]  # Neutron reads icmp so
    return (
        rule.get("direction"),
        rule.get("ethertype"),
        None if number in (None, "", "any") else str(number),
        rule.get("port_range_min"),
        rule.get("port_range_max"),
        rule.get("remote_group_id"),
        _prefix(rule.get("remote_ip_prefix")),
        rule.get("description") or "",
    )


def difference(wanted: Sequence[Mapping[str, Any]], live: Sequence[Mapping[str, Any]]) -> tuple[list[Any], list[str]]:
    """``(rules to make, ids of rules to delete)`` that turn the live rules into the wanted ones."""
    missing = {key(rule): rule for rule in wanted}
    extra = []
    for rule in live:
        if missing.pop(key(rule), None) is None:
            extra.append(str(rule["id"]))
    return list(missing.values()), extra


def _prefix(text: Any) -> str | None:
    """Host bits do not count, and the whole world is no restriction."""
    if not text:
        return None
    network = ipaddress.ip_network(str(text), strict=False)
    return str(network) if network.prefixlen else None
