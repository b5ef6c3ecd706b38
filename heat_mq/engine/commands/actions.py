"""Check, suspend and resume a stack: what is wanted stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.engine.commands.create import action_seconds
from heat_mq.engine.commands.update import stored_resource
from heat_mq.engine.find import find_stack
from heat_mq.engine.revive import revive_credential
from heat_mq.errors import Conflict, NotSupported
from heat_mq.graph.plan import Plan
from heat_mq.planner.actions import build_check_plan, build_resume_plan, build_suspend_plan
from heat_mq.traversal.finish import stack_event
from heat_mq.traversal.start import start_traversal

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def check_stack(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> None:
    """Look at every resource. Conflict while the stack is being changed, NotSupported while it is suspended.

    A check would end the suspension on record and call every server that is at rest broken.
    """
    stack = _find(service, context, stack_identity)
    if (stack.action, stack.status) == ("SUSPEND", "COMPLETE"):
        raise NotSupported(f"Checking a suspended stack is not supported: resume {stack.name} first.")
    _begin(service, stack, "CHECK")


def suspend_stack(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> None:
    """Bring every resource to rest; nothing is done when they are. Conflict while the stack is being changed."""
    stack = _find(service, context, stack_identity)
    if not _has(stack, "SUSPEND", "COMPLETE"):
        _begin(service, stack, "SUSPEND")


def resume_stack(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> None:
    """Wake every resource up; nothing is done when they are. Conflict while the stack is being changed."""
    stack = _find(service, context, stack_identity)
    if not _has(stack, "RESUME", "COMPLETE"):
        _begin(service, stack, "RESUME")


def act_on_child(service: Service, stack: StackRow, action: str) -> None:
    """The same for a nested stack, by its owner; quiet when that goes on already, or is done."""
    if _has(stack, action, "IN_PROGRESS") or (action != "CHECK" and _has(stack, action, "COMPLETE")):
        return
    refuse_busy(stack)
    _begin(service, stack, action)


def refuse_busy(stack: StackRow) -> None:
    """Raise Conflict while something is done to the stack."""
    if stack.status == "IN_PROGRESS":
        raise Conflict(f"Stack {stack.name} already has an action ({stack.action}) in progress.")


def _find(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> StackRow:
    stack = find_stack(service, context, stack_identity, live=True)
    refuse_busy(stack)
    revive_credential(service, context, stack)
    return stack


def _has(stack: StackRow, action: str, status: str) -> bool:
    return (stack.action, stack.status) == (action, status)


def _begin(service: Service, stack: StackRow, action: str) -> None:
    wanted = list(service.definitions.stored(stack).bound.resources) if action == "CHECK" else []
    if not service.database.write(_start, service, stack, action, wanted):
        raise Conflict(f"Stack {stack.name} was changed by another request at the same time; try again.")
    service.bell(1)


def _start(connection: Connection, service: Service, stack: StackRow, action: str, wanted: Sequence[str]) -> bool:
    now = service.now()

    def planner(rows: Sequence[ResourceRow]) -> Plan:
        stored = [stored_resource(row) for row in rows]
        if action == "CHECK":
            return build_check_plan(stored, wanted)
        return build_suspend_plan(stored) if action == "SUSPEND" else build_resume_plan(stored)

    reason = f"Stack {action} started"
    started = start_traversal(
        connection,
        stack=stack,
        action=action,
        planner=planner,
        stack_values={"action": action, "status": "IN_PROGRESS", "status_reason": reason, "updated_at": now},
        stack_event=stack_event(stack, action, "IN_PROGRESS", reason, now),
        timeout_seconds=action_seconds(service, stack.timeout_mins),
        rollback=False,
        now=now,
    )
    service.ports.confirm(connection)
    return started is not None
