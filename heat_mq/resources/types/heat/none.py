"""OS::Heat::None: takes any property, does nothing, and every attribute is null; for mapping other types away."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from heat_mq.resources.kit import Call, Props, Resource, Schema, Support


class Nothing(Resource, type="OS::Heat::None"):
    support = Support(version="5.0.0")

    class Properties(Schema):
        open = True

    class Attributes(Schema):
        open = True

    def create(self, call: Call, props: Props) -> str:
        return str(uuid.uuid4())

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return None
