"""The end of a traversal: the stack's final state, its event and the wake-up of whoever waits for it."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from typing import Any

from sqlalchemy import Connection

from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.records import StackRow, TraversalRow
from heat_mq.db.repo import events, nodes, resources, snapshots, stacks
from heat_mq.graph.plan import Kind
from heat_mq.traversal.checked import completion_note
from heat_mq.traversal.event_rows import STACK_TYPE, named_event, resource_event, stack_event
from heat_mq.traversal.records import DEFINING, FORGET
from heat_mq.traversal.scaling import end_scaling

__all__ = [
    "STACK_TYPE",
    "Finished",
    "abort_in_progress",
    "finish_traversal",
    "named_event",
    "resource_event",
    "stack_event",
]


@dataclasses.dataclass(frozen=True, slots=True)
class Finished:
    """A traversal that ended in this transaction."""

    stack_id: str
    action: str
    status: str
    request_id: str | None = None


def abort_in_progress(connection: Connection, stack_id: str, now: datetime.datetime) -> None:
    """Mark as failed what a traversal that failed leaves in progress: its own, or that of one it superseded."""
    aborted = resources.abort_resources(connection, stack_id)
    events.insert_events(connection, [resource_event(row, now) for row in aborted])


def finish_traversal(
    connection: Connection, traversal: TraversalRow, now: datetime.datetime, failure: str | None = None
) -> Finished | None:
    """Write how it ended; None when it had ended already or a newer one took over."""
    failure = failure or traversal.failure
    state = TraversalState.FAILED if failure else TraversalState.COMPLETE
    if not nodes.end_traversal(connection, traversal.id, state):
        return None
    if traversal.action == FORGET:
        _finish_forget(connection, traversal, failure)
        return None
    stack = stacks.get_stack(connection, traversal.stack_id)
    if stack is None or stack.traversal_id != traversal.id:
        return None
    status = "FAILED" if failure else "COMPLETE"
    reason = failure or f"Stack {traversal.action} completed successfully"
    if traversal.action == "CHECK" and not failure:
        reason += completion_note(connection, stack.id)
    values: dict[str, Any] = {"status": status, "status_reason": reason}
    if traversal.action == "DELETE" and not failure:
        values |= {"deleted_at": now, "live_name": None}
        leftovers = [row.id for row in resources.get_resources(connection, stack.id)]
        resources.delete_resources(connection, leftovers)
        snapshots.remove_of_stack(connection, stack.id)
    elif not failure and traversal.action in DEFINING:
        values |= {
            "previous_template_digest": stack.template_digest,
            "previous_environment_digest": stack.environment_digest,
            "previous_files_digest": stack.files_digest,
            "previous_parameters": stack.parameters,
        }
    if not stacks.finish_action(connection, stack.id, traversal.id, values):
        return None
    if traversal.action == "SNAPSHOT":
        snapshots.finish_snapshot(connection, traversal.id, status, reason)
    if failure:
        abort_in_progress(connection, stack.id, now)
    events.insert_events(connection, [stack_event(stack, traversal.action, status, reason, now)])
    end_scaling(connection, traversal, now, failure)
    if failure and traversal.rollback:
        _begin_rollback(connection, stack, traversal.request_id, now)
    elif stack.owner_id is not None:
        nodes.wake_nodes(connection, stack.owner_id, stack.owner_resource_name)
    return Finished(stack.id, traversal.action, status, traversal.request_id)


def _finish_forget(connection: Connection, traversal: TraversalRow, failure: str | None) -> None:
    """The snapshot is gone, or says why it is not."""
    if failure:
        snapshots.finish_snapshot(connection, traversal.id, "FAILED", failure)
    else:
        snapshots.remove_snapshots(connection, [traversal.stack_id])


def _begin_rollback(connection: Connection, stack: StackRow, request_id: str | None, now: datetime.datetime) -> None:
    """Leave a node behind that plans the way back, so that a rollback survives whoever found the failure."""
    traversal_id = str(uuid.uuid4())
    nodes.insert_traversal(
        connection,
        {
            "id": traversal_id,
            "stack_id": stack.id,
            "action": "ROLLBACK",
            "state": TraversalState.RUNNING,
            "unfinished": 1,
            "failure": None,
            "rollback": False,
            "request_id": request_id,
            "created_at": now,
        },
        timeout_seconds=3600,
    )
    nodes.insert_nodes(
        connection,
        [
            {
                "traversal_id": traversal_id,
                "seq": 0,
                "stack_id": stack.id,
                "kind": Kind.ROLLBACK,
                "name": stack.name,
                "resource_id": None,
                "state": NodeState.WAITING,
                "pending": 0,
                "successors": [],
                "fence": 0,
                "engine_id": None,
                "woken": False,
                "wake_at": None,
                "progress": None,
                "then_traversal_id": None,
                "then_seq": None,
            }
        ],
    )
    stacks.update_stack(connection, stack.id, {"traversal_id": traversal_id})
