"""The world's database: SQLite with the world's clock, and the moments at which something can happen to a worker."""

from __future__ import annotations

import functools
import pathlib
import tempfile
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, QueuePool, create_engine, event
from sqlalchemy.util import LRUCache

from heat_mq.clock import FakeClock
from heat_mq.db.models import Base
from heat_mq.db.session import Database, Work, Write

_COMPILED = LRUCache(2000)

#: Called with "before" or "after" a transaction of a worker; may raise what is to happen there.
Moment = Callable[[str], None]


@functools.cache
def empty_database() -> bytes:
    """A file with the schema, made once."""
    with tempfile.TemporaryDirectory() as directory:
        engine = create_engine(f"sqlite:///{directory}/empty.sqlite")
        Base.metadata.create_all(engine)
        engine.dispose()
        return pathlib.Path(directory, "empty.sqlite").read_bytes()


class SimDatabase(Database):
    """Counts the transactions of workers, and lets things happen around each.

    ``lost`` is asked after a commit, a worker's or a request's: when it says so nobody hears of it, and the
    transaction is tried again, as it is when a connection breaks.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, outbox=True)
        self.working = False
        self.transactions = 0
        self.moment: Moment = lambda when: None
        self.lost: Callable[[], bool] = lambda: False

    def write(self, work: Work[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self.working:
            return super().write(work, *args, **kwargs)
        self.transactions += 1
        self.moment("before")
        answer = super().write(work, *args, **kwargs)
        self.moment("after")
        return answer

    def _write_once(self, write: Write, work: Work[..., Any], *args: Any, **kwargs: Any) -> Any:
        answer = super()._write_once(write, work, *args, **kwargs)
        if self.lost():
            answer = super()._write_once(write, work, *args, **kwargs)
        return answer


class FileDatabase(SimDatabase):
    """In a file of its own that is gone with the test's directory."""

    def __init__(self, directory: pathlib.Path, clock: FakeClock) -> None:
        path = directory / f"{uuid.uuid4().hex}.sqlite"
        path.write_bytes(empty_database())
        self._clock = clock
        super().__init__(f"sqlite:///{path}")

    def _connect(self) -> Engine:
        engine = super()._connect()
        event.listen(engine, "connect", self._hold_clock)
        # oslo.db opens SQLite's file for each transaction: here that would be most of the work.
        # Every world has the same statements.
        engine._compiled_cache = _COMPILED
        engine.pool = QueuePool(engine.pool._creator, pool_size=2, _dispatch=engine.pool.dispatch)
        return engine

    def _hold_clock(self, connection: Any, record: Any) -> None:
        """The database's clock is the world's."""
        connection.create_function("julianday", 1, lambda text: self._clock.now().timestamp() / 86400.0 + 2440587.5)
        connection.execute("PRAGMA synchronous=OFF")
