"""Which address of which subnet belongs to which port, and which is the next free one.

Kept in memory beside the ports, which are the truth: it is made anew from them at every start.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from heat_mq.simcloud.store import Document

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


def prefixes_meet(one: str, other: str) -> bool:
    """Whether two prefixes (with or without host bits) have an address in common."""
    return ipaddress.ip_network(one, strict=False).overlaps(ipaddress.ip_network(other, strict=False))


class Addresses:
    """The addresses in use, by subnet."""

    def __init__(self) -> None:
        self._holders: dict[str, dict[str, str]] = {}
        self._last: dict[str, int] = {}

    def fill(self, ports: Iterable[Document]) -> None:
        """Begin anew with the addresses of those ports."""
        self._holders.clear()
        self._last.clear()
        for port in ports:
            for fixed in port["fixed_ips"]:
                self.take(fixed["subnet_id"], fixed["ip_address"], port["id"])

    def take(self, subnet_id: str, address: str, port_id: str) -> None:
        self._holders.setdefault(subnet_id, {})[address] = port_id

    def release(self, subnet_id: str, address: str) -> None:
        self._holders.get(subnet_id, {}).pop(address, None)

    def holder(self, subnet_id: str, address: str) -> str | None:
        """The port that has an address, None when it is free."""
        return self._holders.get(subnet_id, {}).get(address)

    def in_use(self, subnet_id: str) -> dict[str, str]:
        """Address to port of one subnet."""
        return dict(self._holders.get(subnet_id, {}))

    def forget(self, subnet_id: str) -> None:
        self._holders.pop(subnet_id, None)
        self._last.pop(subnet_id, None)

    def next_free(self, subnet: Document) -> str | None:
        """A free address of the subnet's pools, None when they are used up.

        It looks on behind the address given last, so that a freed address rests as long as it can.
        """
        pools = [
            (int(ipaddress.ip_address(pool["start"])), int(ipaddress.ip_address(pool["end"])))
            for pool in subnet["allocation_pools"]
        ]
        last = self._last.get(subnet["id"], -1)
        taken = self._holders.get(subnet["id"], {})
        behind = [(max(start, last + 1), end) for start, end in pools if end > last]
        before = [(start, min(end, last)) for start, end in pools if start <= last]
        kind = ipaddress.IPv4Address if subnet["ip_version"] == 4 else ipaddress.IPv6Address
        for start, end in behind + before:
            for number in range(start, end + 1):
                address = str(kind(number))
                if address not in taken:
                    self._last[subnet["id"]] = number
                    return address
        return None


def default_pools(network: IPNetwork, gateway: IPAddress | None) -> list[dict[str, str]]:
    """All usable addresses of a subnet but the gateway's, as one pool or two."""
    first, last = int(network.network_address), int(network.broadcast_address)
    if network.version == 4 and network.prefixlen < 31:
        first, last = first + 1, last - 1
    elif network.version == 6 and network.prefixlen < 127:
        first += 1
    ranges = [(first, last)]
    if gateway is not None and first <= int(gateway) <= last:
        ranges = [(first, int(gateway) - 1), (int(gateway) + 1, last)]
    kind = type(network.network_address)
    return [{"start": str(kind(start)), "end": str(kind(end))} for start, end in ranges if start <= end]


def default_gateway(network: IPNetwork) -> IPAddress:
    """The first address behind the network's own; in IPv6 that one, which stands for any router."""
    return network.network_address + (1 if network.version == 4 else 0)


def eui64(network: IPNetwork, mac: str) -> str:
    """The address that an interface gives itself in an IPv6 subnet with SLAAC."""
    parts = [int(each, 16) for each in mac.split(":")]
    parts[0] ^= 2
    interface = int.from_bytes(bytes([*parts[:3], 0xFF, 0xFE, *parts[3:]]))
    return str(network.network_address + interface)
