"""Events of a stack and of a resource."""

from __future__ import annotations

from heat_mq.api.call import Answer, Call
from heat_mq.api.refusals import NoSuchThing
from heat_mq.api.views import events as view

FILTERS = ("resource_status", "resource_action", "resource_name", "resource_type")


def index(call: Call) -> Answer:
    query = call.query
    filters = query.filters(FILTERS)
    resource_name = call.path.get("resource_name")
    if resource_name is not None:
        filters["resource_name"] = [resource_name]
    events = call.engine.list_events(
        call.context,
        call.identity,
        filters=filters or None,
        limit=query.number("limit"),
        marker=query.text("marker"),
        sort_keys=query.all("sort_keys") or None,
        sort_dir=query.direction(),
        nested_depth=query.number("nested_depth"),
    )
    # A resource without events is unknown; an empty page after a marker is only the end.
    if resource_name is not None and not events and query.text("marker") is None:
        raise NoSuchThing(f"No events of resource {resource_name!r}.")
    return Answer({"events": [view.summary(call.links, event) for event in events]})


def show(call: Call) -> Answer:
    event_id, resource_name = call.path["event_id"], call.path["resource_name"]
    filters = {"uuid": [event_id], "resource_name": [resource_name]}
    events = call.engine.list_events(call.context, call.identity, filters=filters)
    if not events:
        raise NoSuchThing(f"No event {event_id!r} of resource {resource_name!r}.")
    return Answer({"event": view.detail(call.links, events[0])})
