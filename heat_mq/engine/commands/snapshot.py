"""Take and delete snapshots of a stack. Nested stacks are saved as parts of their owner's."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.models.snapshot import CopyState
from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import ResourceCopyRow, ResourceRow, SnapshotRow, StackRow
from heat_mq.db.repo import nodes, snapshots, stacks, traversals
from heat_mq.db.session import write_id
from heat_mq.engine.commands.actions import refuse_busy
from heat_mq.engine.commands.create import action_seconds
from heat_mq.engine.find import find_stack
from heat_mq.engine.queries.snapshots import find_snapshot, snapshot_map
from heat_mq.errors import Conflict, LimitExceeded, NotSupported, StepFailed
from heat_mq.graph.plan import Kind, Plan
from heat_mq.planner.actions import build_forget_plan, build_snapshot_plan
from heat_mq.planner.stored import StoredCopy
from heat_mq.resources.kit.names import physical_name
from heat_mq.state.sealed import open_data, open_properties
from heat_mq.traversal.finish import finish_traversal, stack_event
from heat_mq.traversal.records import FORGET
from heat_mq.traversal.start import start_traversal, store_plan

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

REASON = "Stack SNAPSHOT started"


def take_snapshot(
    service: Service, context: RequestContext, stack_identity: Mapping[str, Any], name: str | None
) -> dict[str, Any]:
    """The new snapshot, as it is shown; the stack ends SNAPSHOT_COMPLETE or SNAPSHOT_FAILED.

    Raises Conflict while something is done to the stack, NotSupported while it is suspended (the snapshot would end
    the suspension on record), LimitExceeded.
    """
    stack = find_stack(service, context, stack_identity, live=True)
    refuse_busy(stack)
    if stack.action == "SUSPEND":
        raise NotSupported(f"A snapshot of a suspended stack is not supported: resume {stack.name} first.")
    row = _new_snapshot(service, stack, name)
    if not service.database.write(_begin, service, stack, row):
        raise Conflict(f"Stack {stack.name} was changed by another request at the same time; try again.")
    service.bell(1)
    return snapshot_map(row, None)


def snapshot_child(service: Service, stack: StackRow, copy_id: str) -> None:
    """Save a nested stack as parts of its owner's ``copy_id``; quiet when that goes on already, or is done."""
    if service.database.read(snapshots.has_parts, copy_id):
        return
    refuse_busy(stack)
    if not service.database.write(_begin_child, service, stack, copy_id):
        raise Conflict(f"Nested stack {stack.name} was changed by another request at the same time.")
    service.bell(1)


def delete_snapshot(
    service: Service, context: RequestContext, stack_identity: Mapping[str, Any], snapshot_id: str
) -> None:
    """Delete a snapshot and what it has saved in the cloud; the stack stays as it is.

    Raises NotFound, NotSupported while the snapshot is taken or deleted, Conflict while a restore may need it.
    """
    stack = find_stack(service, context, stack_identity, live=True)
    find_snapshot(service, stack, snapshot_id)
    if service.database.write(_begin_forget, service, stack, snapshot_id):
        service.bell(1)


def stored_copies(connection: Connection, stack_id: str) -> list[StoredCopy]:
    """Everything that the snapshots of a stack may have saved in the cloud, for its delete."""
    rows = snapshots.get_snapshots(connection, stack_id)
    copies = snapshots.get_copies_in(connection, [row.id for row in rows]) if rows else []
    return _planned(copies)


def _planned(copies: Sequence[ResourceCopyRow]) -> list[StoredCopy]:
    by_id = {copy.id: copy for copy in copies}

    def owner(copy: ResourceCopyRow) -> str:
        name = ""
        while copy.parent_id is not None:
            copy = by_id[copy.parent_id]
            name = copy.name
        return name

    return [StoredCopy(copy.id, copy.name, owner(copy)) for copy in copies if copy.state != CopyState.NOTHING]


def _new_snapshot(service: Service, stack: StackRow, name: str | None) -> SnapshotRow:
    snapshot_id = str(uuid.uuid4())
    return SnapshotRow(
        id=snapshot_id,
        stack_id=stack.id,
        name=name,
        action="CREATE",
        status="IN_PROGRESS",
        status_reason=None,
        stack_action=stack.action,
        stack_status=stack.status,
        template_digest=stack.template_digest,
        environment_digest=stack.environment_digest,
        files_digest=stack.files_digest,
        parameters=stack.parameters,
        tags=service.database.read(stacks.get_tags, [stack.id]).get(stack.id, []),
        traversal_id=snapshot_id,
        created_at=service.now(),
    )


def _begin(connection: Connection, service: Service, stack: StackRow, row: SnapshotRow) -> bool:
    """ONE transaction: the snapshot, its part for each resource, the traversal, which bears the snapshot's id."""

    def planner(rows: Sequence[ResourceRow]) -> Plan:
        limit = service.limits.snapshots
        if 0 <= limit <= snapshots.count_snapshots(connection, stack.id):
            raise LimitExceeded(f"You have reached the maximum snapshots per stack, {limit}. Delete some first.")
        snapshots.insert_snapshot(connection, row)
        return _insert_copies(connection, service, stack, rows, row.id, None)

    return _start(connection, service, stack, planner, row.id)


def _begin_child(connection: Connection, service: Service, stack: StackRow, copy_id: str) -> bool:
    """The same for a nested stack, as long as the snapshot is still being taken."""
    copy = snapshots.get_copies(connection, [copy_id]).get(copy_id)
    row = snapshots.lock_snapshot(connection, copy.snapshot_id) if copy is not None else None
    if row is None or (row.action, row.status) != ("CREATE", "IN_PROGRESS"):
        raise StepFailed("the snapshot was aborted")
    snapshot_id = row.id

    def planner(rows: Sequence[ResourceRow]) -> Plan:
        return _insert_copies(connection, service, stack, rows, snapshot_id, copy_id)

    return _start(connection, service, stack, planner, None)


def _start(connection: Connection, service: Service, stack: StackRow, planner: Any, traversal_id: str | None) -> bool:
    now = service.now()
    values = {"action": "SNAPSHOT", "status": "IN_PROGRESS", "status_reason": REASON, "updated_at": now}
    started = start_traversal(
        connection,
        stack=stack,
        action="SNAPSHOT",
        planner=planner,
        stack_values=values,
        stack_event=stack_event(stack, "SNAPSHOT", "IN_PROGRESS", REASON, now),
        timeout_seconds=action_seconds(service, stack.timeout_mins),
        rollback=False,
        now=now,
        traversal_id=traversal_id,
    )
    return started is not None


def _insert_copies(
    connection: Connection,
    service: Service,
    stack: StackRow,
    rows: Sequence[ResourceRow],
    snapshot_id: str,
    parent_id: str | None,
) -> Plan:
    context = service.definitions.of(stack)
    copies = []
    for row in rows:
        if row.replaced_by is not None or row.action == "INIT":
            continue
        copy_id = str(uuid.uuid4())
        cls = context.class_of_row(row)
        saved_here = cls.saves() and not cls.nested and row.deletion_policy != "External"
        copies.append(
            ResourceCopyRow(
                id=copy_id,
                snapshot_id=snapshot_id,
                parent_id=parent_id,
                source_stack_id=stack.id,
                resource_id=row.id,
                name=row.name,
                type=row.type,
                implementation=row.implementation,
                physical_id=row.physical_id,
                action=row.action,
                status=row.status,
                metadata=row.metadata,
                copy_name=physical_name(stack.name, row.name, copy_id),
                state=CopyState.PLANNED if saved_here else CopyState.NOTHING,
                data=service.seal(
                    {
                        "resource": open_data(service.box, row),
                        "properties": open_properties(service.box, row),
                        "copy": {},
                    }
                ),
            )
        )
    snapshots.write_copies(connection, copies)
    return build_snapshot_plan({copy.name: copy.id for copy in copies})


def _begin_forget(connection: Connection, service: Service, stack: StackRow, snapshot_id: str) -> bool:
    """ONE transaction beside the stack's own traversal; False when nothing was saved, and the snapshot is gone."""
    seen = stacks.lock_stack(connection, stack.id)
    row = snapshots.lock_snapshot(connection, snapshot_id)
    if seen is None or row is None:
        return False
    traversal_id, now = write_id(connection), service.now()
    if row.traversal_id == traversal_id:
        return True  # committed before, and the answer was lost
    if row.status == "IN_PROGRESS":
        raise NotSupported(f"Deleting a snapshot in {row.action}_IN_PROGRESS is not supported.")
    if (seen.action, seen.status) == ("RESTORE", "IN_PROGRESS"):
        raise Conflict(f"Stack {stack.name} is being restored: its snapshots are needed.")
    if snapshots.is_being_taken(connection, snapshot_id, Kind.SNAPSHOT):
        raise Conflict("A worker still has a resource of the snapshot in hand; try again.")
    plan = build_forget_plan(_planned(snapshots.get_copies_in(connection, [snapshot_id])))
    values = {"action": "DELETE", "status": "IN_PROGRESS", "status_reason": None, "traversal_id": traversal_id}
    snapshots.update_snapshot(connection, snapshot_id, values)
    store_plan(
        connection,
        traversal_id=traversal_id,
        stack_id=snapshot_id,
        action=FORGET,
        plan=plan,
        in_flight=[item for item in nodes.lock_unfinished(connection, snapshot_id) if item.state == NodeState.LEASED],
        timeout_seconds=action_seconds(service, stack.timeout_mins),
        rollback=False,
        now=now,
    )
    if not plan.nodes:
        finish_traversal(connection, traversals.get_traversal(connection, traversal_id), now)
    return bool(plan.nodes)
