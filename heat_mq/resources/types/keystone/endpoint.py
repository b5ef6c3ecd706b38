"""OS::Keystone::Endpoint: where a service of the catalog is reached.

Endpoints have no name of Keystone's own; what more one is made with Keystone keeps, a name and a description too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, Bool, Call, Lookup, Props, Schema, Str, Support
from heat_mq.resources.types.keystone import properties
from heat_mq.resources.types.keystone.keystone_object import KeystoneObject


class Endpoint(KeystoneObject, type="OS::Keystone::Endpoint"):
    support = Support(version="5.0.0")
    kind = "endpoint"
    keys: ClassVar[Mapping[str, str]] = {"service": "service_id", "region": "region_id"}

    class Properties(Schema):
        name = properties.name("endpoint")
        region = Str(
            "Id of the region in which the service is reached there.",
            update=IN_PLACE,
            constraint="keystone.region",
            lookup=Lookup("identity", "region"),
        )
        service = Str(
            "Name or id of the service.",
            required=True,
            update=IN_PLACE,
            constraint="keystone.service",
            lookup=Lookup("identity", "service"),
        )
        interface = Str(
            "For whom the endpoint is.", required=True, update=IN_PLACE, allowed=["public", "internal", "admin"]
        )
        url = Str("Address of the service; Keystone puts ids in for $(project_id)s.", required=True, update=IN_PLACE)
        enabled = Bool(
            "Whether the catalog lists the endpoint.",
            default=True,
            update=IN_PLACE,
            support=Support(version="6.0.0"),
        )

    def candidates(self, call: Call, props: Props) -> Iterable[Mapping[str, Any]]:
        query = {"service_id": props.service, "interface": props.interface}
        return call.api.each("/endpoints", "endpoints", query=query)
