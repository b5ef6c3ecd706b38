"""The outbox of notifications."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from heat_mq.db.records import NoticeRow
from heat_mq.db.tables import notice


def notice_row(
    event_type: str, payload: Mapping[str, Any], now: datetime.datetime, *, failed: bool = False
) -> dict[str, Any]:
    return {"event_type": event_type, "failed": failed, "payload": dict(payload), "created_at": now}


def add_notices(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Have them sent, in this order, once this transaction is committed."""
    if rows:
        connection.execute(insert(notice), list(rows))


def lock_notices(connection: Connection, limit: int) -> list[NoticeRow]:
    """The oldest that nobody else is sending, locked until the transaction ends."""
    query = select(notice).order_by(notice.c.id).limit(limit)
    if connection.dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True)
    return [NoticeRow.from_row(row) for row in connection.execute(query).mappings()]


def any_notice(connection: Connection) -> bool:
    return connection.execute(select(notice.c.id).limit(1)).first() is not None


def remove_notices(connection: Connection, ids: Sequence[int]) -> None:
    connection.execute(delete(notice).where(notice.c.id.in_(sorted(ids))))
