"""Traversals: their rows, how many of their nodes are unfinished, and how they end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, case, func, insert, select, update

from heat_mq.db.models.traversal import TraversalState
from heat_mq.db.records import TraversalRow
from heat_mq.db.tables import traversal
from heat_mq.db.types import epoch_now

FAILURES_LENGTH = 8000
"""Characters of a check's failures after which no more are added: each resource has its own reason."""


def insert_traversal(connection: Connection, values: Mapping[str, Any], timeout_seconds: float) -> None:
    """Store one that runs; ``values`` are the columns that differ from one to the next."""
    fresh = {"state": TraversalState.RUNNING, "failure": None}
    connection.execute(insert(traversal).values(**fresh, **values, deadline=epoch_now() + timeout_seconds))


def set_scaling(connection: Connection, traversal_id: str, scaling: Any) -> None:
    """Note what a traversal scales (see :mod:`heat_mq.traversal.scaling`)."""
    connection.execute(update(traversal).where(traversal.c.id == traversal_id).values(scaling=scaling))


def get_traversals(connection: Connection, ids: Iterable[str]) -> dict[str, TraversalRow]:
    rows = connection.execute(select(traversal).where(traversal.c.id.in_(list(ids)))).mappings()
    return {row["id"]: TraversalRow.from_row(row) for row in rows}


def get_traversal(connection: Connection, traversal_id: str) -> TraversalRow:
    """The row, which must be there."""
    return get_traversals(connection, [traversal_id])[traversal_id]


def end_traversal(connection: Connection, traversal_id: str, state: TraversalState) -> bool:
    done = connection.execute(
        update(traversal)
        .where(traversal.c.id == traversal_id, traversal.c.state == TraversalState.RUNNING)
        .values(state=state)
    )
    return done.rowcount == 1


def end_traversals(connection: Connection, traversal_ids: Sequence[str], state: TraversalState) -> None:
    """The same for several that run, as the transaction knows, which has their rows locked."""
    if traversal_ids:
        connection.execute(update(traversal).where(traversal.c.id.in_(sorted(traversal_ids))).values(state=state))


def count_down(connection: Connection, ended: Mapping[str, int]) -> dict[str, TraversalRow]:
    """Count ended nodes of traversals by id; the rows stay locked until the transaction ends."""
    if not ended:
        return {}
    ids = sorted(ended)
    mine = traversal.c.id.in_(ids)
    if len(ids) > 1 and connection.dialect.name == "postgresql":  # others lock in the order of the key by themselves
        connection.execute(select(traversal.c.id).where(mine).order_by(traversal.c.id).with_for_update())
    amount: Any = ended[ids[0]] if len(set(ended.values())) == 1 else case(dict(ended), value=traversal.c.id)
    connection.execute(update(traversal).where(mine).values(unfinished=traversal.c.unfinished - amount))
    return get_traversals(connection, ids)


def note_failure(
    connection: Connection, traversal_id: str, failure: str | None, error_wait_seconds: float
) -> TraversalRow:
    """Keep the first failure, and give what still runs ``error_wait_seconds`` to finish; answers the row as it is now.

    A check goes on and adds the failure to those before it, as long as the text is not too long.
    """
    if failure is not None:
        checks = traversal.c.action == "CHECK"
        known = traversal.c.failure
        adds = and_(checks, known.is_not(None), func.length(known) < FAILURES_LENGTH)
        more = known.concat("; " + failure.removeprefix("Resource CHECK failed: "))
        until = epoch_now() + error_wait_seconds
        shorter = and_(traversal.c.deadline > until, ~checks)
        values = {
            "failure": case((adds, more), else_=func.coalesce(known, failure)),
            "deadline": case((shorter, until), else_=traversal.c.deadline),
        }
        connection.execute(update(traversal).where(traversal.c.id == traversal_id).values(values))
    return get_traversal(connection, traversal_id)


def overdue_traversals(connection: Connection, limit: int = 50) -> list[TraversalRow]:
    query = (
        select(traversal)
        .where(traversal.c.state == TraversalState.RUNNING, traversal.c.deadline <= epoch_now())
        .limit(limit)
    )
    return [TraversalRow.from_row(row) for row in connection.execute(query).mappings()]
