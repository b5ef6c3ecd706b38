"""OS::Neutron::Firewall: a firewall policy at work on the project's routers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, Bool, Schema, Str, Support
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.pending_object import PendingObject


class Firewall(PendingObject, type="OS::Neutron::Firewall"):
    kind = "firewall"
    needs_extension = "fwaas"
    unset: ClassVar[Mapping[str, Any]] = {"description": "", "shared": False}

    class Properties(Schema):
        name = properties.name("firewall")
        description = properties.description("firewall")
        admin_state_up = Bool(
            "Whether it filters traffic; if not it lets nothing through.", default=True, update=IN_PLACE
        )
        firewall_policy_id = Str("Id of its policy.", required=True, update=IN_PLACE)
        value_specs = properties.value_specs(since="5.0.0")
        shared = Bool(
            "Whether all projects see it.",
            update=IN_PLACE,
            support=Support("UNSUPPORTED", "6.0.0", previous=Support(version="2015.1")),
        )

    class Attributes(Schema):
        name = Str("Name of the firewall.")
        description = Str("Its description.")
        admin_state_up = Str("Whether it filters traffic.")
        firewall_policy_id = Str("Id of its policy.")
        shared = Str("Whether all projects see it.", support=Support("UNSUPPORTED", "6.0.0"))
        status = Str("Its status.")
        tenant_id = Str("Id of the project that owns it.")
