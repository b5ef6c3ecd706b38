"""The services that tests run against, and fresh rooms in them. Nothing here skips: what is missing is an error."""

from __future__ import annotations

import functools
import os
import pathlib
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import sqlalchemy

REPOSITORY = pathlib.Path(__file__).parents[2]

#: With connections and transactions side by side.
SERVERS = ("mariadb", "postgresql")
DATABASES = ("sqlite", *SERVERS)


@functools.cache
def urls() -> dict[str, str]:
    """The URLs of ``tools/services env`` by variable, after the services have been started where they were not."""
    answer = subprocess.run([REPOSITORY / "tools" / "services", "env"], capture_output=True, text=True, check=True)
    found = dict(line.split("=", 1) for line in answer.stdout.splitlines())
    if not all(_answers(url) for url in found.values()):
        started = subprocess.run(
            [REPOSITORY / "tools" / "services", "start"], capture_output=True, text=True, check=False, timeout=600
        )
        silent = [url.rpartition("@")[2] for url in found.values() if not _answers(url)]
        if silent:
            raise RuntimeError(f"no service answers on {', '.join(silent)}; tools/services says:\n{started.stderr}")
    return found


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=3).close()
    except OSError:
        return False
    return True


# A test that failed may have left connections. DROP DATABASE ... WITH (FORCE) would end them too, but it is refused
# while autovacuum, which is not this user's, works in the database; the plain statement sends autovacuum away itself.
_CUT_OFF = sqlalchemy.text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name AND usename = current_user"
)


@contextmanager
def database(kind: str, directory: pathlib.Path) -> Iterator[str]:
    """The URL of a fresh, empty database of ``kind`` (see DATABASES), which is dropped afterwards."""
    name = f"heat_mq_test_{uuid.uuid4().hex[:16]}"
    if kind == "sqlite":
        yield f"sqlite:///{directory / name}.sqlite"
        return
    given = sqlalchemy.make_url(urls()[f"HEAT_MQ_TEST_{kind.upper()}_URL"])
    if kind == "mariadb":
        url, create, door = given.update_query_dict({"charset": "utf8mb4"}), "CHARACTER SET utf8mb4", given
    else:
        url, create, door = given, "", given.set(database=given.database or "postgres")
    engine = sqlalchemy.create_engine(door, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} {create}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            if kind == "postgresql":
                connection.execute(_CUT_OFF, {"name": name})
            connection.exec_driver_sql(f"DROP DATABASE {name}")


@contextmanager
def broker() -> Iterator[str]:
    """A transport URL of RabbitMQ with a virtual host of its own.

    Only RabbitMQ's administrator can make one; where that is somebody else, its URL is used as it was given.
    """
    url = urls()["HEAT_MQ_TEST_RABBIT_URL"]
    name = f"heat_mq_test_{uuid.uuid4().hex[:16]}"
    control = _control(name)
    if control is None:
        yield url
        return
    parts = urlsplit(url)
    subprocess.run(
        [*control, "set_permissions", "-p", name, parts.username or "guest", ".*", ".*", ".*"],
        check=True,
        capture_output=True,
    )
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        subprocess.run([*control, "delete_vhost", name], check=True, capture_output=True)


def _control(vhost: str) -> list[str] | None:
    """The command that administers the broker, after it has made ``vhost``."""
    if shutil.which("rabbitmqctl") is None:
        return None
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for node in (["-n", "rabbit@localhost"], []):
        command = [*root, "rabbitmqctl", "-q", *node]
        if subprocess.run([*command, "add_vhost", vhost], capture_output=True, check=False).returncode == 0:
            return command
    return None
