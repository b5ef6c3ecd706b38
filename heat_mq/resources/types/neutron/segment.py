"""OS::Neutron::Segment: a piece of wire of a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import Call, Int, Lookup, Props, Schema, Str, Support
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject

NETWORK_TYPES: Final = ("local", "vlan", "vxlan", "gre", "geneve", "flat")
_MOST: Final = {"vlan": 4094, "vxlan": 2**24 - 1, "geneve": 2**24 - 1, "gre": 2**32 - 1}


class Segment(NeutronObject, type="OS::Neutron::Segment"):
    kind = "segment"
    needs_extension = "segment"
    support = Support(version="9.0.0")
    keys: ClassVar[Mapping[str, str]] = {"network": "network_id"}
    unset: ClassVar[Mapping[str, Any]] = {"description": ""}

    class Properties(Schema):
        network = Str(
            "The network, by name or id.",
            required=True,
            constraint="neutron.network",
            lookup=Lookup("network", "network"),
        )
        network_type = Str("How the wire is made.", required=True, allowed=NETWORK_TYPES)
        physical_network = Str("Name of the physical network that it is on.")
        segmentation_id = Int("Number by which it is told from others of its type.", within=(1, None))
        name = properties.name("segment")
        description = properties.description("segment")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        yield from wire_problems(props)

    def is_in_the_way(self, call: Call, successor: Props) -> bool:
        """The same wire, for another network."""
        wire = ("network_type", "physical_network", "segmentation_id")
        mine = self.record.properties
        return mine.get("segmentation_id") is not None and all(mine.get(name) == successor[name] for name in wire)


def wire_problems(props: Mapping[str, Any]) -> Iterable[Problem]:
    """What cannot go together of network_type, physical_network and segmentation_id, as far as they are known."""
    kind, physical, number = (props.get(name) for name in ("network_type", "physical_network", "segmentation_id"))
    if not isinstance(kind, str):
        return
    if physical is None and kind in ("flat", "vlan"):
        yield Problem(f"a segment of type {kind} needs a physical_network", path="physical_network")
    if isinstance(physical, str) and kind not in ("flat", "vlan"):
        yield Problem(f"a segment of type {kind} is on no physical_network", path="physical_network")
    if isinstance(number, int) and number > _MOST.get(kind, 0):
        expected = f"a number from 1 to {_MOST[kind]}" if kind in _MOST else "none"
        yield Problem(
            f"segmentation_id {number} is not possible for type {kind}", path="segmentation_id", expected=expected
        )
