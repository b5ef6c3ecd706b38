"""List events."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.db.records import EventRow
from heat_mq.db.repo import events, resources, stack_list, stacks
from heat_mq.engine.find import find_stack
from heat_mq.engine.queries.shapes import event_map
from heat_mq.engine.queries.stacks import query_of

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

COLUMNS = {
    "uuid": "uuid",
    "resource_name": "resource_name",
    "resource_type": "resource_type",
    "resource_action": "action",
    "resource_status": "status",
}


def list_events(
    service: Service,
    context: RequestContext,
    stack_identity: Mapping[str, Any] | None,
    filters: Mapping[str, Sequence[str]] | None = None,
    limit: int | None = None,
    marker: str | None = None,
    sort_keys: Sequence[str] | None = None,
    sort_dir: str | None = None,
    nested_depth: int | None = None,
) -> list[dict[str, Any]]:
    """Events of a stack, or without an identity of every live stack of the caller's project."""
    stack = None if stack_identity is None else find_stack(service, context, stack_identity)
    within = service.database.read(stack_list.list_stacks, query_of(service, context)) if stack is None else [stack]
    if nested_depth and stack is not None:
        tree = service.database.read(stacks.get_tree, stack.root_id)
        deepest = stack.nested_depth + min(nested_depth, service.limits.nested_depth)
        below = {stack.id}
        for each in tree:
            if each.owner_id in below and each.nested_depth <= deepest:
                below.add(each.id)
        within = [each for each in tree if each.id in below]
        if not service.database.read(resources.has_resources, stack.id):
            within = []  # as in Heat: nested events are found through the resources that are there
    by_id = {each.id: each for each in within}
    descending = sort_dir == "desc" if sort_dir else not sort_keys
    found = service.database.read(
        events.list_events,
        list(by_id),
        filters={COLUMNS[name]: values for name, values in (filters or {}).items() if name in COLUMNS},
        limit=limit,
        marker=marker,
        sort_keys=sort_keys or (),
        descending=descending,
    )
    if filters and "uuid" in filters:
        found = [_with_properties(service, event) for event in found]
    return [event_map(by_id[event.stack_id], event, stack if nested_depth else None) for event in found]


def _with_properties(service: Service, event: EventRow) -> EventRow:
    """An event that is looked at alone, with its resource's properties: the first event of an action has them."""
    if event.properties is not None:
        return event
    return dataclasses.replace(event, properties=service.database.read(events.properties_before, event))
