"""OS::Neutron::SubnetPool: prefixes out of which subnets are cut."""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import IN_PLACE, Bool, Call, Int, List, Lookup, Outcome, Schema, Str, Support
from heat_mq.resources.kit.unfinished import is_unfinished
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject

#: In the order in which they must not fall.
LENGTHS: Final = ("min_prefixlen", "default_prefixlen", "max_prefixlen")


def _length(doc: str) -> Int:
    return Int(doc, update=IN_PLACE, within=(0, None))


class SubnetPool(NeutronObject, type="OS::Neutron::SubnetPool"):
    kind = "subnetpool"
    needs_extension = "subnet_allocation"
    support = Support(version="6.0.0")
    keys: ClassVar[Mapping[str, str]] = {"address_scope": "address_scope_id"}
    unset: ClassVar[Mapping[str, Any]] = {"address_scope": None}

    class Properties(Schema):
        name = properties.name("pool")
        prefixes = List(
            "The prefixes; an update may only add to them.",
            required=True,
            update=IN_PLACE,
            length=(1, None),
            of=Str("A prefix, as address and length.", constraint="net_cidr"),
        )
        address_scope = Str(
            "Address scope that it belongs to, by name or id.",
            update=IN_PLACE,
            constraint="neutron.address_scope",
            lookup=Lookup("network", "address_scope"),
        )
        default_quota = _length("How much of it each project may take: addresses of IPv4, networks /64 of IPv6.")
        default_prefixlen = _length("Length of the prefix of a subnet that asks for none.")
        min_prefixlen = _length("Length of the widest prefix that a subnet may take.")
        max_prefixlen = _length("Length of the narrowest prefix that a subnet may take.")
        is_default = Bool("Whether subnets that name no pool are cut out of it.", default=False, update=IN_PLACE)
        tenant_id = properties.project("pool")
        shared = Bool("Whether all projects may use it; for administrators.", default=False)
        tags = properties.tags("pool")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        given = [(name, props[name]) for name in LENGTHS if isinstance(props.get(name), int)]
        for (low, least), (high, most) in itertools.pairwise(given):
            if least > most:
                yield Problem(f"{low} {least} is above {high} {most}", path=low, expected=f"at most {most}")

    def prepare_replace(self, call: Call) -> Outcome:
        """Give up its address scope: in one of them each prefix is once."""
        scope = self.record.properties.get("address_scope")
        if is_unfinished(self.record) or scope is None or scope != call.successor.get("address_scope"):
            return super().prepare_replace(call)
        return self._give_up(call, {"address_scope_id": None})

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        """Lengths are text in some answers; neighbouring prefixes are shown as one."""
        seen = super().live_properties(call, live)
        seen |= {name: int(seen[name]) for name in LENGTHS if seen.get(name) is not None}
        wanted = call.wanted.get("prefixes") or []
        if "prefixes" in seen and _merged(seen["prefixes"]) == _merged(wanted):
            seen["prefixes"] = wanted
        return seen


def _merged(prefixes: Iterable[str]) -> list[Any]:
    networks = [ipaddress.ip_network(each, strict=False) for each in prefixes]
    by_version = ([each for each in networks if each.version == version] for version in (4, 6))
    return [each for found in by_version for each in ipaddress.collapse_addresses(found)]  # type: ignore[type-var]
