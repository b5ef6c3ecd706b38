"""OS::Neutron::ExtraRoute: one route of a router."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heat_mq.resources.kit import Call, Lookup, Props, Schema, Str, Support
from heat_mq.resources.types.neutron.router_routes import RouterRoutes


class ExtraRoute(RouterRoutes, type="OS::Neutron::ExtraRoute"):
    """Its physical id is ``<router>:<destination>=<nexthop>``."""

    support = Support("UNSUPPORTED")

    class Properties(Schema):
        router_id = Str(
            "The router, by name or id.", required=True, constraint="neutron.router", lookup=Lookup("network", "router")
        )
        destination = Str("Where the route leads, as a CIDR.", required=True)
        nexthop = Str("Address of the next router.", required=True)

    @classmethod
    def routes_of(cls, values: Mapping[str, Any]) -> list[dict[str, str]]:
        return [{key: values[key] for key in ("destination", "nexthop")}]

    def create(self, call: Call, props: Props) -> str:
        return f"{super().create(call, props)}:{props.destination}={props.nexthop}"
