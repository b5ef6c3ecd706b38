"""OS::Octavia::AvailabilityZoneProfile: what a provider is told of an availability zone."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, Schema, Str, Support
from heat_mq.resources.types.octavia import properties
from heat_mq.resources.types.octavia.choice import Choice


class AvailabilityZoneProfile(Choice, type="OS::Octavia::AvailabilityZoneProfile"):
    support = Support(version="24.0.0")
    kind = "availabilityzoneprofile"

    class Properties(Schema):
        name = properties.name("profile")
        provider_name = Str("The provider that builds load balancers there.", update=IN_PLACE)
        availability_zone_data = Str(
            "What the provider is told, as JSON text.", required=True, update=IN_PLACE, constraint="json_string"
        )
