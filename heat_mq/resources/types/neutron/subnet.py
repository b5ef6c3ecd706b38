"""OS::Neutron::Subnet: a range of addresses on a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Bool,
    Call,
    Int,
    List,
    Lookup,
    Map,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject
from heat_mq.template.marks import UNKNOWN

MODES: Final = ("dhcpv6-stateful", "dhcpv6-stateless", "slaac")


class Subnet(NeutronObject, type="OS::Neutron::Subnet"):
    kind = "subnet"
    keys: ClassVar[Mapping[str, str]] = {
        "network": "network_id",
        "subnetpool": "subnetpool_id",
        "segment": "segment_id",
    }
    unset: ClassVar[Mapping[str, Any]] = {
        "allocation_pools": [],
        "host_routes": [],
        "dns_nameservers": [],
        "gateway_ip": None,
        "segment": None,
    }

    class Properties(Schema):
        network = Str(
            "Network that it is on, by name or id.",
            required=True,
            constraint="neutron.network",
            lookup=Lookup("network", "network"),
            support=Support(version="2014.2"),
        )
        network_id = Str(
            "Network that it is on; network took over.",
            constraint="neutron.network",
            hidden=True,
            moved_to="network",
            support=Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.2")),
        )
        subnetpool = Str(
            "Subnet pool that the addresses are taken from, by name or id.",
            constraint="neutron.subnetpool",
            lookup=Lookup("network", "subnetpool"),
            support=Support(version="6.0.0"),
            extension="subnet_allocation",
        )
        prefixlen = Int(
            "Length of the prefix that is taken from the pool.",
            within=(0, None),
            support=Support(version="6.0.0"),
            extension="subnet_allocation",
        )
        cidr = Str("Addresses of the subnet, as address and length of the prefix.", constraint="net_cidr")
        value_specs = properties.value_specs()
        name = properties.name("subnet")
        ip_version = Int("Version of IP.", default=4, allowed=[4, 6])
        dns_nameservers = List("Addresses of the DNS servers that DHCP tells.", default=[], update=IN_PLACE)
        gateway_ip = Str(
            "Address of the gateway. The first one of the subnet when not given, no gateway when empty.",
            update=IN_PLACE,
        )
        enable_dhcp = Bool("Whether DHCP hands out the addresses.", default=True, update=IN_PLACE)
        allocation_pools = List(
            "Ranges of which ports get their addresses.",
            update=IN_PLACE,
            of=Map(
                "A range.",
                schema={
                    "start": Str("First address.", required=True, constraint="ip_addr"),
                    "end": Str("Last address.", required=True, constraint="ip_addr"),
                },
            ),
        )
        tenant_id = properties.project("subnet")
        host_routes = List(
            "Routes that DHCP tells.",
            update=IN_PLACE,
            of=Map(
                "A route.",
                schema={
                    "destination": Str("Where it leads, as a CIDR.", required=True, constraint="net_cidr"),
                    "nexthop": Str("Address of the next router.", required=True, constraint="ip_addr"),
                },
            ),
        )
        ipv6_ra_mode = Str(
            "Who sends router advertisements, and of which mode.", allowed=MODES, support=Support(version="2015.1")
        )
        ipv6_address_mode = Str("How ports get IPv6 addresses.", allowed=MODES, support=Support(version="2015.1"))
        segment = Str(
            "Segment of the network that it belongs to, by name or id.",
            update=IN_PLACE,
            constraint="neutron.segment",
            lookup=Lookup("network", "segment"),
            support=Support(version="11.0.0", previous=Support(version="9.0.0")),
            extension="segment",
        )
        tags = properties.tags("subnet")

    class Attributes(Schema):
        name = Str("Name of the subnet.")
        network_id = Str("Id of its network.")
        tenant_id = Str("Id of the project that owns it.")
        allocation_pools = List("Ranges of which ports get their addresses.")
        gateway_ip = Str("Address of the gateway.")
        host_routes = List("Routes that DHCP tells.")
        ip_version = Str("Version of IP.")
        cidr = Str("Its addresses.")
        dns_nameservers = List("Addresses of the DNS servers that DHCP tells.")
        enable_dhcp = Str("Whether DHCP hands out the addresses.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        cidr, pool, prefix = props.get("cidr"), props.get("subnetpool"), props.get("prefixlen")
        if cidr is not None and pool is not None:
            yield Problem("cidr and subnetpool cannot be used together", path="cidr", expected="one of them")
        elif cidr is None and pool is None:
            yield Problem("one of cidr and subnetpool is needed", path="cidr", expected="cidr or subnetpool")
        if cidr is not None and prefix is not None:
            yield Problem("prefixlen is for subnets of a subnetpool, and this has a cidr", path="prefixlen")
        yield from _ipv6_problems(props)

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        return _without_gateway(super().body(call, props))

    def changes(self, call: Call, props: Props, changed: frozenset[str]) -> dict[str, Any]:
        return _without_gateway(super().changes(call, props, changed))

    def _built(self, call: Call) -> Outcome:
        return DONE  # a subnet has no status


def _without_gateway(body: dict[str, Any]) -> dict[str, Any]:
    """An empty gateway_ip says that there shall be none, which Neutron calls null."""
    if body.get("gateway_ip") == "":
        body["gateway_ip"] = None
    return body


def _ipv6_problems(props: Mapping[str, Any]) -> Iterable[Problem]:
    modes = {key: props[key] for key in ("ipv6_ra_mode", "ipv6_address_mode") if props.get(key) is not None}
    if not modes or any(value is UNKNOWN for value in modes.values()):
        return
    if props.get("ip_version") == 4:
        for key in modes:
            yield Problem(f"{key} cannot be used with ip_version 4", path=key, expected="ip_version 6")
    elif len(set(modes.values())) > 1:
        both = " and ".join(f"{key} {value}" for key, value in modes.items())
        yield Problem(f"{both} contradict each other", path="ipv6_address_mode", expected=str(modes["ipv6_ra_mode"]))
