"""The schema's version, and bringing it up to date."""

from __future__ import annotations

import warnings
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from heat_mq.db.session import Database

SCRIPTS = Path(__file__).parent / "migrations"


def sync(database: Database, revision: str = "head") -> None:
    """Apply the migrations up to ``revision``; one that was applied is not applied again."""
    with database.engine.connect() as connection, warnings.catch_warnings():
        # SQLite and MySQL cannot tell the differences that alembic warns about.
        warnings.simplefilter("ignore")
        command.upgrade(_config(connection), revision)
        connection.commit()


def version(database: Database) -> str | None:
    """The revision that the database is at, None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest revision that this code knows."""
    return str(ScriptDirectory.from_config(_config(None)).get_current_head())


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
