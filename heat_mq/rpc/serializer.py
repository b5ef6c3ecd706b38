"""What travels: values as JSON text, contexts as plain maps."""

from __future__ import annotations

import json
from typing import Any

import oslo_messaging

from heat_mq import json_text
from heat_mq.context import RequestContext


class JsonSerializer(oslo_messaging.Serializer):
    """Strict JSON both ways.

    Text, not maps, is handed to the driver: so that with ``fake://`` client and server never share
    an object, and that a value which is not JSON is refused where it was made (``TypeError``).
    """

    def serialize_entity(self, context: Any, entity: Any) -> str:
        return json_text.write(entity).decode()

    def deserialize_entity(self, context: Any, entity: str) -> Any:
        return json.loads(entity)

    def serialize_context(self, context: RequestContext) -> dict[str, Any]:
        return context.to_dict()

    def deserialize_context(self, context: dict[str, Any]) -> RequestContext:
        return RequestContext.from_dict(context)
