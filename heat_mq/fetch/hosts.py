"""From which hosts templates are fetched (``[template] fetch_hosts``).

Who names a URL is a user, who must not reach through a service what only the service can reach.
"""

from __future__ import annotations

import fnmatch
import ipaddress
from collections.abc import Collection
from typing import Final

IP = ipaddress.IPv4Address | ipaddress.IPv6Address


#: Networks of IPv6 whose addresses end with one of IPv4 that they lead to: translated, and compatible ones.
_TRANSLATED: Final = [ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")]


def may_be_asked(host: str, address: str, allowed: Collection[str]) -> bool:
    """Whether ``host``, found at the IP ``address``, is one of the ``allowed`` names (globs) and networks.

    When none is named: any public one, but none inside (this machine, private and shared networks, link-local ones).
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if not allowed:
        return all(each.is_global and not each.is_multicast for each in (ip, *_led_to(ip)))
    return any(_is_in(ip, item) or fnmatch.fnmatch(host.lower(), item.lower()) for item in allowed)


def _led_to(ip: IP) -> list[ipaddress.IPv4Address]:
    """Addresses of IPv4 to which one of IPv6 leads through gateways."""
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    found = [ip.sixtofour, *(ip.teredo or ())]
    if any(ip in network for network in _TRANSLATED):
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF))
    return [each for each in found if each is not None]


def _is_in(ip: IP, network: str) -> bool:
    try:
        return ip in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
