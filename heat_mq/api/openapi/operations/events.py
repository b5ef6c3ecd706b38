"""Events of a stack and of a resource."""

from __future__ import annotations

from heat_mq.api.handlers import events as handler
from heat_mq.api.openapi.parts import LINKS
from heat_mq.api.openapi.schema import TEXT, Operation, choice, closed, list_of, number, of_keys, plus, text, texts
from heat_mq.api.views import events as view
from heat_mq.rpc.answers import Event

_SUMMARY = plus(
    of_keys(Event, view.SHOWN), {"id": TEXT, "logical_resource_id": TEXT, "resource_status": TEXT, "links": LINKS}
)
_DETAIL = plus(_SUMMARY, of_keys(Event, view.DETAILS)["properties"])

OPERATIONS = {
    handler.index: Operation(
        closed({"events": list_of(_SUMMARY)}),
        query=texts(*handler.FILTERS, "sort_keys")
        + number("limit", "nested_depth")
        + text("marker")
        + choice("sort_dir", "asc", "desc"),
    ),
    handler.show: Operation(closed({"event": _DETAIL})),
}
