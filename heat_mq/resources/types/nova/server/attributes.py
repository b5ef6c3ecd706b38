"""What a server tells of itself beyond what Nova shows at once."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from heat_mq.resources.kit import Call, CloudError

INSTANCE_NAME: Final = "OS-EXT-SRV-ATTR:instance_name"
MAC: Final = "OS-EXT-IPS-MAC:mac_addr"
#: Heat's name of a console to Nova's protocol and type.
CONSOLES: Final = {
    "novnc": ("vnc", "novnc"),
    "xvpvnc": ("vnc", "xvpvnc"),
    "spice-html5": ("spice", "spice-html5"),
    "rdp-html5": ("rdp", "rdp-html5"),
    "serial": ("serial", "serial"),
    "mks": ("mks", "webmks"),
    "webmks": ("mks", "webmks"),
}
CONSOLE_VERSION: Final = "2.8"


class ConsoleUrls(Mapping[str, Any]):
    """URLs of the consoles by kind, each asked for when it is looked at: an URL is good for a short time only.

    A console that the hypervisor does not have gives Nova's words instead.
    """

    def __init__(self, call: Call, server_id: str) -> None:
        self._call = call
        self._server_id = server_id

    def __getitem__(self, kind: str) -> str:
        protocol, console = CONSOLES[kind]
        try:
            answer = self._call.cloud.compute.post(
                f"/servers/{self._server_id}/remote-consoles",
                {"remote_console": {"protocol": protocol, "type": console}},
                version=CONSOLE_VERSION,
            )
        except CloudError as error:
            return str(error)
        return str(answer["remote_console"]["url"])

    def __iter__(self) -> Iterator[str]:
        return iter(CONSOLES)

    def __len__(self) -> int:
        return len(CONSOLES)


def first_address(live: Mapping[str, Any]) -> str:
    return next((item["addr"] for items in live.get("addresses", {}).values() for item in items), "")


def networks(call: Call, live: Mapping[str, Any]) -> dict[str, list[str]]:
    """Addresses as text, by the name and by the id of their network."""
    known = live.get("addresses", {})
    found = {name: [item["addr"] for item in items] for name, items in known.items()}
    network_by_mac = {item["mac_addr"]: item["net_id"] for item in _interfaces(call, live)}
    return {**found, **_by_network_id(known, network_by_mac, lambda item: item["addr"])}


def addresses(call: Call, live: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Addresses with their port, the port's network and its subnets, by the name and by the id of their network."""
    known = copy.deepcopy(dict(live.get("addresses", {})))
    interfaces = {item["mac_addr"]: item for item in _interfaces(call, live)}
    networks_by_id = _fetch(call, "networks", {item["net_id"] for item in interfaces.values()})
    subnet_ids = {fixed["subnet_id"] for item in interfaces.values() for fixed in item.get("fixed_ips") or ()}
    subnets = _fetch(call, "subnets", subnet_ids)
    for items in known.values():
        for item in items:
            interface = interfaces.get(item.get(MAC), {})
            item["port"] = interface.get("port_id")
            item["network"] = networks_by_id.get(interface.get("net_id", ""))
            item["subnets"] = [
                subnets[fixed["subnet_id"]]
                for fixed in interface.get("fixed_ips") or ()
                if fixed["subnet_id"] in subnets
            ]
    network_by_mac = {mac: item["net_id"] for mac, item in interfaces.items()}
    return {**known, **_by_network_id(known, network_by_mac, lambda item: item)}


def _by_network_id(known: Mapping[str, Any], network_by_mac: Mapping[str, str], value: Any) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for items in known.values():
        for item in items:
            network_id = network_by_mac.get(item.get(MAC))
            if network_id:
                out.setdefault(network_id, []).append(value(item))
    return out


def _interfaces(call: Call, live: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = call.cloud.compute.get(f"/servers/{live['id']}/os-interface")
    return list(answer["interfaceAttachments"])


def _fetch(call: Call, key: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    wanted = sorted(ids)
    if not wanted:
        return {}
    return {item["id"]: item for item in call.cloud.network.each(f"/{key}", key, query={"id": wanted})}
