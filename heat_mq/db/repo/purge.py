"""Removing what is left of deleted stacks, some rows at a time: no transaction is long, and any may be the last."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import Column, Connection, Table, delete, select

from heat_mq.db.models import Base
from heat_mq.db.models.traversal import TraversalState
from heat_mq.db.tables import blob, node, snapshot, stack, traversal

#: What a row of these tables says is about the stack in its column ``stack_id``.
ABOUT_STACKS: Final[tuple[Table, ...]] = tuple(
    table for table in Base.metadata.sorted_tables if "stack_id" in table.columns
)
#: Every column that names a text by its digest.
NAMING_BLOBS: Final[tuple[Column[str], ...]] = tuple(
    column for table in Base.metadata.sorted_tables for column in table.columns if column.name.endswith("_digest")
)


def deleted_stacks(
    connection: Connection, before: datetime.datetime, after: str, limit: int, project_id: str | None = None
) -> list[str]:
    """Ids, greater than ``after`` and in order, of stacks that were deleted before a moment."""
    query = select(stack.c.id).where(stack.c.id > after, stack.c.deleted_at < before)
    if project_id is not None:
        query = query.where(stack.c.project_id == project_id)
    return list(connection.scalars(query.order_by(stack.c.id).limit(limit)))


def purge_stacks(connection: Connection, stack_ids: Sequence[str]) -> int:
    """Remove deleted stacks with all that is about them; answers how many were there."""
    gone = stack.c.deleted_at.is_not(None)
    theirs = list(connection.scalars(select(stack.c.id).where(stack.c.id.in_(stack_ids), gone).with_for_update()))
    for table in ABOUT_STACKS:
        connection.execute(delete(table).where(table.c.stack_id.in_(theirs)))
    return connection.execute(delete(stack).where(stack.c.id.in_(theirs))).rowcount


def left_traversals(connection: Connection, before: datetime.datetime, after: str, limit: int) -> list[str]:
    """Ids, greater than ``after`` and in order, of what ended before a moment and was about a snapshot that is gone."""
    about = (select(table.c.id).where(table.c.id == traversal.c.stack_id).exists() for table in (stack, snapshot))
    ended = (traversal.c.state != TraversalState.RUNNING, traversal.c.created_at < before)
    query = select(traversal.c.id).where(traversal.c.id > after, *ended, *(~there for there in about))
    return list(connection.scalars(query.order_by(traversal.c.id).limit(limit)))


def purge_traversals(connection: Connection, ids: Sequence[str]) -> None:
    """Remove traversals and what is left of their nodes."""
    connection.execute(delete(node).where(node.c.traversal_id.in_(ids)))
    connection.execute(delete(traversal).where(traversal.c.id.in_(ids)))


def page_of_blobs(connection: Connection, after: str, limit: int) -> list[str]:
    """Digests greater than ``after``, in order."""
    return list(
        connection.scalars(select(blob.c.digest).where(blob.c.digest > after).order_by(blob.c.digest).limit(limit))
    )


def unnamed(connection: Connection, digests: Collection[str]) -> set[str]:
    """Those of the digests that nothing names: one statement for each column that could."""
    left = set(digests)
    for column in NAMING_BLOBS:
        if left:
            left -= set(connection.scalars(select(column).where(column.in_(left)).distinct()))
    return left


def purge_blobs(connection: Connection, digests: Collection[str]) -> int:
    """Remove those of the texts that nothing names; answers how many.

    They are locked before it is asked who names them: who stores a stack holds the texts that it names until it has
    committed (:func:`heat_mq.db.repo.blobs.put_blobs`), so that none is removed in between.
    """
    wanted = select(blob.c.digest).where(blob.c.digest.in_(digests)).order_by(blob.c.digest).with_for_update()
    dropped = unnamed(connection, connection.scalars(wanted).all())
    return connection.execute(delete(blob).where(blob.c.digest.in_(dropped))).rowcount if dropped else 0
