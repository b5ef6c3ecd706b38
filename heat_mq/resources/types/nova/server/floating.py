"""Floating IPs of a server's interfaces."""

from __future__ import annotations

import ipaddress
from typing import Any

from heat_mq.resources.kit import Call, CloudGone, Failed


def associate(call: Call, floating_ip: str, port_id: str) -> None:
    """Point a floating IP (id or address) at a port; it leaves the port it had."""
    found = _find(call, floating_ip)
    if found.get("port_id") != port_id:
        call.cloud.network.change("floatingip", found["id"], {"port_id": port_id})


def dissociate(call: Call, floating_ip: str, port_id: str) -> None:
    """Take a floating IP off a port; quiet when it is gone or was given to another port."""
    try:
        found = _find(call, floating_ip)
        if found.get("port_id") == port_id:
            call.cloud.network.change("floatingip", found["id"], {"port_id": None})
    except (CloudGone, Failed):
        return


def _find(call: Call, floating_ip: str) -> dict[str, Any]:
    network = call.cloud.network
    if not _is_address(floating_ip):
        return dict(network.show("floatingip", floating_ip))
    for found in network.each("/floatingips", "floatingips", query={"floating_ip_address": floating_ip}):
        return dict(found)
    raise Failed(f"There is no floating IP with the address {floating_ip}")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
