"""OS::Keystone::Project: a project, which owns what its users make."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import ClassVar

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Bool,
    Call,
    CloudGone,
    List,
    Lookup,
    Outcome,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.types.keystone import properties
from heat_mq.resources.types.keystone.keystone_object import KeystoneObject

SINCE = Support(version="10.0.0")


class Project(KeystoneObject, type="OS::Keystone::Project"):
    support = Support(version="2015.1")
    kind = "project"
    keys: ClassVar[Mapping[str, str]] = {"domain": "domain_id", "parent": "parent_id"}

    class Properties(Schema):
        name = properties.name("project")
        domain = properties.domain("project")
        description = properties.description("project")
        enabled = Bool("Whether the project can be used.", default=True, update=IN_PLACE)
        parent = Str(
            "Name or id of the project in which it lies.",
            constraint="keystone.project",
            lookup=Lookup("identity", "project"),
            support=Support(version="6.0.0"),
        )
        tags = List("Tags of the project.", default=[], update=IN_PLACE, support=SINCE)

    class Attributes(Schema):
        name = Str("Name of the project.", support=SINCE)
        parent_id = Str("Id of the project in which it lies.", support=SINCE)
        domain_id = Str("Id of its domain.", support=SINCE)
        enabled = Bool("Whether the project can be used.", support=SINCE)
        is_domain = Bool("Whether the project acts as a domain.", support=SINCE)

    def prepare_replace(self, call: Call) -> Outcome:
        """Names are unique in a domain, and the successor may have the same."""
        super().prepare_replace(call)
        return self._rename(call, self.record.physical_name)

    def restore_replaced(self, call: Call) -> Outcome:
        return self._rename(call, self.record.properties.get("name"))

    def _rename(self, call: Call, name: str | None) -> Outcome:
        if name and self.record.properties.get("name") and self.record.physical_id is not None:
            with contextlib.suppress(CloudGone):
                self.change(call, {"name": name})
        return DONE
