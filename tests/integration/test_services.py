"""What the other tests of this ring stand on."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest
import sqlalchemy
from kombu import Connection

from heat_mq import concurrency
from tests.integration import services

SCENARIO = pathlib.Path(__file__).parents[1] / "unit" / "concurrency" / "scenario.py"


def test_a_database_is_empty_and_keeps_any_character(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    table = sqlalchemy.Table("t", sqlalchemy.MetaData(), sqlalchemy.Column("name", sqlalchemy.String(20)))
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert().values(name="grüße 🌍"))
        assert connection.scalar(sqlalchemy.select(table.c.name)) == "grüße 🌍"
    engine.dispose()


def test_the_broker_takes_and_gives_messages(transport_url: str) -> None:
    with Connection(transport_url.replace("rabbit://", "amqp://"), connect_timeout=60) as connection:
        queue = connection.SimpleQueue("probe")
        queue.put({"n": 1})
        message = queue.get(timeout=60)
        assert message.payload == {"n": 1}
        message.ack()
        queue.close()


@pytest.mark.parametrize("backend", concurrency.BACKENDS)
def test_a_slow_statement_holds_only_its_own_thread(backend: str, tmp_path: pathlib.Path) -> None:
    with services.database("postgresql", tmp_path) as url:
        done = subprocess.run(
            [sys.executable, str(SCENARIO), backend, "postgresql_does_not_hold_others"],
            env={"DSN": url.replace("+psycopg2", "")},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
    assert done.returncode == 0, done.stderr
