"""Actions on a stack."""

from __future__ import annotations

from heat_mq.api.handlers import actions as handler
from heat_mq.api.openapi.schema import ANY, NULL, Operation

_BODY = {
    "type": "object",
    "properties": dict.fromkeys(handler.ACTIONS, ANY),
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}

OPERATIONS = {handler.act: Operation(NULL, body=_BODY, refusals=(409,))}
