"""``heat-mq-manage`` in this process, over a store on any of the databases."""

from __future__ import annotations

import dataclasses
import pathlib

import pytest

from heat_mq.cmd import manage, status
from heat_mq.db import schema
from tests.integration.store import Store

KEY = "the key that is in force at present"
FORMER = "the key that was in force before it"


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """How a command ended."""

    status: int
    out: list[str]
    err: str


class Manage:
    """Commands, with a configuration file of their own."""

    def __init__(self, url: str, directory: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store = Store(url)
        self._capsys = capsys
        self._url = url
        self._file = directory / "heat_mq.conf"
        self.configure(KEY)
        # The tables are those of the models; this notes which revision that is.
        self.stamp()

    def stamp(self) -> None:
        """Let the database say that it has the newest schema."""
        with self.store.database.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.head()}')")

    def configure(self, key: str | None, *former: str) -> None:
        """Which keys are in force; None sets none."""
        self._file.write_text(
            "[DEFAULT]\ntransport_url = fake://\n"
            + (f"auth_encryption_key = {key}\n" if key else "")
            + f"[engine]\nformer_encryption_keys = {','.join(former)}\n"
            + f"[database]\nconnection = {self._url}\n"
        )

    def __call__(self, *words: str) -> Said:
        """``heat-mq-manage WORDS``."""
        return self._run(manage.main, words)

    def upgrade_check(self) -> Said:
        """``heat-mq-status upgrade check --json``."""
        return self._run(status.main, ("upgrade", "check", "--json"))

    def _run(self, main: object, words: tuple[str, ...]) -> Said:
        self._capsys.readouterr()
        ended = main(["--config-file", str(self._file), *words])  # type: ignore[operator]
        said = self._capsys.readouterr()
        return Said(ended, said.out.splitlines(), said.err)
