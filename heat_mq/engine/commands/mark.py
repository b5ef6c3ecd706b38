"""Mark a resource as healthy or not; one that is not is made anew by the next update."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import events, resources, stacks
from heat_mq.db.session import write_id
from heat_mq.engine.commands.actions import refuse_busy
from heat_mq.engine.find import find_stack
from heat_mq.errors import Conflict, ResourceNotFound, suggestion
from heat_mq.state.objects import reference_of
from heat_mq.state.sealed import reseal_marked
from heat_mq.traversal.event_rows import resource_event, was_done

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

REASON: Final = "state changed by resource_mark_unhealthy api"


def mark_unhealthy(
    service: Service,
    context: RequestContext,
    stack_identity: Mapping[str, Any],
    resource_name: str,
    mark_unhealthy: bool,
    resource_status_reason: str | None = None,
) -> None:
    """CHECK_FAILED, or back to CHECK_COMPLETE what is CHECK_FAILED.

    The resource may be named by its name, physical id or reference id. Raises ResourceNotFound, and Conflict while
    the stack is being changed.
    """
    stack = find_stack(service, context, stack_identity, live=True)
    refuse_busy(stack)
    row = _find(service, stack, resource_name)
    if not service.database.write(_mark, service, stack, row, mark_unhealthy, resource_status_reason or REASON):
        raise Conflict(f"Stack {stack.name} was changed by another request at the same time; try again.")


def _mark(
    connection: Connection, service: Service, stack: StackRow, row: ResourceRow, unhealthy: bool, reason: str
) -> bool:
    """ONE transaction: the state and its event; False when an action has begun meanwhile."""
    seen = stacks.lock_stack(connection, stack.id)
    if was_done(connection):
        return True
    if seen is None or seen.traversal_id != stack.traversal_id or seen.status == "IN_PROGRESS":
        return False
    locked = resources.lock_metadata(connection, row.id)
    if locked is None:
        return False
    failed = (locked.action, locked.status) == ("CHECK", "FAILED")
    may_change = locked.action != "DELETE" if unhealthy else failed
    if not may_change:
        return True
    now = service.now()
    changed = dataclasses.replace(
        locked,
        action="CHECK",
        status="FAILED" if unhealthy else "COMPLETE",
        status_reason=reason,
        data=reseal_marked(service.box, locked, unhealthy),
        updated_at=now,
    )
    resources.write_resources(connection, [changed])
    if not (unhealthy and failed):
        events.insert_events(connection, [resource_event(changed, now, id=write_id(connection))])
    return True


def _find(service: Service, stack: StackRow, reference: str) -> ResourceRow:
    for row in service.database.read(resources.get_named, stack.id, [reference]):
        return row
    rows = service.database.read(resources.get_current_resources, [stack.id])
    context = service.definitions.of(stack)
    for name_of in (_physical_id, lambda row: reference_of(context, service.box, row)):
        for row in rows:
            if name_of(row) == reference:
                return row
    near = suggestion(reference, [row.name for row in rows])
    raise ResourceNotFound(f"The Resource ({reference}) could not be found in Stack {stack.name}.{near}")


def _physical_id(row: ResourceRow) -> str | None:
    return row.physical_id
