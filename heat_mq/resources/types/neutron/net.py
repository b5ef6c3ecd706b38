"""OS::Neutron::Net: a virtual network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, Bool, Call, Int, List, Lookup, Props, Schema, Str, Support
from heat_mq.resources.types.neutron import agents, properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


class Net(NeutronObject, type="OS::Neutron::Net"):
    kind = "network"
    keys: ClassVar[Mapping[str, str]] = {"qos_policy": "qos_policy_id"}
    apart: ClassVar[frozenset[str]] = frozenset({"dhcp_agent_ids"})
    unset: ClassVar[Mapping[str, Any]] = {"qos_policy": None, "dns_domain": "", "port_security_enabled": True}

    class Properties(Schema):
        name = properties.name("network")
        admin_state_up = properties.admin_state_up("network")
        tenant_id = properties.project("network")
        shared = Bool("Whether all projects may use it; for administrators.", default=False, update=IN_PLACE)
        dhcp_agent_ids = List(
            "Ids of the DHCP agents that serve it; for administrators.",
            update=IN_PLACE,
            extension="dhcp_agent_scheduler",
        )
        port_security_enabled = Bool(
            "Whether ports on it filter traffic unless they say otherwise.",
            update=IN_PLACE,
            support=Support(version="5.0.0"),
            extension="port-security",
        )
        qos_policy = Str(
            "QoS policy of its ports, by name or id.",
            update=IN_PLACE,
            constraint="neutron.qos_policy",
            lookup=Lookup("network", "qos_policy"),
            support=Support(version="6.0.0"),
            extension="qos",
        )
        dns_domain = Str(
            "DNS domain of its ports, with a dot at the end.",
            update=IN_PLACE,
            constraint="dns_domain",
            support=Support(version="7.0.0"),
            extension="dns-integration",
        )
        availability_zone_hints = List(
            "Availability zones in which its services should be placed.",
            support=Support(version="19.0.0"),
            extension="network_availability_zone",
        )
        value_specs = properties.value_specs()
        tags = properties.tags("network")

    class Attributes(Schema):
        status = Str("Status of the network.")
        name = Str("Name of the network.")
        subnets = List("Ids of its subnets.")
        admin_state_up = Str("Whether it carries traffic.")
        tenant_id = Str("Id of the project that owns it.")
        port_security_enabled = Bool("Whether its ports filter traffic.", support=Support(version="5.0.0"))
        mtu = Int("Largest packet in bytes; 0 when the service tells none.", support=Support(version="5.0.0"))
        qos_policy_id = Str("Id of its QoS policy.", support=Support(version="6.0.0"))
        l2_adjacency = Bool("Whether all its ports share one broadcast domain.", support=Support(version="9.0.0"))
        segments = List("Its segments.", support=Support(version="11.0.0"))

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        body = super().body(call, props)
        if not props.shared:
            del body["shared"]  # what only administrators may say is said only when it is asked for
        return body

    def later(self, props: Props) -> dict[str, Any]:
        return {"dhcp_agents": list(props.dhcp_agent_ids)} if props.dhcp_agent_ids else {}

    def finish(self, call: Call, rest: dict[str, Any]) -> None:
        if "dhcp_agents" in rest:
            agents.place(call.api, agents.DHCP, self.physical_id, rest["dhcp_agents"])

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        super().update(call, props, changed)
        if "dhcp_agent_ids" in changed:
            agents.place(call.api, agents.DHCP, self.physical_id, props.dhcp_agent_ids or [])

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        if name == "segments":
            return call.api.all("segment", network_id=self.physical_id)
        return live.get(name)
