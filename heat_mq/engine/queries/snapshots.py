"""Show and list snapshots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.db.records import ResourceCopyRow, SnapshotRow, StackRow
from heat_mq.db.repo import snapshots
from heat_mq.engine.dump import dump_snapshot
from heat_mq.engine.find import find_stack
from heat_mq.engine.queries.shapes import time_text
from heat_mq.errors import SnapshotNotFound

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def list_snapshots(
    service: Service, context: RequestContext, stack_identity: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The oldest first."""
    stack = find_stack(service, context, stack_identity, live=True)
    return _maps(service, stack, service.database.read(snapshots.get_snapshots, stack.id))


def show_snapshot(
    service: Service, context: RequestContext, stack_identity: Mapping[str, Any], snapshot_id: str
) -> dict[str, Any]:
    """Raises NotFound."""
    stack = find_stack(service, context, stack_identity, live=True)
    (shown,) = _maps(service, stack, [find_snapshot(service, stack, snapshot_id)])
    return shown


def find_snapshot(service: Service, stack: StackRow, snapshot_id: str) -> SnapshotRow:
    """A snapshot of this very stack; raises NotFound."""
    row = service.database.read(snapshots.get_snapshot, snapshot_id)
    if row is None or row.stack_id != stack.id:
        raise SnapshotNotFound(f"The Snapshot ({snapshot_id:.80}) for Stack ({stack.name}) could not be found.")
    return row


def snapshot_map(row: SnapshotRow, data: Mapping[str, Any] | None) -> dict[str, Any]:
    """``data`` is the dump; None as long as the snapshot is not whole."""
    return {
        "id": row.id,
        "name": row.name,
        "stack_id": row.stack_id,
        "action": row.action,
        "status": row.status,
        "status_reason": row.status_reason,
        "data": data,
        "creation_time": time_text(row.created_at),
    }


def _maps(service: Service, stack: StackRow, rows: Sequence[SnapshotRow]) -> list[dict[str, Any]]:
    whole = [row for row in rows if row.is_whole or row.action == "DELETE"]
    sources = dict(zip((row.id for row in whole), service.definitions.sources(whole), strict=True))
    copies: dict[str, list[ResourceCopyRow]] = {}
    for copy in service.database.read(snapshots.get_copies_in, list(sources)) if sources else ():
        copies.setdefault(copy.snapshot_id, []).append(copy)
    return [
        snapshot_map(
            row,
            dump_snapshot(service, stack, row, sources[row.id], copies.get(row.id, [])) if row.id in sources else None,
        )
        for row in rows
    ]
