"""Events: written in bulk, read in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from heat_mq.db.records import EventRow
from heat_mq.db.tables import event, sink_event, stack

SORTABLE = {"event_time": event.c.id, "created_at": event.c.id, "resource_type": event.c.resource_type}


def insert_events(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write events in the order given, and what event sinks are to be told.

    The key ``told`` of a row says whether its stack has sinks; where it is missing the stack is asked.
    """
    if not rows:
        return
    values = [{name: value for name, value in row.items() if name != "told"} for row in rows]
    connection.execute(insert(event), values)
    unknown = {row["stack_id"] for row in rows if "told" not in row}
    telling: set[str] = set()
    if unknown:
        telling = set(connection.scalars(select(stack.c.id).where(stack.c.id.in_(sorted(unknown)), stack.c.has_sinks)))
    waiting = [
        {"stack_id": row["stack_id"], "event_uuid": row["uuid"]}
        for row in rows
        if row.get("told", row["stack_id"] in telling)
    ]
    if waiting:
        connection.execute(insert(sink_event), waiting)


def has_event(connection: Connection, event_uuid: str) -> bool:
    """Whether an event was written."""
    return connection.execute(select(event.c.id).where(event.c.uuid == event_uuid).limit(1)).first() is not None


def trim_events(connection: Connection, stack_ids: Collection[str], keep: int, batch: int) -> int:
    """Drop the oldest events of each stack that has more than ``keep``, ``batch`` at least; answers how many went.

    0 keeps all.
    """
    if keep <= 0:
        return 0
    count = func.count()
    query = select(event.c.stack_id, count).where(event.c.stack_id.in_(sorted(stack_ids))).group_by(event.c.stack_id)
    return sum(
        _drop_oldest(connection, stack_id, min(there, max(there - keep, batch)))
        for stack_id, there in connection.execute(query.having(count > keep)).all()
    )


def _drop_oldest(connection: Connection, stack_id: str, number: int) -> int:
    mine = event.c.stack_id == stack_id
    last = connection.scalar(select(event.c.id).where(mine).order_by(event.c.id).offset(number - 1).limit(1))
    return connection.execute(delete(event).where(mine, event.c.id <= last)).rowcount


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


def properties_before(connection: Connection, of: EventRow) -> Any:
    """The properties that the newest event of the same resource up to this one told; None when none did."""
    query = select(event.c.properties).where(
        event.c.stack_id == of.stack_id,
        event.c.resource_name == of.resource_name,
        event.c.id <= of.id,
        event.c.properties.is_not(None),
    )
    return connection.scalar(query.order_by(event.c.id.desc()).limit(1))
