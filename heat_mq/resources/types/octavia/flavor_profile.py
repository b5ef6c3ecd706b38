"""OS::Octavia::FlavorProfile: what a provider is told of a flavor."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, Schema, Str, Support
from heat_mq.resources.types.octavia import properties
from heat_mq.resources.types.octavia.choice import Choice


class FlavorProfile(Choice, type="OS::Octavia::FlavorProfile"):
    support = Support(version="14.0.0")
    kind = "flavorprofile"

    class Properties(Schema):
        name = properties.name("profile")
        flavor_data = Str(
            "What the provider is told, as JSON text.", required=True, update=IN_PLACE, constraint="json_string"
        )
        provider_name = Str("The provider that builds load balancers of it.", update=IN_PLACE)
