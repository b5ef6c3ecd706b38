"""The migrations make the schema that the models describe, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from heat_mq.db import schema
from heat_mq.db.models import Base
from heat_mq.db.session import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


def test_from_empty_the_migrations_make_what_the_models_say(database: Database) -> None:
    assert schema.version(database) is None
    schema.sync(database)
    assert schema.version(database) == schema.head()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        if database.dialect == "mysql":
            tables = connection.exec_driver_sql(
                "SELECT table_name, engine, table_collation FROM information_schema.tables"
                " WHERE table_schema = database()"
            ).all()
            made = {row[0]: row[1:] for row in tables}
            assert {made[name] for name in Base.metadata.tables} == {("InnoDB", "utf8mb4_bin")}


def test_a_second_sync_changes_nothing(database: Database) -> None:
    schema.sync(database)
    before = _described(database)
    schema.sync(database)
    assert _described(database) == before


def test_models_and_migrations_name_their_indexes_alike(database: Database) -> None:
    schema.sync(database)
    found = inspect(database.engine)
    for name, table in Base.metadata.tables.items():
        indexes = {index["name"] for index in found.get_indexes(name) if not index.get("duplicates_constraint")}
        unique = {item["name"] for item in found.get_unique_constraints(name)}
        assert {str(index.name) for index in table.indexes} == indexes - unique
        assert [column.name for column in table.primary_key.columns] == found.get_pk_constraint(name)[
            "constrained_columns"
        ]


def _described(database: Database) -> dict[str, list[str]]:
    found = inspect(database.engine)
    return {name: sorted(column["name"] for column in found.get_columns(name)) for name in found.get_table_names()}
