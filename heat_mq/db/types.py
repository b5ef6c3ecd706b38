"""Column types and SQL functions that MariaDB, PostgreSQL and SQLite share."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import CHAR, DateTime, Double, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import functions
from sqlalchemy.types import TypeDecorator

Uuid = CHAR(36)
Digest = CHAR(64)
Name = String(255)
Word = String(32)
LongText = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
Moment = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
"""A time of day in UTC with microseconds, without a zone."""
Epoch = Double
"""Seconds since 1970 by the database's clock: leases, wake-ups and deadlines are compared there."""


class Json(TypeDecorator[Any]):
    """A JSON value kept as text; databases need not look inside."""

    impl = LongText
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        return None if value is None else json.loads(value)


class epoch_now(functions.FunctionElement[float]):
    """Now, in seconds since 1970, by the clock of the database (one clock for all engines)."""

    type = Double()
    inherit_cache = True


@compiles(epoch_now, "mysql")
@compiles(epoch_now, "mariadb")
def _mysql(element: Any, compiler: Any, **kwargs: Any) -> str:
    return "UNIX_TIMESTAMP(SYSDATE(6))"


@compiles(epoch_now, "postgresql")
def _postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    return "EXTRACT(EPOCH FROM clock_timestamp())"


@compiles(epoch_now, "sqlite")
def _sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"
