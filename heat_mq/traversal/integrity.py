"""What in the stored state is not legal, told in sentences. For tests, and for an operator who doubts.

Each rule holds between any two transactions, whatever died. :func:`check` reads everything, so it is for tests; a large
database is read some stacks at a time by :mod:`heat_mq.traversal.audit`.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.records import NodeRow, ResourceRow, SnapshotRow, StackRow, TraversalRow
from heat_mq.db.repo import software
from heat_mq.db.tables import engine, node, resource, resource_copy, snapshot, stack, traversal
from heat_mq.traversal.records import FORGET, SETTLING

ENDED = frozenset({NodeState.DONE, NodeState.FAILED, NodeState.SKIPPED})
Key = tuple[str, int]


def check(connection: Connection) -> list[str]:
    """Every rule that is broken, one sentence each; empty when the state is legal."""
    stacks = {row["id"]: StackRow.from_row(row) for row in connection.execute(select(stack)).mappings()}
    traversals = {row["id"]: TraversalRow.from_row(row) for row in connection.execute(select(traversal)).mappings()}
    nodes = [NodeRow.from_row(row) for row in connection.execute(select(node)).mappings()]
    rows = [ResourceRow.from_row(row) for row in connection.execute(select(resource)).mappings()]
    snapshots = {row["id"]: SnapshotRow.from_row(row) for row in connection.execute(select(snapshot)).mappings()}
    copies = set(connection.scalars(select(resource_copy.c.snapshot_id)))
    engines = set(connection.scalars(select(engine.c.id)))
    state = State(stacks, traversals, nodes, rows, snapshots, copies, engines, stacks.keys())
    return [*violations(state), *_software(connection)]


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """Some stacks with everything that is about them, and what else there is: ``engines``, and ids of their ``owners``.

    ``copies`` are the ids of snapshots that parts are kept for. Of nodes that have ended only those of running
    traversals are needed, of traversals those that run, that a stack or snapshot names, or that have such nodes.
    """

    stacks: Mapping[str, StackRow]
    traversals: Mapping[str, TraversalRow]
    nodes: Sequence[NodeRow]
    rows: Sequence[ResourceRow]
    snapshots: Mapping[str, SnapshotRow]
    copies: Collection[str]
    engines: Collection[str]
    owners: Collection[str]


def violations(state: State) -> list[str]:
    """Every rule that the state breaks, one sentence each."""
    return [
        *_owners(state.nodes, state.engines),
        *_orders(state.nodes, state.traversals),
        *_traversals(state.nodes, state.traversals, state.stacks, state.snapshots),
        *_stacks(state.stacks, state.traversals, state.owners),
        *_resources(state.rows, state.stacks, state.nodes),
        *_snapshots(state.snapshots, state.copies, state.traversals, state.stacks),
    ]


def _owners(nodes: Sequence[NodeRow], engines: Collection[str]) -> Iterator[str]:
    """A node in hand is in the hand of a known engine, and no other node is."""
    for item in nodes:
        leased = item.state == NodeState.LEASED
        if leased and item.engine_id not in engines:
            yield f"{_name(item)} is LEASED by {item.engine_id or 'nobody'}, which is no known engine"
        if leased and item.fence < 1:
            yield f"{_name(item)} is LEASED with fence {item.fence}"
        if not leased and item.engine_id is not None:
            yield f"{_name(item)} is {item.state} and has the owner {item.engine_id}"


def _orders(nodes: Sequence[NodeRow], traversals: Mapping[str, TraversalRow]) -> Iterator[str]:
    """``pending`` counts what a node waits for, and nothing that waits has begun."""
    waits: Counter[Key] = Counter()
    for item in nodes:
        if item.state != NodeState.DONE:
            waits.update((item.traversal_id, seq) for seq in item.successors)
        if item.state not in ENDED and item.then_traversal_id is not None:
            waits.update((item.then_traversal_id, seq) for seq in item.then_seqs)
    for item in nodes:
        if item.pending < 0:
            yield f"{_name(item)} waits for {item.pending} others"
        row = traversals.get(item.traversal_id)
        if row is None:
            yield f"{_name(item)} belongs to no traversal"
        elif row.state == TraversalState.RUNNING and item.state not in ENDED:
            if item.pending != waits[item.key]:
                yield f"{_name(item)} has pending {item.pending}, {waits[item.key]} others have not ended"
            if item.pending and item.state != NodeState.WAITING:
                yield f"{_name(item)} is {item.state} and still waits for {item.pending} others"


def _traversals(
    nodes: Sequence[NodeRow],
    traversals: Mapping[str, TraversalRow],
    stacks: Mapping[str, StackRow],
    snapshots: Mapping[str, SnapshotRow],
) -> Iterator[str]:
    """A running traversal is its stack's and has something left to do; of one that is over nothing sleeps."""
    moving = {item.stack_id for item in nodes if _moves(item)}  # a new traversal may wait for what is in hand
    left = Counter(item.traversal_id for item in nodes if item.state not in ENDED)
    for row in traversals.values():
        name = f"traversal {row.id} ({row.action}, {row.state})"
        owner = stacks.get(row.stack_id)
        if row.state != TraversalState.RUNNING:
            continue
        if row.action == FORGET:
            about = snapshots.get(row.stack_id)
            if about is None or about.traversal_id != row.id or about.status != "IN_PROGRESS":
                yield f"{name} is not the one that snapshot {row.stack_id} names"
        elif owner is None or owner.traversal_id != row.id:
            yield f"{name} is not the one that stack {row.stack_id} names"
        if row.unfinished != left[row.id]:
            yield f"{name} has unfinished {row.unfinished}, {left[row.id]} nodes have not ended"
        if row.unfinished <= 0:
            yield f"{name} has nothing left to do and has not ended"
        elif row.stack_id not in moving:
            yield f"{name} has nobody and no time to move it"
    for item in nodes:
        over = traversals.get(item.traversal_id)
        if item.state == NodeState.PARKED and over is not None and over.state != TraversalState.RUNNING:
            yield f"{_name(item)} is PARKED in a traversal that is {over.state}"


def _moves(item: NodeRow) -> bool:
    """Whether a node goes on by itself: a worker has it or may claim it, or it will be woken at the latest then."""
    ready = item.state == NodeState.WAITING and item.pending == 0
    return ready or item.state == NodeState.LEASED or (item.state == NodeState.PARKED and item.wake_at is not None)


def _stacks(
    stacks: Mapping[str, StackRow], traversals: Mapping[str, TraversalRow], owners: Collection[str]
) -> Iterator[str]:
    """A stack is in progress exactly while its traversal runs (but for one that failed and is about to roll back)."""
    for row in stacks.values():
        name = f"stack {row.name} ({row.action}_{row.status})"
        current = traversals.get(row.traversal_id)
        running = current is not None and current.state == TraversalState.RUNNING
        rolling_back = current is not None and current.action == "ROLLBACK" and row.status == "FAILED"
        if row.status == "IN_PROGRESS" and not running:
            yield f"{name} has no running traversal, its last is {current.state if current else 'missing'}"
        if row.status != "IN_PROGRESS" and running and not rolling_back:
            yield f"{name} has a running traversal"
        if not row.is_live and (row.live_name is not None or (row.action, row.status) != ("DELETE", "COMPLETE")):
            yield f"{name} is deleted and still holds its name or another state"
        if row.is_live and row.live_name != row.name:
            yield f"{name} lives and holds the name {row.live_name}"
        if row.owner_id is not None and row.is_live and row.owner_id not in owners:
            yield f"{name} is nested in a stack that does not exist"


def _resources(rows: Sequence[ResourceRow], stacks: Mapping[str, StackRow], nodes: Sequence[NodeRow]) -> Iterator[str]:
    """One row is in force for a name; what is over leaves nothing in progress, replaced or unknown behind."""
    in_force = Counter((row.stack_id, row.name) for row in rows if row.replaced_by is None)
    for (stack_id, name), count in in_force.items():
        if count > 1:
            yield f"{count} rows are in force for resource {name} of stack {stack_id}"
    known = {row.id for row in rows}
    busy = {(item.stack_id, item.name) for item in nodes if item.state not in ENDED}
    for row in rows:
        name = f"resource {row.name} ({row.action}_{row.status}, {row.id}) of stack {row.stack_id}"
        owner = stacks.get(row.stack_id)
        if owner is None or not owner.is_live:
            yield f"{name} outlives its stack"
            continue
        if row.status == "IN_PROGRESS" and owner.status != "IN_PROGRESS" and (row.stack_id, row.name) not in busy:
            yield f"{name} is in progress, its stack is {owner.action}_{owner.status}"
        if owner.status != "COMPLETE" or owner.action not in SETTLING:
            continue
        if row.replaced_by is not None:
            yield f"{name} was replaced and is still there, though {owner.action} is complete"
        # A resource is marked as unhealthy, or well again, without an action on its stack.
        if row.status != "COMPLETE" and (row.action, row.status) != ("CHECK", "FAILED"):
            yield f"{name} is not complete, though {owner.action} of its stack is"
        if missing := set(row.requires or ()) - known:
            yield f"{name} requires rows that do not exist: {', '.join(sorted(missing))}"


def _snapshots(
    snapshots: Mapping[str, SnapshotRow],
    copies: Collection[str],
    traversals: Mapping[str, TraversalRow],
    stacks: Mapping[str, StackRow],
) -> Iterator[str]:
    """A snapshot is in progress exactly while a traversal is about it, and lives no longer than its stack."""
    for row in snapshots.values():
        name = f"snapshot {row.id} ({row.action}_{row.status})"
        current = traversals.get(row.traversal_id)
        running = current is not None and current.state == TraversalState.RUNNING
        if (row.status == "IN_PROGRESS") != running:
            yield f"{name} has a traversal that is {current.state if current else 'missing'}"
        owner = stacks.get(row.stack_id)
        if owner is None or not owner.is_live:
            yield f"{name} outlives its stack"
    for snapshot_id in sorted(set(copies) - snapshots.keys()):
        yield f"resources are kept for snapshot {snapshot_id}, which does not exist"


def _software(connection: Connection) -> Iterator[str]:
    """A config stays for as long as it is deployed, whatever else becomes of either."""
    for row in software.get_without_config(connection):
        yield f"deployment {row.id} refers to the config {row.config_id}, which does not exist"


def _name(item: NodeRow) -> str:
    return f"node {item.seq} ({item.kind} {item.name}) of traversal {item.traversal_id}"
