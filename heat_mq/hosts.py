"""From which hosts templates are fetched (``[template] fetch_hosts``).

Who names a URL is a user, who must not reach through a service what only the service can reach.
"""

from __future__ import annotations

import fnmatch
import ipaddress
from collections.abc import Collection


def may_be_asked(host: str, address: str, allowed: Collection[str]) -> bool:
    """Whether ``host``, found at the IP ``address``, is one of the ``allowed`` names (globs) and networks.

    When none is named: any, but for this machine and addresses that are no other's (link-local, multicast, reserved).
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if not allowed:
        return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_multicast or ip.is_reserved)
    return any(_is_in(ip, item) or fnmatch.fnmatch(host.lower(), item.lower()) for item in allowed)


def _is_in(ip: ipaddress.IPv4Address | ipaddress.IPv6Address, network: str) -> bool:
    try:
        return ip in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
