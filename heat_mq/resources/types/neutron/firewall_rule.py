"""OS::Neutron::FirewallRule: what traffic a firewall lets through or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from heat_mq.resources.kit import IN_PLACE, Bool, Call, Props, Schema, Str
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject

ANY: Final = "any"
_FREE: Final = ("source_ip_address", "destination_ip_address", "source_port", "destination_port")


class FirewallRule(NeutronObject, type="OS::Neutron::FirewallRule"):
    kind = "firewall_rule"
    needs_extension = "fwaas"
    unset: ClassVar[Mapping[str, Any]] = {"description": "", **dict.fromkeys(_FREE)}

    class Properties(Schema):
        name = properties.name("rule")
        description = properties.description("rule")
        shared = Bool("Whether all projects may use it; for administrators.", default=False, update=IN_PLACE)
        protocol = Str("Protocol of the traffic.", default=ANY, update=IN_PLACE, allowed=("tcp", "udp", "icmp", ANY))
        ip_version = Str("Version of IP.", default="4", update=IN_PLACE, allowed=("4", "6"))
        source_ip_address = Str("Where the traffic comes from, as a CIDR.", update=IN_PLACE, constraint="net_cidr")
        destination_ip_address = Str("Where the traffic goes, as a CIDR.", update=IN_PLACE, constraint="net_cidr")
        source_port = Str("Port, or first and last port with a colon between, that it comes from.", update=IN_PLACE)
        destination_port = Str("Port, or first and last port with a colon between, that it goes to.", update=IN_PLACE)
        action = Str("What is done with the traffic.", default="deny", update=IN_PLACE, allowed=("allow", "deny"))
        enabled = Bool("Whether the rule is in force.", default=True, update=IN_PLACE)

    class Attributes(Schema):
        name = Str("Name of the rule.")
        description = Str("Its description.")
        firewall_policy_id = Str("Id of the policy that has it.")
        shared = Str("Whether all projects may use it.")
        protocol = Str("Protocol of the traffic.")
        ip_version = Str("Version of IP.")
        source_ip_address = Str("Where the traffic comes from.")
        destination_ip_address = Str("Where the traffic goes.")
        source_port = Str("Port that it comes from.")
        destination_port = Str("Port that it goes to.")
        action = Str("What is done with the traffic.")
        enabled = Str("Whether the rule is in force.")
        position = Str("Its place in the policy, from 1.")
        tenant_id = Str("Id of the project that owns it.")

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        return _as_neutron(super().body(call, props))

    def changes(self, call: Call, props: Props, changed: frozenset[str]) -> dict[str, Any]:
        return _as_neutron(super().changes(call, props, changed))

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        seen = super().live_properties(call, live)
        return seen | {"protocol": live.get("protocol") or ANY, "ip_version": str(live.get("ip_version"))}


def _as_neutron(body: dict[str, Any]) -> dict[str, Any]:
    """Neutron calls any protocol null."""
    return {**body, "protocol": None} if body.get("protocol") == ANY else body
