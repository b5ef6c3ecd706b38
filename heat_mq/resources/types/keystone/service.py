"""OS::Keystone::Service: a service of the catalog."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, Bool, Schema, Str, Support
from heat_mq.resources.types.keystone import properties
from heat_mq.resources.types.keystone.keystone_object import KeystoneObject


class Service(KeystoneObject, type="OS::Keystone::Service"):
    support = Support(version="5.0.0")
    kind = "service"

    class Properties(Schema):
        name = properties.name("service")
        description = Str("Description of the service.", update=IN_PLACE)
        type = Str("Type of the service, such as compute.", required=True, update=IN_PLACE)
        enabled = Bool(
            "Whether the catalog lists the service.",
            default=True,
            update=IN_PLACE,
            support=Support(version="6.0.0"),
        )
