"""The choice of a port's addresses."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from heat_mq.simcloud.neutron import refusals
from heat_mq.simcloud.neutron.addresses import eui64
from heat_mq.simcloud.neutron.subnets import contains, is_automatic
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

Fixed = dict[str, str]


def choose(network: Network, port: Document, wanted: list[Fixed] | None) -> list[Fixed]:
    """The addresses of a port: those wanted, by address or by subnet; None wants one of each IP version.

    Every subnet that hands out addresses by MAC adds one to a port without wishes or with wishes on
    other subnets. Raises what Neutron says about addresses in use, foreign subnets and empty pools.
    """
    subnets = network.subnets.documents.where(network_id=port["network_id"])
    router = port["device_owner"].startswith("network:router")
    chosen: list[Fixed] = []
    if wanted is None:
        for version in (4, 6):
            chosen += _any_of(network, port, [each for each in subnets if each["ip_version"] == version])
    else:
        by_id = {each["id"]: each for each in subnets}
        for wish in wanted:
            chosen.append(_granted(network, port, by_id, wish, chosen))
    if not router:
        present = {each["subnet_id"] for each in chosen}
        chosen += [
            automatic(each, port["mac_address"]) for each in subnets if is_automatic(each) and each["id"] not in present
        ]
    return chosen


def automatic(subnet: Document, mac: str) -> Fixed:
    """The address that a port has in a subnet that hands them out by MAC."""
    return {"subnet_id": subnet["id"], "ip_address": eui64(ipaddress.ip_network(subnet["cidr"]), mac)}


def _any_of(network: Network, port: Document, subnets: list[Document]) -> list[Fixed]:
    candidates = [each for each in subnets if not is_automatic(each) and _serves(each, port)]
    for subnet in candidates:
        if (address := network.addresses.next_free(subnet)) is not None:
            return [{"subnet_id": subnet["id"], "ip_address": address}]
    if candidates and _reclaimed(network, port["network_id"]):
        return _any_of(network, port, subnets)
    if candidates:
        raise refusals.no_addresses(port["network_id"])
    return []


def _serves(subnet: Document, port: Document) -> bool:
    """Whether a subnet kept for some kinds of devices (service types) takes this one."""
    types = subnet["service_types"]
    return not types or any(port["device_owner"].startswith(each) for each in types)


def _granted(network: Network, port: Document, subnets: dict[str, Document], wish: Fixed, chosen: list[Fixed]) -> Fixed:
    address, subnet_id = wish.get("ip_address"), wish.get("subnet_id")
    if subnet_id is None and address is None:
        raise refusals.invalid_input("IP allocation requires subnet_id or ip_address")
    if subnet_id is not None and subnet_id not in subnets:
        if network.subnets.documents.get(subnet_id) is None:
            raise network.subnets.unknown(subnet_id)
        raise refusals.foreign_subnet(port["network_id"], subnet_id)
    if address is None:
        subnet = subnets[subnet_id or ""]
        if is_automatic(subnet) and not port["device_owner"].startswith("network:router"):
            return automatic(subnet, port["mac_address"])
        held = [each for each in port.get("fixed_ips") or [] if each.get("ip_address")]  # the rest are wishes
        kept = [each for each in held if each["subnet_id"] == subnet["id"]]
        unspent = [each for each in kept if each not in chosen and network.addresses.holder(**_key(each)) == port["id"]]
        if unspent:
            return unspent[0]
        free = network.addresses.next_free(subnet)
        if free is None and _reclaimed(network, port["network_id"]):
            free = network.addresses.next_free(subnet)
        if free is None:
            raise refusals.no_addresses(port["network_id"])
        return {"subnet_id": subnet["id"], "ip_address": free}
    if subnet_id is None:
        subnet_id = next((each["id"] for each in subnets.values() if contains(each, address)), None)
        if subnet_id is None:
            raise refusals.address_outside_network(address)
    elif not contains(subnets[subnet_id], address):
        raise refusals.address_outside_subnet(address)
    holder = network.addresses.holder(subnet_id, address)
    if holder not in (None, port["id"]) and network.ports.documents.get(holder) is not None:
        raise refusals.address_allocated(subnet_id, address)
    return {"subnet_id": subnet_id, "ip_address": address}


def _reclaimed(network: Network, network_id: str) -> bool:
    """Whether a look at the network's ports lets go of some whose time has come."""
    ports = network.ports.documents
    before = ports.count("network_id", network_id)
    ports.where(network_id=network_id)
    return ports.count("network_id", network_id) < before


def _key(fixed: Fixed) -> dict[str, str]:
    return {"subnet_id": fixed["subnet_id"], "address": fixed["ip_address"]}
