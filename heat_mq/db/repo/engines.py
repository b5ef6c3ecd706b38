"""Engine workers and their leases."""

from __future__ import annotations

import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from heat_mq.db.records import EngineRow
from heat_mq.db.session import is_repeated
from heat_mq.db.tables import engine
from heat_mq.db.types import epoch_now


def register_engine(
    connection: Connection,
    *,
    engine_id: str,
    host: str,
    hostname: str,
    topic: str,
    report_interval: int,
    lease_seconds: float,
    now: datetime.datetime,
) -> None:
    if is_repeated(connection):
        remove_engines(connection, [engine_id])  # what was registered unheard: its lease has begun too early
    connection.execute(
        insert(engine).values(
            id=engine_id,
            host=host,
            hostname=hostname,
            binary="heat-mq-engine",
            topic=topic,
            report_interval=report_interval,
            created_at=now,
            updated_at=now,
            expires_at=epoch_now() + lease_seconds,
        )
    )


def renew_engine(connection: Connection, engine_id: str, lease_seconds: float, now: datetime.datetime) -> bool:
    """Prolong the lease; False means that it ran out and was swept: everything this worker owned is another's."""
    done = connection.execute(
        update(engine)
        .where(engine.c.id == engine_id, engine.c.expires_at > epoch_now())
        .values(expires_at=epoch_now() + lease_seconds, updated_at=now)
    )
    return done.rowcount == 1


def remove_engines(connection: Connection, engine_ids: list[str]) -> int:
    return connection.execute(delete(engine).where(engine.c.id.in_(engine_ids))).rowcount


def expired_engines(connection: Connection) -> list[str]:
    return list(connection.scalars(select(engine.c.id).where(engine.c.expires_at <= epoch_now())))


def count_engines(connection: Connection) -> int:
    """How many are alive."""
    query = select(func.count()).select_from(engine).where(engine.c.expires_at > epoch_now())
    return connection.scalar(query) or 0


def list_engines(connection: Connection) -> list[tuple[EngineRow, bool]]:
    """Every worker, with whether its lease holds."""
    rows = connection.execute(select(engine, (engine.c.expires_at > epoch_now()).label("alive")).order_by(engine.c.id))
    found = []
    for row in rows.mappings():
        values = dict(row)
        alive = bool(values.pop("alive"))
        found.append((EngineRow.from_row(values), alive))
    return found
