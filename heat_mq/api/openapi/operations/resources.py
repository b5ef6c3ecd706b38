"""Resources of a stack."""

from __future__ import annotations

from heat_mq.api.handlers import resources as handler
from heat_mq.api.openapi.parts import LINKS
from heat_mq.api.openapi.schema import (
    ANY,
    MAP,
    NULL,
    TEXT,
    TRUTH_TEXT,
    Operation,
    closed,
    flag,
    list_of,
    nullable,
    number,
    of_keys,
    plus,
    texts,
)
from heat_mq.api.schemas import resources as schema
from heat_mq.api.views import resources as view
from heat_mq.rpc.answers import Resource

_DETAILS = of_keys(Resource, view.OPTIONAL)["properties"]
_SHOWN = plus(
    of_keys(Resource, view.SHOWN),
    {"logical_resource_id": TEXT, "physical_resource_id": TEXT, "resource_status": TEXT, "links": LINKS},
    optional={"parent_resource": TEXT},
)
_MARK = {
    "type": "object",
    "properties": {
        schema.MARK: {"anyOf": [{"type": "boolean"}, TRUTH_TEXT]},
        schema.REASON: nullable(TEXT),
    },
    "required": [schema.MARK],
    "additionalProperties": False,
}

OPERATIONS = {
    handler.index: Operation(
        closed({"resources": list_of(plus(_SHOWN, {}, optional=_DETAILS))}),
        query=texts(*handler.FILTERS) + number("nested_depth") + flag("with_detail"),
    ),
    handler.show: Operation(closed({"resource": plus(_SHOWN, _DETAILS)}), query=texts("with_attr")),
    handler.metadata: Operation(closed({"metadata": MAP})),
    handler.signal: Operation(NULL, body=ANY, body_required=False, refusals=(409,)),
    handler.mark_unhealthy: Operation(NULL, body=_MARK, refusals=(409,)),
}
