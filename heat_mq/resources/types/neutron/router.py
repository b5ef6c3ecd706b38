"""OS::Neutron::Router: leads packets between subnets, and to an external network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import IN_PLACE, Bool, Call, List, Lookup, Map, Props, Schema, Sibling, Str, Support
from heat_mq.resources.types.neutron import agents, neighbours, properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject
from heat_mq.resources.types.neutron.port import as_property, fixed_ip


class Router(NeutronObject, type="OS::Neutron::Router"):
    kind = "router"
    needs_extension = "router"
    apart: ClassVar[frozenset[str]] = frozenset({"external_gateway_info", "l3_agent_ids"})

    class Properties(Schema):
        name = properties.name("router")
        external_gateway_info = Map(
            "The external network that it leads to.",
            update=IN_PLACE,
            schema={
                "network": Str(
                    "The network, by name or id.",
                    required=True,
                    update=IN_PLACE,
                    lookup=Lookup("network", "network"),
                ),
                "enable_snat": Bool(
                    "Whether it puts its own address in place of those inside; as the service decides when not given.",
                    update=IN_PLACE,
                    extension="ext-gw-mode",
                ),
                "external_fixed_ips": List(
                    "Its addresses there.",
                    update=IN_PLACE,
                    of=Map(
                        "An address.",
                        schema={
                            "ip_address": Str("The address.", constraint="ip_addr"),
                            "subnet": Str(
                                "Subnet that the address is of, by name or id.",
                                constraint="neutron.subnet",
                                lookup=Lookup("network", "subnet"),
                            ),
                        },
                    ),
                    support=Support(version="6.0.0"),
                ),
            },
        )
        value_specs = properties.value_specs()
        admin_state_up = properties.admin_state_up("router")
        l3_agent_id = Str(
            "Id of the agent that serves it; l3_agent_ids took over.",
            update=IN_PLACE,
            hidden=True,
            support=Support(
                "HIDDEN", "6.0.0", previous=Support("DEPRECATED", "2015.1", previous=Support(version="2014.1"))
            ),
        )
        l3_agent_ids = List(
            "Ids of the agents that serve it; for administrators.",
            update=IN_PLACE,
            of=Str("An agent."),
            support=Support(version="2015.1"),
            extension="l3_agent_scheduler",
        )
        distributed = Bool(
            "Whether every host routes by itself; for administrators.",
            support=Support(version="2015.1"),
            extension="dvr",
        )
        ha = Bool(
            "Whether another agent takes over when one fails; for administrators.",
            support=Support(version="2015.1"),
            extension="l3-ha",
        )
        availability_zone_hints = List(
            "Availability zones in which it should be placed.",
            update=IN_PLACE,
            support=Support(version="19.0.0"),
            extension="router_availability_zone",
        )
        tags = properties.tags("router")
        tenant_id = properties.project("router", since="24.0.0")

    class Attributes(Schema):
        status = Str("Its status.")
        external_gateway_info = Map("The external network and its addresses there.")
        name = Str("Its name.")
        admin_state_up = Str("Whether it carries traffic.")
        tenant_id = Str("Id of the project that owns it.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        one, several = props.get("l3_agent_id"), props.get("l3_agent_ids")
        if one is not None and several is not None:
            yield Problem("l3_agent_id and l3_agent_ids cannot be used together", path="l3_agent_id")
        if props.get("distributed") is True and (one is not None or several is not None):
            yield Problem("the agents of a distributed router cannot be chosen", path="distributed")
        if isinstance(several, list) and len(several) > 1 and props.get("ha") in (None, False):
            yield Problem(
                "a router without ha has one agent only", path="l3_agent_ids", expected="one agent, or ha true"
            )

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """The subnets of the external network, of which its address is."""
        return neighbours.subnets_of(neighbours.gateway_network(me), others)

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        body = super().body(call, props)
        if props.external_gateway_info is not None:
            body["external_gateway_info"] = gateway(props.external_gateway_info)
        return body

    def changes(self, call: Call, props: Props, changed: frozenset[str]) -> dict[str, Any]:
        body = super().changes(call, props, changed)
        if "external_gateway_info" in changed:
            body["external_gateway_info"] = gateway(props.external_gateway_info or {})
        return body

    def later(self, props: Props) -> dict[str, Any]:
        wanted = _agents(props)
        return {"l3_agents": wanted} if wanted else {}

    def finish(self, call: Call, rest: dict[str, Any]) -> None:
        if "l3_agents" in rest:
            agents.place(call.api, agents.L3, self.physical_id, rest["l3_agents"])

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        info = live.get("external_gateway_info")
        seen = None
        if info:
            addresses = [as_property(each) for each in info.get("external_fixed_ips") or ()]
            seen = {"network": info["network_id"], "enable_snat": info.get("enable_snat")}
            seen["external_fixed_ips"] = addresses
        return super().live_properties(call, live) | {"external_gateway_info": seen}

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        super().update(call, props, changed)
        if changed & {"l3_agent_id", "l3_agent_ids"}:
            agents.place(call.api, agents.L3, self.physical_id, _agents(props))


def gateway(info: Mapping[str, Any]) -> dict[str, Any]:
    """The property as Neutron takes it; an empty map takes the gateway away."""
    if not info.get("network"):
        return {}
    body: dict[str, Any] = {"network_id": info["network"]}
    if info.get("enable_snat") is not None:
        body["enable_snat"] = info["enable_snat"]
    if info.get("external_fixed_ips"):
        body["external_fixed_ips"] = [fixed_ip(each) for each in info["external_fixed_ips"]]
    return body


def _agents(props: Props) -> list[str]:
    return [props.l3_agent_id] if props.l3_agent_id else list(props.l3_agent_ids or [])
