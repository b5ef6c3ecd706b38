"""A broker and databases of one's own, to be killed: what other tests share is left alone."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
from collections.abc import Callable

import sqlalchemy
from kombu import Connection

from tests.ports import free_ports
from tests.waiting import until


def _find(name: str, *places: str) -> str:
    for place in (os.environ["PATH"], *places):
        if found := shutil.which(name, path=place):
            return found
    raise RuntimeError(f"{name} is missing: tools/services installs it")


class Server:
    """A program with a directory and a port of its own; ``user`` runs it when root may not."""

    user = ""

    def __init__(self, directory: pathlib.Path) -> None:
        self.directory = directory / type(self).__name__.lower()
        self.directory.mkdir(mode=0o755, parents=True)
        self.port = free_ports()
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(self.directory, self.user)
        self._prepare()

    def start(self) -> None:
        """Return when it serves."""
        until(self._serves, f"{type(self).__name__} on port {self.port}", every=0.2)

    def _serves(self) -> bool:
        # What was killed may still hold its lock for a moment, so that its successor ends at once.
        if self._process is None or self._process.poll() is not None:
            self._spawn()
        return self._answers()

    def _spawn(self) -> None:
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as_user(), *self._command()],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, **self._environment()},
                cwd=self.directory,
            )

    def kill(self) -> None:
        """SIGKILL to all of it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    # --- what each is -------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Make what it needs in its directory."""

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _environment(self) -> dict[str, str]:
        return {}

    def _answers(self) -> bool:
        raise NotImplementedError

    def _as_user(self) -> list[str]:
        return ["runuser", "-u", self.user, "--"] if os.geteuid() == 0 else []

    def _run(self, *command: str) -> None:
        done = subprocess.run([*self._as_user(), *command], capture_output=True, text=True, cwd=self.directory)
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"


class Database(Server):
    """A database server with one empty database in it."""

    def url(self, port: int | None = None) -> str:
        """Of the database, through ``port`` when that is another one."""
        raise NotImplementedError

    def _answers(self) -> bool:
        return _succeeds(lambda: self._ask(self.url()))

    def _ask(self, url: str, *statements: str) -> None:
        engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


class MariaDB(Database):
    user = "mysql"

    def url(self, port: int | None = None) -> str:
        return f"mysql+pymysql://heat_mq:heat_mq@127.0.0.1:{port or self.port}/heat_mq?charset=utf8mb4"

    def _prepare(self) -> None:
        (self.directory / "init.sql").write_text(
            "CREATE DATABASE IF NOT EXISTS heat_mq CHARACTER SET utf8mb4;\n"
            "CREATE USER IF NOT EXISTS 'heat_mq'@'%' IDENTIFIED BY 'heat_mq';\n"
            "CREATE USER IF NOT EXISTS 'heat_mq'@'localhost' IDENTIFIED BY 'heat_mq';\n"
            "GRANT ALL ON heat_mq.* TO 'heat_mq'@'%';\nGRANT ALL ON heat_mq.* TO 'heat_mq'@'localhost';\n"
        )
        data = f"--datadir={self.directory}/data"
        self._run(_find("mariadb-install-db"), "--no-defaults", data, "--skip-test-db", "--auth-root-authentication-method=normal")  # fmt: skip  # noqa: E501

    def _command(self) -> list[str]:
        given = {
            "datadir": f"{self.directory}/data",
            "port": self.port,
            "socket": f"{self.directory}/socket",
            "pid-file": f"{self.directory}/pid",
            "bind-address": "127.0.0.1",
            "max-connections": 500,
            "init-file": f"{self.directory}/init.sql",
        }
        options = [f"--{name}={value}" for name, value in given.items()]
        return [_find("mariadbd", "/usr/sbin", "/usr/libexec"), "--no-defaults", *options]


class PostgreSQL(Database):
    user = "postgres"

    def url(self, port: int | None = None) -> str:
        return self._url("heat_mq", port)

    def _url(self, database: str, port: int | None = None) -> str:
        return f"postgresql+psycopg2://heat_mq@127.0.0.1:{port or self.port}/{database}"

    def _prepare(self) -> None:
        self._run(self._program("initdb"), "-D", f"{self.directory}/data", "-U", "heat_mq", "-E", "UTF8", "--auth=trust")  # fmt: skip  # noqa: E501

    def _command(self) -> list[str]:
        where = ["-D", f"{self.directory}/data", "-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.directory)]
        return [self._program("postgres"), *where, "-c", "max_connections=300"]

    def _answers(self) -> bool:
        if super()._answers():
            return True
        return _succeeds(lambda: self._ask(self._url("postgres"), "CREATE DATABASE heat_mq"))

    @staticmethod
    def _program(name: str) -> str:
        places = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        return _find(name, *map(os.fspath, places))


class RabbitMQ(Server):
    user = "rabbitmq"

    def url(self, port: int | None = None) -> str:
        return f"rabbit://guest:guest@127.0.0.1:{port or self.port}/"

    def _prepare(self) -> None:
        (self.directory / "rabbitmq.conf").write_text(f"listeners.tcp.local = 127.0.0.1:{self.port}\nlog.console = true\n")  # fmt: skip  # noqa: E501
        (self.directory / "plugins").write_text("[].\n")

    def _command(self) -> list[str]:
        return [_find("rabbitmq-server", "/usr/lib/rabbitmq/bin", "/usr/sbin")]

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.directory),
            "RABBITMQ_NODENAME": f"chaos_{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_ports()),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONFIG_FILE": f"{self.directory}/rabbitmq",
            "RABBITMQ_MNESIA_BASE": f"{self.directory}/data",
            "RABBITMQ_LOG_BASE": str(self.directory),
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{self.directory}/plugins",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def _answers(self) -> bool:
        return _succeeds(self._greet)

    def _greet(self) -> None:
        with Connection(f"amqp://guest:guest@127.0.0.1:{self.port}//", connect_timeout=5) as connection:
            connection.connect()


DATABASES: dict[str, type[Database]] = {"mariadb": MariaDB, "postgresql": PostgreSQL}


def _succeeds(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Exception:
        return False
    return True
