"""OS::Neutron::PortChain: traffic led through groups of service functions in an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import DONE, Call, Map, Outcome, Schema, Support
from heat_mq.resources.kit.unfinished import is_unfinished
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

    def prepare_replace(self, call: Call) -> Outcome:
        """Give up its classifiers: none can be in two chains."""
        if is_unfinished(self.record):
            return super().prepare_replace(call)
        given_up = self.read(call).get("flow_classifiers")
        if given_up:
            call.data["replaced_flow_classifiers"] = given_up
            call.api.change(self.kind, self.physical_id, {"flow_classifiers": []})
        return DONE

    def restore_replaced(self, call: Call) -> Outcome:
        given_up = call.data.pop("replaced_flow_classifiers", None)
        if given_up:
            call.api.change(self.kind, self.physical_id, {"flow_classifiers": given_up})
        return DONE
