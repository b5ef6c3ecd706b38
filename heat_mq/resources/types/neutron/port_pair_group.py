"""OS::Neutron::PortPairGroup: port pairs that share the traffic of one step of a chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, List, Lookup, Schema, Str, Support
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


def members(doc: str, kind: str, what: str, *, default: list[str] | None = None) -> List:
    member = Str(f"{what}, by name or id.", constraint=f"neutron.{kind}", lookup=Lookup("network", kind))
    return List(doc, required=default is None, default=default, update=IN_PLACE, of=member)


class PortPairGroup(NeutronObject, type="OS::Neutron::PortPairGroup"):
    kind = "port_pair_group"
    needs_extension = "sfc"
    support = Support("UNSUPPORTED", "8.0.0")
    unset: ClassVar[Mapping[str, Any]] = {"description": ""}

    class Properties(Schema):
        name = properties.name("group")
        description = properties.description("group")
        port_pairs = members("Pairs that share the traffic.", "port_pair", "A port pair")
