"""Snapshots, and what they hold of each resource."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import ResourceCopyRow, SnapshotRow, StackRow
from heat_mq.db.tables import node, resource_copy, snapshot, stack
from heat_mq.db.upsert import CHUNK, upsert

UNFINISHED = (NodeState.WAITING, NodeState.LEASED, NodeState.PARKED)


# --- snapshots ------------------------------------------------------------------------------


def insert_snapshot(connection: Connection, row: SnapshotRow) -> None:
    connection.execute(insert(snapshot).values({name: getattr(row, name) for name in row.__slots__}))


def get_snapshot(connection: Connection, snapshot_id: str) -> SnapshotRow | None:
    row = connection.execute(select(snapshot).where(snapshot.c.id == snapshot_id)).mappings().one_or_none()
    return SnapshotRow.from_row(row) if row else None


def lock_snapshot(connection: Connection, snapshot_id: str) -> SnapshotRow | None:
    """The row, locked until the transaction ends."""
    query = select(snapshot).where(snapshot.c.id == snapshot_id).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return SnapshotRow.from_row(row) if row else None


def get_snapshots(connection: Connection, *stack_ids: str) -> list[SnapshotRow]:
    """Those of these stacks, the oldest first."""
    mine = snapshot.c.stack_id.in_(stack_ids)
    query = select(snapshot).where(mine).order_by(snapshot.c.created_at, snapshot.c.id)
    return [SnapshotRow.from_row(row) for row in connection.execute(query).mappings()]


def count_snapshots(connection: Connection, stack_id: str) -> int:
    query = select(func.count()).select_from(snapshot).where(snapshot.c.stack_id == stack_id)
    return connection.scalar(query) or 0


def get_owners(connection: Connection, snapshot_ids: Iterable[str]) -> dict[str, StackRow]:
    """The stack of each snapshot, by the snapshot's id."""
    query = (
        select(snapshot.c.id.label("of_snapshot"), stack)
        .join(stack, stack.c.id == snapshot.c.stack_id)
        .where(snapshot.c.id.in_(list(snapshot_ids)))
    )
    found: dict[str, StackRow] = {}
    for row in connection.execute(query).mappings():
        values = dict(row)
        snapshot_id = values.pop("of_snapshot")
        found[snapshot_id] = StackRow.from_row(values)
    return found


def update_snapshot(connection: Connection, snapshot_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(snapshot).where(snapshot.c.id == snapshot_id).values(dict(values)))


def finish_snapshot(connection: Connection, traversal_id: str, status: str, reason: str) -> bool:
    """Write how the traversal about a snapshot ended; False when that was not about one, or is known."""
    done = connection.execute(
        update(snapshot)
        .where(snapshot.c.traversal_id == traversal_id, snapshot.c.status == "IN_PROGRESS")
        .values(status=status, status_reason=reason)
    )
    return done.rowcount == 1


def remove_snapshots(connection: Connection, snapshot_ids: Collection[str]) -> None:
    """Forget snapshots and all that they hold."""
    if snapshot_ids:
        connection.execute(delete(resource_copy).where(resource_copy.c.snapshot_id.in_(sorted(snapshot_ids))))
        connection.execute(delete(snapshot).where(snapshot.c.id.in_(sorted(snapshot_ids))))


def remove_of_stacks(connection: Connection, stack_ids: Sequence[str]) -> None:
    """Forget every snapshot of some stacks."""
    query = select(snapshot.c.id).where(snapshot.c.stack_id.in_(sorted(stack_ids)))
    remove_snapshots(connection, list(connection.scalars(query)))


# --- what they hold -------------------------------------------------------------------------


def write_copies(connection: Connection, rows: Sequence[ResourceCopyRow]) -> None:
    """Store whole rows, new or known; whoever calls holds the lease of each one's node."""
    names = resource_copy.c.keys()
    upsert(connection, resource_copy, [{name: getattr(row, name) for name in names} for row in rows])


def get_copies(connection: Connection, ids: Sequence[str]) -> dict[str, ResourceCopyRow]:
    found: dict[str, ResourceCopyRow] = {}
    for start in range(0, len(ids), CHUNK):
        query = select(resource_copy).where(resource_copy.c.id.in_(ids[start : start + CHUNK]))
        found |= {row["id"]: ResourceCopyRow.from_row(row) for row in connection.execute(query).mappings()}
    return found


def get_copies_in(connection: Connection, snapshot_ids: Sequence[str]) -> list[ResourceCopyRow]:
    """Everything that these snapshots hold, in the order of the resources' names."""
    query = select(resource_copy).where(resource_copy.c.snapshot_id.in_(snapshot_ids)).order_by(resource_copy.c.name)
    return [ResourceCopyRow.from_row(row) for row in connection.execute(query).mappings()]


def has_parts(connection: Connection, copy_id: str) -> bool:
    """Whether the nested stack of a resource has its parts in the snapshot already."""
    query = select(resource_copy.c.id).where(resource_copy.c.parent_id == copy_id).limit(1)
    return connection.execute(query).first() is not None


def remove_copies(connection: Connection, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), CHUNK):
        connection.execute(delete(resource_copy).where(resource_copy.c.id.in_(sorted(ids[start : start + CHUNK]))))


def is_being_taken(connection: Connection, snapshot_id: str, kind: str) -> bool:
    """Whether any node of that kind, in whatever stack, may still save something for the snapshot."""
    parts = select(resource_copy.c.source_stack_id).where(resource_copy.c.snapshot_id == snapshot_id)
    ids = select(resource_copy.c.id).where(resource_copy.c.snapshot_id == snapshot_id)
    query = select(node.c.seq).where(
        node.c.stack_id.in_(parts), node.c.state.in_(UNFINISHED), node.c.kind == kind, node.c.resource_id.in_(ids)
    )
    return connection.execute(query.limit(1)).first() is not None
