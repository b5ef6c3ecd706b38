"""OS::Octavia::Flavor: what a load balancer is built like, for users to choose."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import ClassVar

from heat_mq.resources.kit import DONE, IN_PLACE, Bool, Call, CloudGone, Lookup, Outcome, Schema, Str, Support
from heat_mq.resources.types.octavia import properties
from heat_mq.resources.types.octavia.choice import Choice


class Flavor(Choice, type="OS::Octavia::Flavor"):
    support = Support(version="14.0.0")
    kind = "flavor"
    marked_by = "description"
    keys: ClassVar[Mapping[str, str]] = {"flavor_profile": "flavor_profile_id"}

    class Properties(Schema):
        description = properties.description("flavor")
        enabled = Bool("Whether it can be chosen.", default=True, update=IN_PLACE)
        flavor_profile = Str(
            "Its profile, by name or id.",
            required=True,
            constraint="octavia.flavorprofile",
            lookup=Lookup("load-balancer", "flavorprofile"),
        )
        name = properties.name("flavor")

    class Attributes(Schema):
        flavor_profile_id = Str("Id of its profile.")

    def prepare_replace(self, call: Call) -> Outcome:
        """Names are unique, and the successor may have the same."""
        super().prepare_replace(call)
        return self._rename(call, self.record.physical_name)

    def restore_replaced(self, call: Call) -> Outcome:
        return self._rename(call, self.record.properties.get("name"))

    def _rename(self, call: Call, name: str | None) -> Outcome:
        if name and self.record.properties.get("name") and self.record.physical_id is not None:
            with contextlib.suppress(CloudGone):
                call.api.change(self.kind, self.record.physical_id, {"name": name})
        return DONE
