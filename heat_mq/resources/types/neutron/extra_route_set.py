"""OS::Neutron::ExtraRouteSet: some routes of a router, changed as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heat_mq.resources.kit import DONE, IN_PLACE, Call, List, Lookup, Map, Outcome, Schema, Str, Support
from heat_mq.resources.types.neutron.router_routes import ATOMIC, RouterRoutes, plain


class ExtraRouteSet(RouterRoutes, type="OS::Neutron::ExtraRouteSet"):
    """Its physical id is the router's."""

    needs_extension = ATOMIC
    support = Support(version="14.0.0")

    class Properties(Schema):
        router = Str(
            "The router, by name or id.", required=True, constraint="neutron.router", lookup=Lookup("network", "router")
        )
        routes = List(
            "The routes.",
            default=[],
            update=IN_PLACE,
            of=Map(
                "A route.",
                schema={
                    "destination": Str("Where it leads, as a CIDR.", required=True, constraint="net_cidr"),
                    "nexthop": Str("Address of the next router.", required=True, constraint="ip_addr"),
                },
            ),
        )

    @classmethod
    def routes_of(cls, values: Mapping[str, Any]) -> list[dict[str, str]]:
        return [dict(each) for each in values.get("routes") or ()]

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> Mapping[str, Any]:
        """Of the router's routes those that are this set's; others are not its business."""
        ours = (*self._own(call), *self.routes_of(call.wanted))
        return {"routes": [each for each in plain(live) if each in ours]}

    def read(self, call: Call) -> dict[str, Any]:
        """The router; an update that looks brings back what it misses."""
        return dict(call.api.show("router", self._router(call)))

    def check(self, call: Call) -> Outcome:
        super().read(call)
        return DONE
