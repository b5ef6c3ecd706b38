"""OS::Neutron::PortChain: traffic led through groups of service functions in an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import Call, Map, Props, Schema, Support
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject
from heat_mq.resources.types.neutron.port_pair_group import members


class PortChain(NeutronObject, type="OS::Neutron::PortChain"):
    kind = "port_chain"
    needs_extension = "sfc"
    support = Support("UNSUPPORTED", "8.0.0")
    unset: ClassVar[Mapping[str, Any]] = {"description": "", "flow_classifiers": []}

    class Properties(Schema):
        name = properties.name("chain")
        description = properties.description("chain")
        port_pair_groups = members(
            "Groups of port pairs that the traffic passes, in order.", "port_pair_group", "A group"
        )
        flow_classifiers = members("Which traffic goes through it.", "flow_classifier", "A flow classifier", default=[])
        chain_parameters = Map("How the chain is made.", default={"correlation": "mpls"})

    def is_in_the_way(self, call: Call, successor: Props) -> bool:
        """No two chains have the same groups, or a classifier in common."""
        mine = self.record.properties
        same_groups = mine.get("port_pair_groups") == successor.port_pair_groups
        return same_groups or not set(mine.get("flow_classifiers") or ()).isdisjoint(successor.flow_classifiers or ())
