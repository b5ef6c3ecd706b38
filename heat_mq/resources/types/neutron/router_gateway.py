"""OS::Neutron::RouterGateway: a router's way to an external network, apart from the router. Hidden: Router has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from heat_mq.resources.kit import DONE, Call, CloudGone, Lookup, Outcome, Props, Resource, Schema, Sibling, Str, Support
from heat_mq.resources.kit.references import same_object
from heat_mq.resources.types.neutron import neighbours


class RouterGateway(Resource, type="OS::Neutron::RouterGateway"):
    """Its physical id is ``<router>:<network>``."""

    service = "network"
    needs_extension = "router"
    support = Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.1"))

    class Properties(Schema):
        router_id = Str(
            "The router, by name or id.", required=True, constraint="neutron.router", lookup=Lookup("network", "router")
        )
        network_id = Str(
            "The external network; network took over.",
            constraint="neutron.network",
            hidden=True,
            moved_to="network",
            support=Support("HIDDEN", "9.0.0", previous=Support("DEPRECATED", "2014.2")),
        )
        network = Str(
            "The external network, by name or id.", constraint="neutron.network", lookup=Lookup("network", "network")
        )

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """The subnets of the external network, and the router's interfaces."""
        yield from neighbours.subnets_of(neighbours.network_of(me), others)
        router = me.properties.get("router_id")
        for interface in neighbours.of_type(others, "RouterInterface"):
            if same_object(neighbours.first(interface.properties, "router", "router_id"), router):
                yield interface.name

    def find_existing(self, call: Call, props: Props) -> str | None:
        info = call.api.show("router", props.router_id).get("external_gateway_info") or {}
        return f"{props.router_id}:{props.network}" if info.get("network_id") == props.network else None

    def create(self, call: Call, props: Props) -> str:
        call.api.change("router", props.router_id, {"external_gateway_info": {"network_id": props.network}})
        return f"{props.router_id}:{props.network}"

    def needs_replace_failed(self, call: Call) -> bool:
        try:
            self.read(call)
        except CloudGone:
            return True
        return False

    def delete(self, call: Call) -> None:
        self.read(call)
        router, _, _ = self.physical_id.partition(":")
        call.api.change("router", router, {"external_gateway_info": {}})

    def check_delete(self, call: Call) -> Outcome:
        return DONE

    def read(self, call: Call) -> dict[str, Any]:
        """What the router says of its gateway; CloudGone when it leads elsewhere or nowhere."""
        router, _, network = self.physical_id.partition(":")
        info = dict(call.api.show("router", router).get("external_gateway_info") or {})
        if info.get("network_id") != network:
            raise CloudGone(f"router {router} has no gateway to network {network}")
        return info

    def reference_id(self, data: Mapping[str, Any]) -> str | None:
        return self.record.physical_id
