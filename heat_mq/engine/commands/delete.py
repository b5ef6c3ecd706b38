"""Delete a stack: every object in reverse order, what its snapshots hold, then what the stack as a whole holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.engine.commands.create import action_seconds
from heat_mq.engine.commands.snapshot import stored_copies
from heat_mq.engine.commands.update import stored_resource
from heat_mq.engine.find import find_stack
from heat_mq.engine.revive import revive_credential
from heat_mq.errors import Conflict
from heat_mq.graph.plan import Plan
from heat_mq.planner.build import build_delete_plan
from heat_mq.traversal.finish import stack_event
from heat_mq.traversal.start import start_traversal

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

TRIES = 3


def delete_stack(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> None:
    """Store the deletion; NotFound when the stack is gone. A deletion that runs already goes on."""
    for _ in range(TRIES):
        stack = find_stack(service, context, stack_identity, live=True)
        revive_credential(service, context, stack)
        if begin_delete(service, stack):
            return
    raise Conflict(f"Stack {stack.name} was changed by other requests at the same time; try again.")


def begin_delete(service: Service, stack: StackRow) -> bool:
    if stack.action == "DELETE" and stack.status == "IN_PROGRESS":
        return True
    started = service.database.write(_start, service, stack)
    if started:
        service.bell(1)
    return started


def delete_child(service: Service, stack: StackRow) -> None:
    """Delete a nested stack by its owner; quiet when that goes on already."""
    if not begin_delete(service, stack):
        raise Conflict(f"Nested stack {stack.name} was changed by another request at the same time.")


def _start(connection: Connection, service: Service, stack: StackRow) -> bool:
    now = service.now()

    def planner(rows: Sequence[ResourceRow]) -> Plan:
        holds = stack.owner_id is None and bool(stack.credential_id or stack.stack_user_project_id)
        copies = stored_copies(connection, stack.id)
        return build_delete_plan([stored_resource(row) for row in rows], release=holds, copies=copies)

    reason = "Stack DELETE started"
    started = start_traversal(
        connection,
        stack=stack,
        action="DELETE",
        planner=planner,
        stack_values={
            "action": "DELETE",
            "status": "IN_PROGRESS",
            "status_reason": reason,
        },
        stack_event=stack_event(stack, "DELETE", "IN_PROGRESS", reason, now),
        timeout_seconds=action_seconds(service, stack.timeout_mins),
        rollback=False,
        now=now,
        with_snapshots=True,
    )
    service.ports.confirm(connection)
    return started is not None
