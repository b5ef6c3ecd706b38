"""OS::Neutron::VPNService: a router's end of virtual private networks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from heat_mq.resources.kit import Lookup, Schema, Sibling, Str, Support
from heat_mq.resources.types.neutron import neighbours, properties
from heat_mq.resources.types.neutron.neutron_object import PASSING, NeutronObject


class VPNService(NeutronObject, type="OS::Neutron::VPNService"):
    """It stays in PENDING_CREATE until it has its first connection, since agents begin their work with that: so it
    counts as there, though Neutron changes nothing of it before. For that reason one that the template both names and
    describes cannot be told from others: if its create is interrupted it may be made twice."""

    kind = "vpnservice"
    lingers = True
    changeable = False
    passing = PASSING - {"PENDING_CREATE"}
    needs_extension = "vpnaas"
    keys: ClassVar[Mapping[str, str]] = {"subnet": "subnet_id", "router": "router_id"}
    unset: ClassVar[Mapping[str, Any]] = {"description": ""}

    class Properties(Schema):
        name = properties.name("service")
        description = properties.description("service")
        admin_state_up = properties.admin_state_up("service")
        subnet_id = Str(
            "The subnet; subnet took over.",
            constraint="neutron.subnet",
            hidden=True,
            moved_to="subnet",
            support=Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.2")),
        )
        subnet = Str(
            "The subnet that is joined with others, by name or id.",
            required=True,
            constraint="neutron.subnet",
            lookup=Lookup("network", "subnet"),
            support=Support(version="2014.2"),
        )
        router_id = Str(
            "The router; router took over.",
            constraint="neutron.router",
            hidden=True,
            moved_to="router",
            support=Support(
                "HIDDEN", "6.0.0", previous=Support("DEPRECATED", "2015.1", previous=Support(version="2013.2"))
            ),
        )
        router = Str(
            "The router between the subnet and the external network, by name or id.",
            required=True,
            constraint="neutron.router",
            lookup=Lookup("network", "router"),
            support=Support(version="2015.1"),
        )

    class Attributes(Schema):
        admin_state_up = Str("Whether it carries traffic.")
        description = Str("Its description.")
        name = Str("Name of the service.")
        router_id = Str("Id of its router.")
        status = Str("Its status.")
        subnet_id = Str("Id of its subnet.")
        tenant_id = Str("Id of the project that owns it.")

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """The router's interfaces and gateways: Neutron wants it to be on the subnet and to lead out."""
        return neighbours.ways_of_router(neighbours.first(me.properties, "router", "router_id"), others)
