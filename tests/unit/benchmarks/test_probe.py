"""What is counted, of which kind, and in which process."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest
import sqlalchemy

from benchmarks.probe import tally, wires
from benchmarks.probe.statements import kind_of
from heat_mq.rpc import contract

REPOSITORY = pathlib.Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT a FROM b FOR UPDATE", "select"),
        (b"  insert INTO a VALUES (1)", "insert"),
        ("REPLACE INTO a VALUES (1)", "insert"),
        ("(SELECT 1 FROM a) UNION (SELECT 2)", "select"),
        ("UPDATE a SET b = 1", "update"),
        ("DELETE FROM a", "delete"),
        ("WITH due AS (SELECT id FROM a WHERE x IN (1, 2)) UPDATE a SET b = 1", "update"),
        ("WITH due (id) AS (SELECT 1), more AS (DELETE FROM c RETURNING id) SELECT * FROM due", "select"),
        ("START TRANSACTION", "begin"),
        ("BEGIN IMMEDIATE", "begin"),
        ("COMMIT", "commit"),
        ("ROLLBACK", "rollback"),
        ("SELECT 1", "ping"),
        ("SELECT 1 FROM a", "select"),
        ("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", "other"),
        ("SAVEPOINT a", "other"),
        ("", "other"),
    ],
)
def test_a_statement_is_of_the_kind_of_its_main_word(sql: str | bytes, kind: str):
    assert kind_of(sql) == kind


@pytest.mark.parametrize(
    ("exchange", "key", "kind"),
    [
        ("heat_mq", contract.ENGINE_TOPIC, "call"),
        ("heat_mq", f"{contract.WORKER_TOPIC}.host", "bell"),
        ("", "reply_0a62", "reply"),
        ("reply_0a62", "reply_0a62", "reply"),
        ("heat_mq", "notifications.info", "other_message"),
    ],
)
def test_a_message_is_of_the_kind_of_its_topic(exchange: str, key: str, kind: str):
    assert wires.message_kind(exchange, key) == kind


def test_counts_are_read_from_outside_while_they_grow(tmp_path: pathlib.Path):
    counts = tally.Tally(tmp_path)
    counts.add("select")
    before = tally.read(tmp_path)
    counts.add("select", 2)
    counts.add("bell")
    grown = tally.difference(tally.read(tmp_path), before)
    assert {name: count for name, count in grown.items() if count} == {"select": 2, "bell": 1}
    with pytest.raises(KeyError, match="nonsense"):
        counts.add("nonsense")


FORKING = """
import os, pathlib, sys
from benchmarks.probe.tally import Tally
counts = Tally(pathlib.Path(sys.argv[1]))
os.register_at_fork(after_in_child=counts.restart)
counts.add("insert", 5)
if child := os.fork():
    os.waitpid(child, 0)
    counts.add("insert")
else:
    counts.add("insert", 2)
"""


def test_a_forked_child_counts_for_itself_and_both_are_summed(tmp_path: pathlib.Path):
    # In a process of its own: what is to be done at a fork cannot be taken back.
    subprocess.run([sys.executable, "-c", FORKING, str(tmp_path)], cwd=REPOSITORY, check=True, timeout=60)
    assert tally.read(tmp_path)["insert"] == 8
    assert len(list(tmp_path.iterdir())) == 2


def test_nothing_has_been_counted_in_an_empty_directory(tmp_path: pathlib.Path):
    assert set(tally.difference(tally.read(tmp_path), {}).values()) == {0}


def test_every_row_of_a_statement_for_many_counts_where_the_database_runs_each(tmp_path: pathlib.Path):
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.pool.StaticPool)
    wires.count_sqlite(tally.Tally(tmp_path), engine.pool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (b INTEGER)")
        connection.exec_driver_sql("INSERT INTO a VALUES (?)", [(1,), (2,), (3,)])
        connection.exec_driver_sql("UPDATE a SET b = 4 WHERE b > 1")
    engine.dispose()
    counted = tally.read(tmp_path)
    assert (counted["insert"], counted["update"], counted["commit"]) == (3, 1, 1)
