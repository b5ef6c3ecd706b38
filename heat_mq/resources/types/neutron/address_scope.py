"""OS::Neutron::AddressScope: subnet pools whose addresses do not overlap and are routed among each other."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, Bool, Int, Lookup, Schema, Str, Support
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


class AddressScope(NeutronObject, type="OS::Neutron::AddressScope"):
    kind = "address_scope"
    described = False
    needs_extension = "address-scope"
    support = Support(version="6.0.0")

    class Properties(Schema):
        name = properties.name("address scope")
        shared = Bool("Whether all projects may use it; for administrators.", default=False, update=IN_PLACE)
        tenant_id = Str(
            "Project that owns the address scope, by name or id; another than one's own is for administrators.",
            constraint="keystone.project",
            lookup=Lookup("identity", "project"),
        )
        ip_version = Int("Version of IP.", default=4, allowed=(4, 6))
