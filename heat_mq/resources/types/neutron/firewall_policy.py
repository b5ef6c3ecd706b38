"""OS::Neutron::FirewallPolicy: firewall rules in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, Bool, Call, List, Props, Schema, Str
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


class FirewallPolicy(NeutronObject, type="OS::Neutron::FirewallPolicy"):
    """Any change of a policy takes its audit away, unless the change says that it has been audited."""

    kind = "firewall_policy"
    needs_extension = "fwaas"
    unset: ClassVar[Mapping[str, Any]] = {"description": "", "firewall_rules": []}

    class Properties(Schema):
        name = properties.name("policy")
        description = properties.description("policy")
        shared = Bool("Whether all projects may use it; for administrators.", default=False, update=IN_PLACE)
        audited = Bool("Whether its rules have been audited as they are.", default=False, update=IN_PLACE)
        firewall_rules = List("Ids of the rules, in the order in which they are tried.", update=IN_PLACE)

    class Attributes(Schema):
        name = Str("Name of the policy.")
        description = Str("Its description.")
        firewall_rules = List("Ids of its rules.")
        shared = Str("Whether all projects may use it.")
        audited = Str("Whether its rules have been audited.")
        tenant_id = Str("Id of the project that owns it.")

    def later(self, props: Props) -> dict[str, Any]:
        return {"audited": True} if props.audited else {}

    def finish(self, call: Call, rest: dict[str, Any]) -> None:
        if "audited" in rest:
            call.api.change(self.kind, self.physical_id, {"audited": True})

    def changes(self, call: Call, props: Props, changed: frozenset[str]) -> dict[str, Any]:
        return super().changes(call, props, changed) | ({"audited": props.audited} if changed else {})
