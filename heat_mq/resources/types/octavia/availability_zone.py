"""OS::Octavia::AvailabilityZone: where a load balancer is built, for users to choose. Its id is its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from heat_mq.resources.kit import IN_PLACE, Bool, Call, Lookup, Props, Schema, Str, Support
from heat_mq.resources.types.octavia import properties
from heat_mq.resources.types.octavia.choice import Choice


class AvailabilityZone(Choice, type="OS::Octavia::AvailabilityZone"):
    support = Support(version="24.0.0")
    kind = "availabilityzone"
    id_key = "name"
    marked_by = "description"
    keys: ClassVar[Mapping[str, str]] = {"availability_zone_profile": "availability_zone_profile_id"}

    class Properties(Schema):
        availability_zone_profile = Str(
            "Its profile, by name or id.",
            required=True,
            constraint="octavia.availabilityzoneprofile",
            lookup=Lookup("load-balancer", "availabilityzoneprofile"),
        )
        description = properties.description("availability zone")
        enabled = Bool("Whether it can be chosen.", default=True, update=IN_PLACE)
        name = properties.name("availability zone")

    class Attributes(Schema):
        availability_zone_profile_id = Str("Id of its profile.")

    def needs_replace(self, call: Call, props: Props, changed: frozenset[str]) -> bool:
        """Octavia never renames a zone, though Heat's type says that it could be."""
        return "name" in changed
