"""A connection that is killed in the middle of a transaction, and a deadlock: the work is done again, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from heat_mq.db.repo import nodes
from tests.integration.services import SERVERS
from tests.integration.store import Store, at_once

#: SQLite has one writer at a time, a reader sees one moment, and there is no connection to cut.
on_servers = pytest.mark.parametrize("database_url", SERVERS, indirect=True)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


@on_servers
def test_a_transaction_whose_connection_is_killed_is_run_again(store: Store) -> None:
    store.create({f"n{at}": () for at in range(10)})
    engine = store.engine()
    tries: list[int] = []

    def claim(connection: Connection) -> list[Any]:
        claimed, _ = nodes.claim_nodes(connection, engine, 5)
        tries.append(len(claimed))
        if len(tries) == 1:
            _kill(store, connection)
        nodes.count_ready(connection, 10)
        return claimed

    claimed = store.database.write(claim)
    assert tries == [5, 5]
    assert [node.fence for node in claimed] == [1] * 5
    assert len(store.claim(engine)) == 5


@on_servers
def test_a_deadlock_is_run_again(store: Store) -> None:
    stack = store.create({"a": (), "b": ()})
    both = threading.Barrier(2)
    tries: list[str] = []

    def crossed(first: int, second: int) -> Any:
        def work(connection: Connection) -> None:
            tries.append(f"{first}")
            nodes.save_progress(connection, [(stack.traversal_id, first)], {"by": first})
            if len(tries) <= 2:
                both.wait(timeout=60)
            nodes.save_progress(connection, [(stack.traversal_id, second)], {"by": first})

        return lambda: store.database.write(work)

    at_once(crossed(0, 1), crossed(1, 0))
    assert len(tries) == 3
    progress = {node.progress["by"] for node in store.nodes(stack.traversal_id).values()}
    assert len(progress) == 1


def _kill(store: Store, connection: Connection) -> None:
    """End the connection from outside, as a failing server does."""
    if store.database.dialect == "postgresql":
        number = connection.scalar(text("SELECT pg_backend_pid()"))
        statement = text(f"SELECT pg_terminate_backend({number})")
    else:
        number = connection.scalar(text("SELECT CONNECTION_ID()"))
        statement = text(f"KILL {number}")
    with store.database.engine.connect() as other:
        other.execute(statement)


@on_servers
def test_every_connection_reads_what_is_committed(store: Store) -> None:
    """A transaction must see what others have committed since it began, or it would act on what is over."""
    stack = store.create({"a": ()})

    def look(connection: Connection) -> list[int]:
        seen = [row.fence for row in nodes.get_nodes(connection, [(stack.traversal_id, 0)])]
        store.claim(engine)
        return seen + [row.fence for row in nodes.get_nodes(connection, [(stack.traversal_id, 0)])]

    engine = store.engine()
    assert store.database.read(look) == [0, 1]
