"""OS::Keystone::Region: a part of the cloud with services of its own.

A region that the template gives no id has that of the resource; one that has an id carries the resource's in its
description at first, as other objects that have a name.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, Bool, Call, Lookup, Props, Schema, Str, Support
from heat_mq.resources.types.keystone.keystone_object import KeystoneObject


class Region(KeystoneObject, type="OS::Keystone::Region"):
    support = Support(version="6.0.0")
    kind = "region"
    keys: ClassVar[Mapping[str, str]] = {"parent_region": "parent_region_id"}

    class Properties(Schema):
        id = Str("Id of the region, by which it is called.")
        parent_region = Str(
            "Id of the region in which it lies.",
            update=IN_PLACE,
            constraint="keystone.region",
            lookup=Lookup("identity", "region"),
        )
        description = Str("Description of the region.", update=IN_PLACE)
        enabled = Bool("Whether the region is in use.", default=True, update=IN_PLACE)

    def body(self, props: Props, names: Iterable[str]) -> dict[str, Any]:
        body = super().body(props, names)
        if "id" in body and not props.id:
            body["id"] = uuid.UUID(self.record.id).hex
        return body

    def is_marked(self, props: Props) -> bool:
        return True

    def candidates(self, call: Call, props: Props) -> Iterable[Mapping[str, Any]]:
        return call.api.each("/regions", "regions")
