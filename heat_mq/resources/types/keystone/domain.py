"""OS::Keystone::Domain: a realm of projects, users and groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from heat_mq.resources.kit import IN_PLACE, Bool, Call, Schema, Str, Support
from heat_mq.resources.types.keystone.keystone_object import KeystoneObject


class Domain(KeystoneObject, type="OS::Keystone::Domain"):
    support = Support(version="8.0.0")
    kind = "domain"
    keys: ClassVar[Mapping[str, str]] = {}

    class Properties(Schema):
        name = Str("Name of the domain; one made of stack and resource when not given.", update=IN_PLACE)
        description = Str("Description of the domain.", update=IN_PLACE)
        enabled = Bool("Whether its users may log in.", default=True, update=IN_PLACE)

    def delete(self, call: Call) -> None:
        """Disable it first: Keystone deletes no other. Whatever is in the domain goes with it."""
        self.change(call, {"enabled": False})
        super().delete(call)
