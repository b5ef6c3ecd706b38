"""Resource rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from heat_mq.db.records import ResourceRow
from heat_mq.db.repo.software import abort_deployments
from heat_mq.db.tables import resource, stack
from heat_mq.db.upsert import CHUNK, upsert


def write_resources(connection: Connection, rows: Sequence[ResourceRow]) -> None:
    """Store whole rows, new or known; whoever calls holds the lease of each one's node.

    The metadata of known rows stays: signals write it while a worker has the row in hand.
    """
    upsert(connection, resource, [row_values(row) for row in rows], keep=("metadata",))


def row_values(row: ResourceRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in resource.c.keys()}  # noqa: SIM118 - keys() of a column collection


def get_resource(connection: Connection, resource_id: str) -> ResourceRow | None:
    row = connection.execute(select(resource).where(resource.c.id == resource_id)).mappings().one_or_none()
    return ResourceRow.from_row(row) if row else None


def get_replacements(connection: Connection, ids: Collection[str]) -> dict[str, str | None]:
    """What each of these rows was replaced by."""
    query = select(resource.c.id, resource.c.replaced_by).where(resource.c.id.in_(sorted(ids)))
    return {row.id: row.replaced_by for row in connection.execute(query)}


def find_resource(connection: Connection, reference: str) -> ResourceRow | None:
    """The row with this id, or else the one in force with this physical id, of whatever stack."""
    query = (
        select(resource)
        .where(or_(resource.c.id == reference, resource.c.physical_id == reference))
        .order_by(resource.c.id == reference, resource.c.replaced_by.is_(None))
    )
    rows = connection.execute(query).mappings().all()
    return ResourceRow.from_row(rows[-1]) if rows else None


def get_resources(connection: Connection, stack_id: str) -> list[ResourceRow]:
    """All rows of a stack, replaced ones too."""
    rows = connection.execute(select(resource).where(resource.c.stack_id == stack_id).order_by(resource.c.name))
    return [ResourceRow.from_row(row) for row in rows.mappings()]


def get_current_resources(
    connection: Connection, stack_ids: Iterable[str], names: Iterable[str] | None = None
) -> list[ResourceRow]:
    """The rows in force (not replaced), of some names or all."""
    query = select(resource).where(resource.c.stack_id.in_(list(stack_ids)), resource.c.replaced_by.is_(None))
    if names is not None:
        query = query.where(resource.c.name.in_(list(names)))
    return [ResourceRow.from_row(row) for row in connection.execute(query).mappings()]


def get_named(connection: Connection, stack_id: str, names: Sequence[str]) -> list[ResourceRow]:
    """The rows in force of these names, however many they are."""
    found: list[ResourceRow] = []
    for start in range(0, len(names), CHUNK):
        found += get_current_resources(connection, [stack_id], names[start : start + CHUNK])
    return found


def has_resources(connection: Connection, stack_id: str) -> bool:
    """Whether any row of the stack is in force."""
    query = select(resource.c.id).where(resource.c.stack_id == stack_id, resource.c.replaced_by.is_(None))
    return connection.execute(query.limit(1)).first() is not None


def get_by_names(connection: Connection, stack_ids: Sequence[str], names: Sequence[str]) -> list[ResourceRow]:
    """Every row, replaced ones too, of these names in these stacks."""
    found: list[ResourceRow] = []
    for start in range(0, len(names), CHUNK):
        part = names[start : start + CHUNK]
        query = select(resource).where(resource.c.stack_id.in_(stack_ids), resource.c.name.in_(part))
        found += [ResourceRow.from_row(row) for row in connection.execute(query).mappings()]
    return found


def find_in_stack(connection: Connection, stack_id: str, reference: str) -> ResourceRow | None:
    """The resource in force with this physical id, or else this name."""
    query = (
        select(resource)
        .where(
            resource.c.stack_id == stack_id,
            resource.c.replaced_by.is_(None),
            or_(resource.c.physical_id == reference, resource.c.name == reference),
        )
        .order_by(resource.c.name == reference)
    )
    row = connection.execute(query).mappings().first()
    return ResourceRow.from_row(row) if row else None


def get_of_types(connection: Connection, stack_id: str, types: Sequence[str]) -> list[ResourceRow]:
    """The rows in force of a stack that these types serve."""
    query = select(resource).where(
        resource.c.stack_id == stack_id, resource.c.replaced_by.is_(None), resource.c.implementation.in_(types)
    )
    return [ResourceRow.from_row(row) for row in connection.execute(query).mappings()]


def find_physical(connection: Connection, physical_id: str) -> list[ResourceRow]:
    """The resources in force, of whatever stack, whose object has this id."""
    query = select(resource).where(resource.c.physical_id == physical_id, resource.c.replaced_by.is_(None))
    return [ResourceRow.from_row(row) for row in connection.execute(query.order_by(resource.c.id)).mappings()]


def delete_resources(connection: Connection, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), CHUNK):
        connection.execute(delete(resource).where(resource.c.id.in_(sorted(ids[start : start + CHUNK]))))


def delete_of_stacks(connection: Connection, stack_ids: Sequence[str]) -> None:
    """Forget all rows of these stacks."""
    connection.execute(delete(resource).where(resource.c.stack_id.in_(list(stack_ids))))


def count_resources(connection: Connection, root_id: str) -> int:
    """Resources in a whole tree of nested stacks."""
    query = (
        select(func.count())
        .select_from(resource)
        .join(stack, stack.c.id == resource.c.stack_id)
        .where(stack.c.root_id == root_id, resource.c.replaced_by.is_(None))
    )
    return connection.scalar(query) or 0


def abort_resources(connection: Connection, stack_id: str) -> list[ResourceRow]:
    """Mark what is in progress as failed, and its software deployments; answers the rows as they are now.

    Writes nothing but the state: a worker that has one of them in hand may just be storing the object's id.
    """
    mine = (resource.c.stack_id == stack_id, resource.c.status == "IN_PROGRESS")
    rows = [ResourceRow.from_row(row) for row in connection.execute(select(resource).where(*mine)).mappings()]
    if rows:
        reason = resource.c.action.concat(" aborted")
        connection.execute(update(resource).where(*mine).values(status="FAILED", status_reason=reason))
        abort_deployments(connection, [row.physical_id for row in rows if row.physical_id is not None])
    return [dataclasses.replace(row, status="FAILED", status_reason=f"{row.action} aborted") for row in rows]


def retain_tree(connection: Connection, root_id: str, nested: Sequence[str]) -> None:
    """Let go of every object of a tree: its resources are forgotten and not deleted.

    Resources whose implementation is one of ``nested`` own stacks, which go with them.
    """
    tree = select(stack.c.id).where(stack.c.root_id == root_id)
    theirs = (resource.c.stack_id.in_(tree), resource.c.implementation.not_in(list(nested)))
    connection.execute(update(resource).where(*theirs).values(deletion_policy="Retain"))


def any_failed(connection: Connection, root_id: str, depth: int) -> bool:
    """Whether a resource in force has failed in a stack of the tree that is nested so deep or deeper."""
    query = (
        select(resource.c.id)
        .join(stack, stack.c.id == resource.c.stack_id)
        .where(stack.c.root_id == root_id, stack.c.nested_depth >= depth)
        .where(resource.c.status == "FAILED", resource.c.replaced_by.is_(None))
    )
    return connection.execute(query.limit(1)).first() is not None


def has_reason(connection: Connection, stack_id: str, reasons: Sequence[str]) -> bool:
    """Whether a resource in force of the stack has one of these status reasons."""
    query = select(resource.c.id).where(
        resource.c.stack_id == stack_id, resource.c.replaced_by.is_(None), resource.c.status_reason.in_(list(reasons))
    )
    return connection.execute(query.limit(1)).first() is not None


def count_healthy(connection: Connection, stack_id: str) -> int:
    """Resources in force of a stack that have not failed."""
    query = select(func.count()).where(
        resource.c.stack_id == stack_id, resource.c.replaced_by.is_(None), resource.c.status != "FAILED"
    )
    return connection.scalar(query) or 0


def forget_attributes(connection: Connection, ids: Sequence[str]) -> None:
    """Have the attributes of resources read anew when they are asked for: what they come from has changed."""
    connection.execute(update(resource).where(resource.c.id.in_(sorted(ids))).values(attributes=None))


def lock_metadata(connection: Connection, resource_id: str) -> ResourceRow | None:
    """The row, locked until the transaction ends, so that concurrent signals add up."""
    row = connection.execute(select(resource).where(resource.c.id == resource_id).with_for_update()).mappings()
    found = row.one_or_none()
    return ResourceRow.from_row(found) if found else None


def set_metadata(connection: Connection, resource_id: str, metadata: Any, data: str | None = None) -> None:
    values: dict[str, Any] = {"metadata": metadata}
    if data is not None:
        values["data"] = data
    connection.execute(update(resource).where(resource.c.id == resource_id).values(values))
