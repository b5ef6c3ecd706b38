"""Events: written in bulk, read in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from heat_mq.db.records import EventRow
from heat_mq.db.tables import event

SORTABLE = {"event_time": event.c.id, "created_at": event.c.id, "resource_type": event.c.resource_type}


def insert_events(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write events in the order given."""
    if rows:
        connection.execute(insert(event), [dict(row) for row in rows])


def trim_events(connection: Connection, stack_id: str, keep: int, batch: int) -> int:
    """Drop the oldest events of a stack that has more than ``keep``, ``batch`` at least; answers how many went.

    0 keeps all. A stack whose action ends has as many again to go before it is looked at anew.
    """
    if keep <= 0:
        return 0
    count = connection.scalar(select(func.count()).select_from(event).where(event.c.stack_id == stack_id)) or 0
    if count <= keep:
        return 0
    drop = min(count, max(count - keep, batch))
    last = connection.scalar(
        select(event.c.id).where(event.c.stack_id == stack_id).order_by(event.c.id).offset(drop - 1).limit(1)
    )
    return connection.execute(delete(event).where(event.c.stack_id == stack_id, event.c.id <= last)).rowcount


def list_events(
    connection: Connection,
    stack_ids: Sequence[str],
    *,
    filters: Mapping[str, Sequence[str]],
    limit: int | None = None,
    marker: str | None = None,
    sort_keys: Sequence[str] = (),
    descending: bool = True,
) -> list[EventRow]:
    """Events of the stacks; ``filters`` map a column to the values that it may have; ``marker`` is an event's uuid."""
    columns = [SORTABLE[key] for key in sort_keys if key in SORTABLE] or [event.c.id]
    if event.c.id not in columns:
        columns = [*columns, event.c.id]
    query = select(event).where(event.c.stack_id.in_(stack_ids))
    for name, values in filters.items():
        query = query.where(event.c[name].in_(list(values)))
    if marker is not None:
        at = connection.scalar(select(event.c.id).where(event.c.uuid == marker))
        if at is not None:
            query = query.where(event.c.id < at if descending else event.c.id > at)
    query = query.order_by(*(column.desc() if descending else column.asc() for column in columns))
    if limit is not None:
        query = query.limit(limit)
    return [EventRow.from_row(row) for row in connection.execute(query).mappings()]
