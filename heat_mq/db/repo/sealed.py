"""Values that are sealed wherever they are kept, to be sealed anew with another key."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Final

from sqlalchemy import Connection, Table, bindparam, select, update

from heat_mq.db.models import Base

#: The columns that hold sealed values, by table; each of these tables has an ``id``.
SEALED: Final = {
    "credential": ("sealed",),
    "resource": ("properties", "attributes", "data"),
    "resource_copy": ("data",),
    "snapshot": ("parameters",),
    "software_config": ("body",),
    "software_deployment": ("input_values", "output_values"),
    "stack": ("parameters", "previous_parameters"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Resealed:
    """What became of some rows of a table: ``last`` is the id of the last one, None when there was none."""

    last: str | None
    changed: tuple[str, ...]
    unreadable: tuple[str, ...]


def sealed_tables() -> Iterator[Table]:
    """The tables with sealed values, in order of their names."""
    for name in SEALED:
        yield Base.metadata.tables[name]


def reseal_rows(
    connection: Connection, table: Table, after: str, limit: int, anew: Callable[[str], str | None]
) -> Resealed:
    """Seal the values of rows with ids greater than ``after``, in order.

    ``anew`` gives what is to be stored instead of a value, the same value to leave it, None when it cannot be read.
    The rows are locked meanwhile: nobody else's write is lost.
    """
    columns = [table.c[name] for name in SEALED[table.name]]
    query = select(table.c.id, *columns).where(table.c.id > after).order_by(table.c.id).limit(limit).with_for_update()
    rows = connection.execute(query).mappings().all()
    changed, unreadable = [], []
    for row in rows:
        values = {column.name: anew(row[column.name]) if row[column.name] else row[column.name] for column in columns}
        if any(values[column.name] is None and row[column.name] for column in columns):
            unreadable.append(row["id"])
        values = {name: row[name] if value is None else value for name, value in values.items()}
        if any(values[column.name] != row[column.name] for column in columns):
            changed.append({"row_id": row["id"], **{f"new_{name}": value for name, value in values.items()}})
    if changed:
        statement = update(table).where(table.c.id == bindparam("row_id"))
        connection.execute(
            statement.values({column.name: bindparam(f"new_{column.name}") for column in columns}), changed
        )
    return Resealed(rows[-1]["id"] if rows else None, tuple(row["row_id"] for row in changed), tuple(unreadable))


def some_values(connection: Connection, rows: int) -> list[str]:
    """The sealed values of so many rows of each table: ids are random, so the first by id are a sample."""
    found: list[str] = []
    for table in sealed_tables():
        columns = [table.c[name] for name in SEALED[table.name]]
        for row in connection.execute(select(*columns).order_by(table.c.id).limit(rows)):
            found += [value for value in row if value]
    return found
