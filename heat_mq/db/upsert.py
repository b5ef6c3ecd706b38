"""Many rows in one statement, on three databases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import mysql, postgresql, sqlite

CHUNK = 500
"""Keys in one condition: SQLite takes 32,766 bound values."""


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that leaves rows alone whose key is there."""
    match connection.dialect.name:
        case "mysql" | "mariadb":
            return mysql.insert(table).prefix_with("IGNORE")
        case "postgresql":
            return postgresql.insert(table).on_conflict_do_nothing()
        case _:
            return sqlite.insert(table).on_conflict_do_nothing()


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], *, keep: Collection[str] = ()) -> None:
    """Write whole rows by primary key, in as few statements as the database's driver makes of them.

    All rows have the same keys. Columns in ``keep`` are written for new rows only. Rows are sorted by key, so that
    two writers take locks in one order.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key.columns]
    changed = [name for name in rows[0] if name not in keys and name not in keep]
    # One statement text however many rows there are, so that it is compiled once.
    statement: Any
    match connection.dialect.name:
        case "mysql" | "mariadb":
            into = mysql.insert(table)
            statement = into.on_duplicate_key_update({name: into.inserted[name] for name in changed})
        case "postgresql":
            pg = postgresql.insert(table)
            statement = pg.on_conflict_do_update(
                index_elements=keys, set_={name: pg.excluded[name] for name in changed}
            )
        case _:
            lite = sqlite.insert(table)
            statement = lite.on_conflict_do_update(
                index_elements=keys, set_={name: lite.excluded[name] for name in changed}
            )
    connection.execute(statement, sorted(rows, key=lambda row: tuple(row[key] for key in keys)))
