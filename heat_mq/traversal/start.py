"""Begin an action on a stack, in ONE transaction.

Invariant: the stack's ``traversal_id`` names the one traversal that may change it. Whoever changes it holds the
stack's row, has ended the traversal before, and lets the new nodes wait for the old ones that a worker still has in
hand.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from heat_mq.context import current_request_id
from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.records import NodeRow, ResourceRow, StackRow
from heat_mq.db.repo import events, nodes, resources, snapshots, stacks, traversals
from heat_mq.db.session import is_repeated, write_id
from heat_mq.graph.plan import Plan
from heat_mq.traversal.finish import finish_traversal
from heat_mq.traversal.notify import tell_of_stacks
from heat_mq.traversal.scaling import end_scaling

Planner = Callable[[Sequence[ResourceRow]], Plan]


def start_traversal(
    connection: Connection,
    *,
    stack: StackRow,
    action: str,
    planner: Planner,
    stack_values: Mapping[str, Any],
    stack_event: dict[str, Any],
    timeout_seconds: float,
    rollback: bool,
    now: Any,
    traversal_id: str | None = None,
    with_snapshots: bool = False,
) -> str | None:
    """Plan against the rows as they are now and store the plan.

    Answers the new traversal's id, or None when another request won.

    ``planner`` is called with the stack's rows while nothing can change them, and writes what belongs to the plan.
    ``stack_values`` are the stack's new columns (definition, action, status, …). A plan without nodes is finished at
    once. ``with_snapshots`` also ends the deletions of the stack's snapshots, which the plan takes over.
    """
    seen = stacks.lock_stack(connection, stack.id)
    traversal_id = traversal_id or write_id(connection)
    if seen is None or seen.traversal_id != stack.traversal_id or not seen.is_live:
        begun = is_repeated(connection) and traversals.get_traversals(connection, [traversal_id])
        return traversal_id if begun else None
    in_flight = supersede(connection, seen, now)
    if with_snapshots:
        in_flight += _supersede_forgetting(connection, seen)
    rows = resources.get_resources(connection, stack.id)
    plan = planner(rows)
    stacks.update_stack(connection, stack.id, {**stack_values, "traversal_id": traversal_id})
    store_plan(
        connection,
        traversal_id=traversal_id,
        stack_id=stack.id,
        action=action,
        plan=plan,
        in_flight=in_flight,
        rows=rows,
        timeout_seconds=timeout_seconds,
        rollback=rollback,
        now=now,
    )
    events.insert_events(connection, [stack_event])
    known = {name: value for name, value in stack_values.items() if name in StackRow.__slots__}
    tell_of_stacks(connection, [(dataclasses.replace(seen, **known), stack_event)], now)
    if not plan.nodes:
        finish_traversal(connection, traversals.get_traversal(connection, traversal_id), now)
    return traversal_id


def store_plan(
    connection: Connection,
    *,
    traversal_id: str,
    stack_id: str,
    action: str,
    plan: Plan,
    in_flight: Sequence[NodeRow] = (),
    rows: Iterable[ResourceRow] = (),
    timeout_seconds: float,
    rollback: bool,
    now: Any,
) -> None:
    """Write the traversal and its nodes; nodes wait for those of an older traversal that are in hand.

    ``rows`` are the stack's resources: they say what the resources in hand use.
    """
    then = _order_after(plan, in_flight, rows)
    waits = Counter(seq for after in then.values() for seq in after)
    nodes.hand_over(connection, then, traversal_id)
    traversals.insert_traversal(
        connection,
        {
            "id": traversal_id,
            "stack_id": stack_id,
            "action": action,
            "unfinished": len(plan.nodes),
            "rollback": rollback,
            "request_id": current_request_id(),
            "created_at": now,
        },
        timeout_seconds,
    )
    nodes.insert_nodes(
        connection,
        [
            {
                "traversal_id": traversal_id,
                "seq": seq,
                "stack_id": stack_id,
                "kind": item.operation.kind,
                "name": item.operation.name,
                "resource_id": item.operation.resource_id or None,
                "pending": item.pending + waits[seq],
                "successors": list(item.successors),
            }
            for seq, item in enumerate(plan.nodes)
        ],
    )


def supersede(connection: Connection, stack: StackRow, now: datetime.datetime) -> list[NodeRow]:
    """End the stack's running traversal; answers the stack's nodes, of whatever traversal, that a worker has in hand.

    Locking the unfinished nodes makes each worker either be done with its record before we look at the resources, or
    find the traversal superseded when it comes to write.
    """
    unfinished = nodes.lock_unfinished(connection, stack.id)
    if (
        traversals.end_traversal(connection, stack.traversal_id, TraversalState.SUPERSEDED)
        and stack.owner_id is not None
    ):
        ended = traversals.get_traversal(connection, stack.traversal_id)
        end_scaling(connection, ended, now)
    if (stack.action, stack.status) == ("SNAPSHOT", "IN_PROGRESS"):
        snapshots.finish_snapshot(connection, stack.traversal_id, "FAILED", "SNAPSHOT aborted")
    return _end_idle(connection, unfinished)


def _end_idle(connection: Connection, unfinished: Sequence[NodeRow]) -> list[NodeRow]:
    """End the nodes that nobody has in hand; answers the others."""
    idle = [node.key for node in unfinished if node.state != NodeState.LEASED]
    if idle:
        nodes.end_nodes(connection, idle, NodeState.SKIPPED)
    return [node for node in unfinished if node.state == NodeState.LEASED]


def _supersede_forgetting(connection: Connection, stack: StackRow) -> list[NodeRow]:
    """End the traversals that delete the stack's snapshots; answers their nodes that a worker has in hand."""
    in_flight: list[NodeRow] = []
    for row in snapshots.get_snapshots(connection, stack.id):
        if (row.action, row.status) == ("DELETE", "IN_PROGRESS"):
            unfinished = nodes.lock_unfinished(connection, row.id)
            traversals.end_traversal(connection, row.traversal_id, TraversalState.SUPERSEDED)
            snapshots.finish_snapshot(connection, row.traversal_id, "FAILED", "DELETE aborted")
            in_flight += _end_idle(connection, unfinished)
    return in_flight


def _order_after(
    plan: Plan, in_flight: Sequence[NodeRow], rows: Iterable[ResourceRow]
) -> dict[nodes.Key, Sequence[int]]:
    """The nodes in hand, each with the new nodes that wait for it, by their positions.

    These are those about the same resource, and those about what it uses: while a server is being created nobody
    changes or removes its port. What a node in hand may use stands in its resource's row, which is written before
    anything is done with it. Nobody waits for ever: a node in hand waits for no other and ends with its step, or with
    its worker's lease.
    """
    if not in_flight:
        return {}
    by_name: dict[str, set[int]] = {}
    by_resource: dict[str, set[int]] = {}
    for seq, item in enumerate(plan.nodes):
        by_name.setdefault(item.operation.name, set()).add(seq)
        by_resource.setdefault(item.operation.resource_id, set()).add(seq)
    uses: dict[str, set[str]] = {}
    for row in rows:
        uses.setdefault(row.name, set()).update(row.requires or ())
    then: dict[nodes.Key, Sequence[int]] = {}
    for old in in_flight:
        concerned = uses.get(old.name, set()) | ({old.resource_id} if old.resource_id else set())
        after = by_name.get(old.name, set()).union(*(by_resource.get(row_id, ()) for row_id in concerned))
        if after:
            then[old.key] = sorted(after)
    return then
