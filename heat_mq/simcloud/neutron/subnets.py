"""Subnets."""

from __future__ import annotations

import ipaddress
import itertools
from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron import refusals
from heat_mq.simcloud.neutron.addresses import IPNetwork, default_gateway, default_pools
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes, not_permitted
from heat_mq.simcloud.neutron.checks import (
    boolean,
    cidr,
    integer,
    ip_address,
    list_of,
    mapping,
    nameserver,
    one_of,
    optional,
    subnet_cidr,
    text,
    unique,
    uuid_text,
)
from heat_mq.simcloud.neutron.kind import NAME, STANDARD, TAGS, Kind
from heat_mq.simcloud.store import Document

IPV6_MODES = ("dhcpv6-stateful", "dhcpv6-stateless", "slaac")
ROUTE = mapping(("destination", "nexthop"), destination=cidr, nexthop=ip_address)
POOL = mapping(("start", "end"), start=ip_address, end=ip_address)


def ip_version(value: Any) -> int:
    """4 or 6, also as text."""
    return int(one_of(4, 6)(integer()(value)))


class Subnets(Kind):
    """``/v2.0/subnets``."""

    singular = "subnet"
    plural = "subnets"
    index = ("project_id", "network_id")
    missing = ("SubnetNotFound", "Subnet {} could not be found.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *STANDARD,
            NAME,
            TAGS,
            Attribute("network_id", uuid_text, REQUIRED, put=False),
            Attribute("ip_version", ip_version, put=False),
            Attribute("cidr", optional(subnet_cidr), put=False),
            Attribute("subnetpool_id", optional(text(36)), put=False),
            Attribute("use_default_subnetpool", boolean, False, put=False),
            Attribute("prefixlen", optional(integer(0, 128)), put=False),
            Attribute("gateway_ip", optional(ip_address)),
            Attribute("allocation_pools", list_of(POOL)),
            Attribute("dns_nameservers", unique(list_of(nameserver), "nameserver"), []),
            Attribute("host_routes", unique(list_of(ROUTE)), []),
            Attribute("enable_dhcp", boolean, True),
            Attribute("ipv6_ra_mode", optional(one_of(*IPV6_MODES)), put=False),
            Attribute("ipv6_address_mode", optional(one_of(*IPV6_MODES)), put=False),
            Attribute("service_types", list_of(text()), []),
            Attribute("segment_id", optional(uuid_text)),
            Attribute("dns_publish_fixed_ip", boolean, False),
            Attribute("router:external", post=False, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        network = self.network.networks.find(caller, document["network_id"])
        if not caller.sees(network["project_id"]):
            raise not_permitted("create_subnet")
        self.network.subnet_pools.give(caller, document)
        cidr = _cidr_of(document)
        document["cidr"], document["ip_version"] = str(cidr), cidr.version
        self._refuse_overlap(network, cidr)
        self._refuse_other_pool(network, document)
        _settle_modes(document, cidr)
        if cidr.prefixlen > cidr.max_prefixlen - 2 and document["enable_dhcp"]:
            raise refusals.invalid_input("Subnet has a prefix length that is incompatible with DHCP service enabled")
        gateway = document.setdefault("gateway_ip", str(default_gateway(cidr)))
        pools = default_pools(cidr, ipaddress.ip_address(gateway) if gateway else None)
        document.setdefault("allocation_pools", pools)
        pools = document["allocation_pools"]
        _check_pools(cidr, pools)
        _check_gateway(pools, gateway)
        document.setdefault("segment_id", None)
        document["router:external"] = network["router:external"]
        self.documents.save(document)
        network["subnets"].append(document["id"])
        self.network.networks.touch(network)
        self.network.ports.join_automatic_subnet(document)
        return document

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        cidr = ipaddress.ip_network(document["cidr"])
        changed = {**document, **values}
        if document["segment_id"] not in (None, changed["segment_id"]):
            raise refusals.segment_fixed()
        _check_pools(cidr, changed["allocation_pools"])
        _check_gateway(changed["allocation_pools"], changed["gateway_ip"])
        old = document["gateway_ip"]
        if changed["gateway_ip"] != old and old and (holder := self.network.addresses.holder(document["id"], old)):
            port = self.network.ports.documents.get(holder)
            if port and port["device_owner"].startswith("network:router_interface"):
                raise refusals.gateway_in_use(old, holder)
        document.update(values)

    def unmake(self, document: Document) -> None:
        held = self.network.addresses.in_use(document["id"])
        automatic = is_automatic(document)
        ports = [self.network.ports.documents.get(port_id) for port_id in held.values()]
        for port in ports:
            if port is None or port["device_owner"] == "network:dhcp":
                continue
            if not automatic or port["device_owner"].startswith("network:router"):
                raise refusals.subnet_in_use(document["id"])
        for port in ports:
            if port is not None:
                self.network.ports.leave_subnet(port, document["id"])
        network = self.network.networks.documents.get(document["network_id"])
        self.drop(document["id"])
        if network is not None:
            self.network.networks.touch(network)

    def drop(self, subnet_id: str) -> None:
        """Forget a subnet that nothing uses."""
        document = self.documents.get(subnet_id)
        if document is None:
            return
        self.documents.remove(subnet_id)
        self.network.addresses.forget(subnet_id)
        network = self.network.networks.documents.get(document["network_id"])
        if network is not None:
            network["subnets"].remove(subnet_id)
            self.network.networks.documents.save(network)

    def sees(self, caller: Caller, document: Document) -> bool:
        """Own ones, and those of networks that the caller sees."""
        if caller.sees(document["project_id"]):
            return True
        network = self.network.networks.documents.get(document["network_id"])
        return network is not None and self.network.networks.sees(caller, network)

    def view(self, caller: Caller, document: Document) -> Document:
        shown = super().view(caller, document)
        shown.pop("use_default_subnetpool", None)
        shown.pop("prefixlen", None)
        if shown["segment_id"] is None:
            del shown["segment_id"]
        return shown

    def _refuse_other_pool(self, network: Document, document: Document) -> None:
        for other in self.documents.where(network_id=network["id"], ip_version=document["ip_version"]):
            if other["subnetpool_id"] != document["subnetpool_id"]:
                raise refusals.other_pool()

    def _refuse_overlap(self, network: Document, cidr: IPNetwork) -> None:
        for other in self.documents.where(network_id=network["id"]):
            if ipaddress.ip_network(other["cidr"]).overlaps(cidr):
                raise refusals.invalid_input(
                    f"Requested subnet with cidr: {cidr} for network: {network['id']} overlaps with another subnet"
                )


def is_automatic(subnet: Document) -> bool:
    """Whether every port of the network has an address of the subnet, made from its MAC."""
    return subnet.get("ipv6_address_mode") in ("slaac", "dhcpv6-stateless")


def contains(subnet: Document, address: str) -> bool:
    """Whether an address may be a port's in a subnet: those of the network itself and to all are not."""
    cidr, wanted = ipaddress.ip_network(subnet["cidr"]), ipaddress.ip_address(address)
    special = cidr.version == 4 and cidr.prefixlen < 31 and wanted in (cidr.network_address, cidr.broadcast_address)
    return wanted in cidr and not special


def _cidr_of(document: Document) -> IPNetwork:
    if not document.get("cidr"):
        raise refusals.bad("subnets", "a subnetpool must be specified in the absence of a cidr")
    if document.get("ip_version") is None:
        raise refusals.invalid_input("'None' is not in [4, 6]")
    cidr = ipaddress.ip_network(document["cidr"])
    if cidr.version != int(document["ip_version"]):
        raise refusals.invalid_input(f"cidr '{cidr}' does not match the ip_version '{document['ip_version']}'")
    return cidr


def _settle_modes(document: Document, cidr: IPNetwork) -> None:
    ra_mode = document.setdefault("ipv6_ra_mode", None)
    address_mode = document.setdefault("ipv6_address_mode", None)
    if cidr.version == 4:
        for name, mode in (("ipv6_ra_mode", ra_mode), ("ipv6_address_mode", address_mode)):
            if mode:
                raise refusals.invalid_input(f"{name} is not valid when ip_version is 4")
        return
    if ra_mode and address_mode and ra_mode != address_mode:
        raise refusals.invalid_input(
            f"ipv6_ra_mode set to '{ra_mode}' with ipv6_address_mode set to '{address_mode}' is not valid. "
            "If both attributes are set, they must be the same value"
        )
    if (ra_mode or address_mode) and not document["enable_dhcp"]:
        raise refusals.invalid_input("ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False")
    if is_automatic(document) and cidr.prefixlen != 64:
        raise refusals.invalid_input(
            f"Invalid CIDR {cidr} for IPv6 address mode. OpenStack uses the EUI-64 address format, which requires "
            "the prefix to be /64"
        )


def _check_pools(cidr: IPNetwork, pools: list[dict[str, str]]) -> None:
    ranges = []
    for pool in pools:
        start, end = ipaddress.ip_address(pool["start"]), ipaddress.ip_address(pool["end"])
        label = f"{start}-{end}"
        if start.version != cidr.version or end.version != cidr.version or int(end) < int(start):
            raise refusals.invalid_pool(str(pool))
        if start not in cidr or end not in cidr:
            raise refusals.pool_out_of_bounds(label, str(cidr))
        ranges.append((int(start), int(end), label))
    ranges.sort()
    for (_, left_end, left), (right_start, _, right) in itertools.pairwise(ranges):
        if right_start <= left_end:
            raise refusals.overlapping_pools(left, right, str(cidr))


def _check_gateway(pools: list[dict[str, str]], gateway: str | None) -> None:
    if gateway is None:
        return
    number = int(ipaddress.ip_address(gateway))
    for pool in pools:
        if int(ipaddress.ip_address(pool["start"])) <= number <= int(ipaddress.ip_address(pool["end"])):
            raise refusals.gateway_conflicts(gateway, f"{pool['start']}-{pool['end']}")
