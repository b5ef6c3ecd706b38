"""Counts at the drivers: what PyMySQL, psycopg2 and SQLite execute, what py-amqp and the fake driver publish.

A driver's ``executemany`` may be one statement or many, and a transaction begins without anybody asking for it: only
where the driver writes is the number of statements that of the server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.probe.statements import kind_of
from benchmarks.probe.tally import Tally


def install(tally: Tally) -> None:
    """Wrap the drivers of this process. Call it once, after a process that shall be green has been patched."""
    count_pymysql(tally)
    count_psycopg2(tally)
    count_sqlite(tally)
    count_amqp(tally)
    count_fake(tally)


def count_pymysql(tally: Tally) -> None:
    """Every packet of a command that goes to MariaDB or MySQL."""
    from pymysql.connections import Connection
    from pymysql.constants import COMMAND

    send: Callable[..., Any] = Connection._execute_command

    def counting(self: Any, command: int, sql: Any) -> Any:
        if command == COMMAND.COM_QUERY:
            tally.add(kind_of(sql[:20_000]))
        elif command == COMMAND.COM_PING:
            tally.add("ping")
        elif command != COMMAND.COM_QUIT:
            tally.add("other")
        return send(self, command, sql)

    Connection._execute_command = counting


def count_psycopg2(tally: Tally) -> None:
    """psycopg2 opens a transaction before the first statement; a commit or rollback without one sends nothing."""
    import psycopg2
    from psycopg2 import extensions

    def begun(connection: Any) -> bool:
        return bool(connection.status != extensions.STATUS_READY)

    class Connection(extensions.connection):
        def commit(self) -> None:
            if begun(self):
                tally.add("commit")
            super().commit()

        def rollback(self) -> None:
            if begun(self):
                tally.add("rollback")
            super().rollback()

    class Cursor(extensions.cursor):
        def execute(self, query: Any, vars: Any = None) -> None:
            self._count(query, 1)
            super().execute(query, vars)

        def executemany(self, query: Any, vars_list: Any) -> None:
            every = list(vars_list)
            self._count(query, len(every))
            super().executemany(query, every)

        def _count(self, query: Any, times: int) -> None:
            if times and not self.connection.autocommit and not begun(self.connection):
                tally.add("begin")
            tally.add(kind_of(query if isinstance(query, str | bytes) else query.as_string(self)), times)

    connect: Callable[..., Any] = psycopg2.connect

    def counting(*args: Any, **kwargs: Any) -> Any:
        return connect(*args, **{"connection_factory": Connection, "cursor_factory": Cursor, **kwargs})

    psycopg2.connect = counting


def count_sqlite(tally: Tally, pool: Any = None) -> None:
    """SQLite itself tells what it runs, on connections of this pool or of all that are made."""
    import sqlalchemy.pool

    def traced(connection: Any, record: Any) -> None:
        if hasattr(connection, "set_trace_callback"):
            connection.set_trace_callback(lambda sql: tally.add(kind_of(sql[:20_000])))

    sqlalchemy.event.listen(pool or sqlalchemy.pool.Pool, "connect", traced)


def count_amqp(tally: Tally) -> None:
    """Each message that is published, replies too."""
    from amqp.channel import Channel

    publish: Callable[..., Any] = Channel._basic_publish

    def counting(self: Any, msg: Any, exchange: str = "", routing_key: str = "", **kwargs: Any) -> Any:
        tally.add(message_kind(exchange, routing_key))
        return publish(self, msg, exchange, routing_key, **kwargs)

    Channel._basic_publish = Channel.basic_publish = counting


def count_fake(tally: Tally) -> None:
    """The same for messages that stay in the process."""
    from oslo_messaging._drivers import impl_fake

    deliver: Callable[..., Any] = impl_fake.FakeExchange.deliver_message
    reply: Callable[..., Any] = impl_fake.FakeIncomingMessage.reply

    def delivering(self: Any, topic: str, *args: Any, **kwargs: Any) -> Any:
        tally.add(message_kind("", topic))
        return deliver(self, topic, *args, **kwargs)

    def replying(self: Any, *args: Any, **kwargs: Any) -> Any:
        # A cast is "answered" too, to nobody.
        if self._reply_q:
            tally.add("reply")
        return reply(self, *args, **kwargs)

    impl_fake.FakeExchange.deliver_message = delivering
    impl_fake.FakeIncomingMessage.reply = replying


def message_kind(exchange: str, routing_key: str) -> str:
    """A name of ``tally.MESSAGES``: call to an engine, reply to it, bell of the workers, or other."""
    from heat_mq.rpc import contract

    if exchange.startswith("reply_") or routing_key.startswith("reply_"):
        return "reply"
    topic = routing_key.partition(".")[0]
    return {contract.ENGINE_TOPIC: "call", contract.WORKER_TOPIC: "bell"}.get(topic, "other_message")
