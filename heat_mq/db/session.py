"""Engines and transactions: one way in for reads, one for writes, with retry in one place."""

from __future__ import annotations

import dataclasses
import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Concatenate, ParamSpec, TypeVar

import tenacity
from oslo_db import api as oslo_api
from oslo_db import exception as db_errors
from oslo_db.sqlalchemy import engines, exc_filters
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from heat_mq.db.upsert import CHUNK

LOG = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
WRITE = "heat_mq_write"
Work = Callable[Concatenate[Connection, P], T]

_RETRY = oslo_api.wrap_db_retry(
    max_retries=30,
    retry_interval=0.05,
    inc_retry_interval=True,
    max_retry_interval=2,
    retry_on_disconnect=True,
    retry_on_deadlock=True,
    jitter=True,
)


@dataclasses.dataclass(slots=True)
class Write:
    """One call of :meth:`Database.write`: its id, how often its transaction was begun, and whether it notifies."""

    outbox: bool = False
    id: str = dataclasses.field(default_factory=lambda: str(uuid.uuid4()))
    tries: int = 0


def write_id(connection: Connection) -> str:
    """An id of its own for each :meth:`Database.write`, the same however often its transaction is tried."""
    return str(connection.get_execution_options()[WRITE].id)


def is_repeated(connection: Connection) -> bool:
    """Whether the transaction was tried before: then it may be committed already, and nobody has heard of it.

    What it finds in its way may be its own; it must answer as the first try would have.
    """
    return int(connection.get_execution_options()[WRITE].tries) > 1


def has_outbox(connection: Connection) -> bool:
    """Whether what happens in the transaction is to be told by notifications."""
    return bool(connection.get_execution_options()[WRITE].outbox)


class Database:
    """The shared state. ``read`` and ``write`` run a function in one transaction and give back its answer.

    The function takes the connection first; it may be run again after a deadlock or a lost connection, so it must
    have no effect besides its statements. Isolation is READ COMMITTED everywhere (SQLite: one writer at a time).
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        overflow: int = 0,
        wait: float = 60.0,
        recycle: int = 3600,
        outbox: bool = False,
    ) -> None:
        """``pool_size`` connections at most are kept, ``overflow`` more are opened when they are all in use.

        Whoever wants another waits up to ``wait`` seconds. A connection lives for ``recycle`` seconds.
        With ``outbox`` transactions write notifications of what happens in them.
        """
        self.outbox = outbox
        self.url = _with_charset(url)
        self.dialect = make_url(self.url).get_backend_name()
        self._pool = {
            "pool_size": pool_size,
            "max_overflow": overflow,
            "pool_timeout": wait,
            "pool_recycle": recycle,
        }
        self._engine: Engine | None = None
        self._starting = threading.Lock()
        self._anchor: Any = None
        # SQLite's own lock would block the whole process when green threads contend for it.
        self._writer: AbstractContextManager[Any] = threading.Lock() if self.dialect == "sqlite" else nullcontext()

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, connected at first use (after a fork, never before)."""
        if self._engine is None:
            with self._starting:
                if self._engine is None:
                    self._engine = self._connect()
        return self._engine

    def _connect(self) -> Engine:
        if self.dialect == "sqlite":
            engine = _sqlite_engine(self.url)
            # SQLite writes its log into the database when the last connection closes: let that wait until the end.
            self._anchor = engine.raw_connection()
            self._anchor.driver_connection.execute("PRAGMA journal_mode=WAL")  # the file remembers it
            return engine
        return _server_engine(self.url, self._pool)

    def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work(connection, …)``, which changes nothing; each statement sees what is committed when it begins."""

        def once() -> T:
            with self.engine.connect() as connection:
                if self.dialect == "postgresql":  # there it costs nothing to ask for, and saves BEGIN and ROLLBACK
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                return work(connection, *args, **kwargs)

        return _RETRY(once)()

    def read_moment(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``read``, but all statements see what was committed when the first one began."""

        def once() -> T:
            with self.engine.connect() as connection, connection.begin():
                if self.dialect != "sqlite":  # whose transactions are like that
                    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
                return work(connection, *args, **kwargs)

        return _RETRY(once)()

    def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work(connection, …)`` in a transaction and commit it.

        A commit whose answer was lost is repeated too: :func:`write_id` and :func:`is_repeated` tell the work that it
        is the same one.
        """
        write = Write(self.outbox)
        return _RETRY(lambda: self._write_once(write, work, *args, **kwargs))()

    def _write_once(self, write: Write, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        write.tries += 1
        with self._writer, self._connection_for_writing() as connection:
            connection.execution_options(**{WRITE: write})
            with connection.begin():
                return work(connection, *args, **kwargs)

    def _connection_for_writing(self) -> Connection:
        connection = self.engine.connect()
        if self.dialect == "sqlite":
            # A transaction that begins as a reader cannot become a writer once another has written: lock first.
            # oslo.db emits the BEGIN unless the connection says that there is one.
            connection.connection.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
            connection.info["in_transaction"] = True
        return connection

    def dispose(self) -> None:
        """Close the pooled connections."""
        if self._engine is not None:
            if self._anchor is not None:
                self._anchor.close()
                self._anchor = None
            self._engine.dispose()
            self._engine = None


def _with_charset(url: str) -> str:
    parsed = make_url(url)
    if parsed.get_backend_name() in ("mysql", "mariadb"):
        charset = parsed.query.get("charset")
        if charset is None or charset in ("utf8", "utf8mb3"):
            parsed = parsed.update_query_dict({"charset": "utf8mb4"})
    return parsed.render_as_string(hide_password=False)


def _server_engine(url: str, pool: Mapping[str, Any]) -> Engine:
    """An engine for a database server, once it answers; DBConnectionError when it does not within a minute.

    A transaction is its own statements and its COMMIT, nothing else: there is no ping before it, since whoever meets a
    dead connection runs again (the first to do so empties the pool), and no ROLLBACK after it, since reads and writes
    end what they begin.
    """
    options: dict[str, Any] = {**pool, "pool_pre_ping": False, "pool_reset_on_return": None}
    if make_url(url).get_driver_name() == "psycopg2":  # which would send each row of an upsert on its own
        options |= {"executemany_mode": "values_plus_batch", "executemany_batch_page_size": CHUNK}
    engine = create_engine(url, **options)
    exc_filters.register_engine(engine)
    if engine.dialect.name in ("mysql", "mariadb"):
        event.listen(engine, "connect", _mysql_connected)
    answers = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(db_errors.DBConnectionError),
        wait=tenacity.wait_fixed(1),
        stop=tenacity.stop_after_attempt(60),
        before_sleep=tenacity.before_sleep_log(LOG, logging.WARNING),
        reraise=True,
    )
    answers(lambda: engine.connect().close())
    return engine


def _sqlite_engine(url: str) -> Engine:
    engine = engines.create_engine(url, thread_checkin=False)
    event.listen(engine, "connect", _sqlite_connected)
    engine.dispose()  # oslo.db has tried a connection before anybody could listen: it is not as ours must be
    return engine


def _mysql_connected(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    cursor.close()


def _sqlite_connected(connection: Any, record: Any) -> None:
    for pragma in ("synchronous=NORMAL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
