"""Sees in the database when stacks have ended: asking the API would be work for what is measured."""

from __future__ import annotations

import dataclasses
import datetime
import time
from collections.abc import Collection

import sqlalchemy

_EVERY = 0.01
_STACKS = sqlalchemy.text("SELECT id, action, status, status_reason FROM stack WHERE id IN :ids").bindparams(
    sqlalchemy.bindparam("ids", expanding=True)
)
_EVENTS = sqlalchemy.text(
    "SELECT resource_name, action, status, created_at FROM event WHERE stack_id = :id ORDER BY id"
)


@dataclasses.dataclass(frozen=True, slots=True)
class End:
    """How a stack has ended: ``CREATE_COMPLETE`` and why, or ``gone``."""

    status: str
    reason: str = ""


class Ends:
    """A connection of its own, which no counter sees. One row for each stack is read every ten milliseconds."""

    def __init__(self, database: str) -> None:
        self._engine = sqlalchemy.create_engine(database, isolation_level="AUTOCOMMIT")

    def wait(self, ids: Collection[str], action: str, seconds: float = 3600) -> dict[str, End]:
        """Return when every stack has ended ``action`` or is gone, with how; TimeoutError when that takes too long."""
        ended: dict[str, End] = {}
        deadline = time.monotonic() + seconds
        while missing := [identity for identity in ids if identity not in ended]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(missing)} of {len(ids)} stacks did not end {action} within {seconds:g} s")
            ended |= self._ended(missing, action)
            if len(ended) < len(ids):
                time.sleep(_EVERY)
        return ended

    def _ended(self, ids: list[str], action: str) -> dict[str, End]:
        with self._engine.connect() as connection:
            rows = {row.id: row for row in connection.execute(_STACKS, {"ids": ids})}
        found = {identity: End("gone") for identity in ids if identity not in rows}
        for identity, row in rows.items():
            if row.action == action and row.status != "IN_PROGRESS":
                found[identity] = End(f"{row.action}_{row.status}", row.status_reason)
        return found

    def event_times(self, stack_id: str) -> list[tuple[str, str, datetime.datetime]]:
        """Resource, ``ACTION_STATUS`` and time of the stack's events, the oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_EVENTS, {"id": stack_id}).all()
        return [(row.resource_name, f"{row.action}_{row.status}", _moment(row.created_at)) for row in rows]

    def close(self) -> None:
        self._engine.dispose()


def _moment(value: datetime.datetime | str) -> datetime.datetime:
    """SQLite gives text."""
    return datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
