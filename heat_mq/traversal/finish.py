"""The end of a traversal: the stack's final state, its event and the wake-up of whoever waits for it."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from heat_mq.db.models.traversal import TraversalState
from heat_mq.db.records import StackRow, TraversalRow
from heat_mq.db.repo import events, nodes, resources, snapshots, stacks, traversals
from heat_mq.graph.plan import Kind
from heat_mq.traversal.checked import completion_note
from heat_mq.traversal.event_rows import STACK_TYPE, named_event, resource_event, stack_event
from heat_mq.traversal.notify import tell_of_stacks
from heat_mq.traversal.records import DEFINING, FORGET
from heat_mq.traversal.scaling import end_scaling

__all__ = [
    "STACK_TYPE",
    "Finished",
    "abort_in_progress",
    "finish_traversal",
    "finish_traversals",
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
    ended = dataclasses.replace(traversal, failure=failure or traversal.failure)
    if not traversals.end_traversal(connection, ended.id, _state(ended)):
        return None
    return next(iter(_finish(connection, [ended], now)), None)


def finish_traversals(connection: Connection, ended: Sequence[TraversalRow], now: datetime.datetime) -> list[Finished]:
    """The same for many, whose rows this transaction has locked, with the statements of one."""
    running = [item for item in ended if item.state == TraversalState.RUNNING]
    for state in (TraversalState.COMPLETE, TraversalState.FAILED):
        traversals.end_traversals(connection, [item.id for item in running if _state(item) == state], state)
    return _finish(connection, running, now)


def _state(ended: TraversalRow) -> TraversalState:
    return TraversalState.FAILED if ended.failure else TraversalState.COMPLETE


def _finish(connection: Connection, ended: Sequence[TraversalRow], now: datetime.datetime) -> list[Finished]:
    for item in ended:
        if item.action == FORGET:
            _finish_forget(connection, item, item.failure)
    found = stacks.lock_stacks(connection, [item.stack_id for item in ended if item.action != FORGET])
    ours = [
        (item, found[item.stack_id])
        for item in ended
        if item.stack_id in found and found[item.stack_id].traversal_id == item.id
    ]
    _remove_leftovers(connection, [stack.id for item, stack in ours if item.action == "DELETE" and not item.failure])
    told: list[dict[str, Any]] = []
    news: list[tuple[StackRow, dict[str, Any]]] = []
    finished: list[Finished] = []
    same: dict[tuple[str, str, str], list[str]] = {}
    for item, stack in ours:
        status = "FAILED" if item.failure else "COMPLETE"
        reason = item.failure or f"Stack {item.action} completed successfully"
        if item.action == "CHECK" and not item.failure:
            reason += completion_note(connection, stack.id)
        if item.action == "SNAPSHOT":
            snapshots.finish_snapshot(connection, item.id, status, reason)
        if item.failure:
            told += [resource_event(row, now) for row in resources.abort_resources(connection, stack.id)]
        news.append((stack, stack_event(stack, item.action, status, reason, now)))
        told.append(news[-1][1])
        finished.append(Finished(stack.id, item.action, status, item.request_id))
        same.setdefault((item.action, status, reason), []).append(stack.id)
    for (action, status, reason), ids in sorted(same.items()):
        stacks.finish_actions(connection, ids, status, reason, **_end_of(action, status, now))
    events.insert_events(connection, told)
    tell_of_stacks(connection, news, now)
    for item, _ in ours:
        end_scaling(connection, item, now, item.failure)
    _tell_owners(connection, ours, now)
    return finished


def _end_of(action: str, status: str, now: datetime.datetime) -> dict[str, Any]:
    if status == "COMPLETE" and action == "DELETE":
        return {"deleted_at": now}
    return {"becomes_previous": status == "COMPLETE" and action in DEFINING}


def _remove_leftovers(connection: Connection, deleted: Sequence[str]) -> None:
    if deleted:
        resources.delete_of_stacks(connection, deleted)
        snapshots.remove_of_stacks(connection, deleted)


def _tell_owners(connection: Connection, ours: Sequence[tuple[TraversalRow, StackRow]], now: datetime.datetime) -> None:
    """Wake the nodes that wait for nested stacks, or begin to roll back."""
    waiting: dict[str, list[str]] = {}
    for item, stack in ours:
        if item.failure and item.rollback:
            _begin_rollback(connection, stack, item.request_id, now)
        elif stack.owner_id is not None and stack.owner_resource_name is not None:
            waiting.setdefault(stack.owner_id, []).append(stack.owner_resource_name)
    for owner_id, names in sorted(waiting.items()):
        nodes.wake_nodes(connection, owner_id, names)


def _finish_forget(connection: Connection, traversal: TraversalRow, failure: str | None) -> None:
    """The snapshot is gone, or says why it is not."""
    if failure:
        snapshots.finish_snapshot(connection, traversal.id, "FAILED", failure)
    else:
        snapshots.remove_snapshots(connection, [traversal.stack_id])


def _begin_rollback(connection: Connection, stack: StackRow, request_id: str | None, now: datetime.datetime) -> None:
    """Leave a node behind that plans the way back, so that a rollback survives whoever found the failure."""
    traversal_id = str(uuid.uuid4())
    traversals.insert_traversal(
        connection,
        {
            "id": traversal_id,
            "stack_id": stack.id,
            "action": "ROLLBACK",
            "unfinished": 1,
            "rollback": False,
            "request_id": request_id,
            "created_at": now,
        },
        timeout_seconds=3600,
    )
    planning = {"traversal_id": traversal_id, "seq": 0, "stack_id": stack.id, "kind": Kind.ROLLBACK, "name": stack.name}
    nodes.insert_nodes(connection, [planning])
    stacks.update_stack(connection, stack.id, {"traversal_id": traversal_id})
