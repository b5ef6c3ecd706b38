"""Many rows cost few messages to the database's server."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2.extensions
import pytest

from heat_mq.db.repo import resources
from tests.integration import services
from tests.integration.store import Store, new_resource


class Counting(psycopg2.extensions.cursor):
    """Each ``execute`` is a message to the server and its answer."""

    messages = 0

    def execute(self, query: object, values: object = None) -> None:
        type(self).messages += 1
        super().execute(query, values)  # type: ignore[arg-type]

    def executemany(self, query: object, rows: object) -> None:
        type(self).messages += len(rows)  # type: ignore[arg-type]
        super().executemany(query, rows)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with services.database("postgresql", tmp_path) as url:
        store = Store(url)
        yield store
        store.close()


def test_rows_that_are_known_already_are_written_in_one_message(store: Store) -> None:
    stack = store.create({"a": ()})
    rows = [new_resource(stack, f"r{number}") for number in range(200)]
    for _ in range(2):

        def write(connection) -> int:
            connection.connection.dbapi_connection.cursor_factory = Counting
            Counting.messages = 0
            resources.write_resources(connection, rows)
            connection.connection.dbapi_connection.cursor_factory = None
            return Counting.messages

        assert store.database.write(write) == 1
