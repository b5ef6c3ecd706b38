"""The database that the configuration names, and what to say when it cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from oslo_config import cfg
from oslo_db import exception as db_errors
from sqlalchemy import exc, make_url

from heat_mq.db import schema
from heat_mq.db.session import Database
from heat_mq.errors import BadConfiguration

_UNREACHABLE = (exc.OperationalError, db_errors.DBConnectionError, db_errors.DBNonExistentDatabase)


def make_database(conf: cfg.ConfigOpts, *, outbox: bool = False) -> Database:
    """The database, not connected yet; raises BadConfiguration when none is named or its URL is none.

    With ``outbox`` notifications are written there.
    """
    if not conf.database.connection:
        raise BadConfiguration(
            "[database] connection is not set: it names the database, such as sqlite:////var/lib/heat_mq/db"
        )
    try:
        return Database(
            conf.database.connection,
            pool_size=conf.database.max_pool_size,
            overflow=conf.database.max_overflow,
            wait=conf.database.pool_timeout or 60.0,
            recycle=conf.database.connection_recycle_time,
            outbox=outbox,
        )
    except exc.ArgumentError as error:
        raise BadConfiguration(
            "[database] connection is no URL of a database; one has the form DIALECT+DRIVER://USER:PASSWORD@HOST/NAME"
        ) from error


@contextmanager
def in_use(database: Database) -> Iterator[None]:
    """Raise BadConfiguration, without the password, when the database does not let us in."""
    try:
        yield
    except (*_UNREACHABLE, exc.NoSuchModuleError, ModuleNotFoundError) as error:
        shown = make_url(database.url).render_as_string(hide_password=True)
        why = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise BadConfiguration(f"the database {shown} cannot be used: {why}") from error


def check_schema(database: Database) -> None:
    """Raise BadConfiguration unless the database can be used and has this code's schema."""
    with in_use(database):
        found, wanted = schema.version(database), schema.head()
    if found != wanted:
        raise BadConfiguration(
            f"the database is at schema {found or 'none'}, this program needs {wanted}: run 'heat-mq-manage db sync'"
        )
