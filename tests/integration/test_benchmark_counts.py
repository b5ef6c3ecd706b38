"""The benchmarks count what a database is sent: not what was asked of the driver, which may be less or more."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import sqlalchemy

from tests.integration.services import REPOSITORY

#: In a process of its own, for the drivers stay wrapped.
SCRIPT = """
import json, pathlib, sys
import sqlalchemy
from benchmarks.probe import tally, wires
directory, url = pathlib.Path(sys.argv[1]), sys.argv[2]
wires.install(tally.Tally(directory))
engine = sqlalchemy.create_engine(url, pool_pre_ping=True, pool_reset_on_return=None)
engine.connect().close()
table = sqlalchemy.Table("heat_mq_a", sqlalchemy.MetaData(), sqlalchemy.Column("b", sqlalchemy.Integer))
table.create(engine)
before = tally.read(directory)
with engine.begin() as connection:
    connection.execute(sqlalchemy.text("INSERT INTO heat_mq_a VALUES (:b)"), [{"b": 1}, {"b": 2}, {"b": 3}])
    connection.execute(sqlalchemy.update(table).where(table.c.b > 1).values(b=4))
    connection.execute(sqlalchemy.select(table)).all()
with engine.connect() as connection:
    connection.execute(sqlalchemy.delete(table))
    connection.rollback()
counted = tally.difference(tally.read(directory), before)
print(json.dumps({name: count for name, count in counted.items() if count}))
"""

#: psycopg2 sends three statements where PyMySQL makes one of the rows; a ping is a SELECT or a packet of its own.
INSERTS = {"mysql": 1, "postgresql": 3, "sqlite": 3}
#: PyMySQL does not begin what the server begins by itself.
BEGINS = {"mysql": {}, "postgresql": {"begin": 2}, "sqlite": {"begin": 2}}


def test_what_is_sent_is_counted_by_kind(tmp_path: pathlib.Path, database_url: str):
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), database_url]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    kind = sqlalchemy.make_url(database_url).get_backend_name()
    assert (
        json.loads(done.stdout)
        == {
            "insert": INSERTS[kind],
            "update": 1,
            "select": 1,
            "delete": 1,
            "commit": 1,
            "rollback": 1,
            "ping": 2,
        }
        | BEGINS[kind]
    )
