"""End a traversal before its end: its time is up, or its user has had enough."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Final

from sqlalchemy import Connection

from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.repo import nodes, stacks, traversals
from heat_mq.traversal.finish import Finished, finish_traversal
from heat_mq.traversal.records import FORGET

CANCELLED: Final = "Operation cancelled"


def time_out(connection: Connection, traversal_id: str, now: datetime.datetime) -> Finished | None:
    """End a traversal whose time is up. An earlier failure stays the reason; a rollback follows where it is wanted."""
    return _stop(connection, traversal_id, now, failure=None)


def cancel(connection: Connection, traversal_id: str, now: datetime.datetime) -> Finished | None:
    """End a traversal because somebody asked for it; no rollback follows. None when it has ended by itself."""
    return _stop(connection, traversal_id, now, failure=CANCELLED)


def _stop(connection: Connection, traversal_id: str, now: datetime.datetime, *, failure: str | None) -> Finished | None:
    """Nothing new of it begins; what is in hand finishes its step, and what that leaves half done is aborted."""
    found = traversals.get_traversals(connection, [traversal_id])
    stack_id = found[traversal_id].stack_id if found else ""
    stack = stacks.lock_stack(connection, stack_id)
    unfinished = nodes.lock_unfinished(connection, stack_id)
    row = traversals.get_traversals(connection, [traversal_id]).get(traversal_id)
    gone = stack is None and (row is None or row.action != FORGET)
    if gone or row is None or row.state != TraversalState.RUNNING:
        return None  # it has ended or was superseded before we had the locks
    idle = [node.key for node in unfinished if node.state != NodeState.LEASED]
    if idle:
        nodes.end_nodes(connection, idle, NodeState.SKIPPED)
    if failure is not None:
        row = dataclasses.replace(row, rollback=False)
    return finish_traversal(connection, row, now, failure=failure or row.failure or "Timed out")
