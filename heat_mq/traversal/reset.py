"""The last resort: end what runs of a stack by force, so that another action may begin."""

from __future__ import annotations

import dataclasses
import datetime

from sqlalchemy import Connection

from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.records import StackRow
from heat_mq.db.repo import nodes, stacks, traversals
from heat_mq.traversal.finish import abort_in_progress, finish_traversal

REASON = "Stack status manually reset"


def subtree(connection: Connection, stack_id: str) -> list[StackRow]:
    """A live stack and what is nested in it, the innermost first; empty when there is no such stack."""
    top = stacks.get_stack(connection, stack_id)
    if top is None or not top.is_live:
        return []
    below = {top.id}
    found = [top]
    for row in stacks.get_tree(connection, top.root_id):  # parents first
        if row.owner_id in below and row.is_live:
            below.add(row.id)
            found.append(row)
    return found[::-1]


def reset(connection: Connection, stack_id: str, now: datetime.datetime) -> bool:
    """End the stack's action as failed; False when none is under way.

    Nodes are taken even from workers that have them in hand, which can write nothing about them any more. What such a
    worker does to the cloud at this moment is known as far as it was written down before.
    """
    row = stacks.lock_stack(connection, stack_id)
    if row is None or not row.is_live:
        return False
    unfinished = nodes.lock_unfinished(connection, stack_id)
    running = traversals.get_traversals(connection, [row.traversal_id]).get(row.traversal_id)
    is_running = running is not None and running.state == TraversalState.RUNNING
    if row.status != "IN_PROGRESS" and not unfinished and not is_running:
        return False
    if unfinished:
        nodes.end_nodes(connection, [node.key for node in unfinished], NodeState.SKIPPED)
    if running is not None and is_running:
        finish_traversal(connection, dataclasses.replace(running, rollback=False), now, failure=REASON)
    else:
        stacks.update_stack(connection, stack_id, {"status": "FAILED", "status_reason": REASON})
        abort_in_progress(connection, stack_id, now)
    return True
