"""What an operator does about stored stacks: judge, reset, purge, look."""

from __future__ import annotations

import datetime
import pathlib
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update

from heat_mq.clock import Clock
from heat_mq.crypt import Box
from heat_mq.db import tables
from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import StackRow
from heat_mq.db.repo import blobs, purge, resources, stacks
from heat_mq.state.sealed import seal_data
from heat_mq.traversal.audit import audit
from heat_mq.traversal.finish import stack_event
from heat_mq.traversal.integrity import check
from heat_mq.traversal.records import Verdict
from tests.counting import statements
from tests.integration.manage import KEY, Manage
from tests.integration.store import NOW, new_resource


@pytest.fixture
def manage(database_url: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Manage]:
    found = Manage(database_url, tmp_path, capsys)
    yield found
    found.store.database.dispose()


def write(manage: Manage, statement: Any, rows: list[dict[str, Any]] | None = None) -> None:
    manage.store.database.write(lambda connection: connection.execute(statement, rows).rowcount)


def count(manage: Manage, table: Any) -> int:
    return manage.store.database.read(lambda c: c.scalar(select(func.count()).select_from(table))) or 0


# --- services ---------------------------------------------------------------------------------


def test_the_work_of_engines_that_are_down_is_given_back(manage: Manage) -> None:
    dead, alive = manage.store.engine(), manage.store.engine()
    stack = manage.store.create({"a": (), "b": ()})
    assert len(manage.store.claim(dead)) == 2
    manage.store.expire(dead)
    listed = manage("service", "list").out
    assert [line.split()[2] for line in sorted(listed[1:])] == [
        "down" if engine == dead else "up" for engine in sorted((dead, alive))
    ]
    assert manage("service", "clean").out[0].startswith("1 engines that are down are forgotten, 2 steps")
    assert manage.store.states(stack.traversal_id) == {"a": "WAITING", "b": "WAITING"}
    assert [line.split()[0] for line in manage("service", "list").out[1:]] == [alive]
    assert manage("service", "clean").out[0].startswith("0 engines")


# --- integrity --------------------------------------------------------------------------------


def break_things(manage: Manage, made: list[StackRow]) -> None:
    """One rule after the other, each in another stack."""
    node, resource, stack, traversal = tables.node, tables.resource, tables.stack, tables.traversal
    row = new_resource(made[5], "b", status="COMPLETE")
    for statement in (
        update(node).where(node.c.stack_id == made[0].id).values(pending=7),
        update(node).where(node.c.stack_id == made[1].id).values(state=NodeState.LEASED, engine_id=str(uuid.uuid4())),
        update(stack).where(stack.c.id == made[2].id).values(status="COMPLETE"),
        update(traversal).where(traversal.c.stack_id == made[3].id).values(unfinished=9),
        update(stack).where(stack.c.id == made[4].id).values(owner_id=str(uuid.uuid4())),
        insert(resource).values(resources.row_values(row)),
        insert(resource).values(resources.row_values(new_resource(made[5], "b", status="COMPLETE"))),
        update(stack).where(stack.c.id == made[6].id).values(traversal_id=made[0].traversal_id),
    ):
        write(manage, statement)


def test_a_legal_state_is_told_to_be_so(manage: Manage) -> None:
    engine = manage.store.engine()
    for number in range(5):
        manage.store.create({"a": (), "b": ("a",)}, f"stack-{number}")
    manage.store.claim(engine, 3)
    assert manage("stack", "integrity", "--batch", "2").out == ["The stored state is legal."]


def test_what_is_not_legal_is_told_with_the_stack_s_id_whatever_the_batch(manage: Manage) -> None:
    made = [manage.store.create({"a": (), "b": ("a",)}, f"stack-{number}") for number in range(8)]
    break_things(manage, made)
    whole = manage.store.database.read(check)
    assert len(whole) >= 7
    for batch in ("1", "3", "100"):
        said = manage("stack", "integrity", "--batch", batch)
        assert said.status == 1
        told = [line.partition(": ") for line in said.out[:-1]]
        # Told of a stack that borrows another's traversal: that of the other is none of its own.
        assert {text for _, _, text in told} >= set(whole)
        assert {stack_id for stack_id, _, _ in told} == {stack.id for stack in made[:7]}
        assert said.out[-1] == f"{len(told)} violations."


def test_what_belongs_to_no_stack_is_told(manage: Manage) -> None:
    stack = manage.store.create({"a": ()})
    lost = new_resource(stack, "lost", stack_id=str(uuid.uuid4()))
    write(manage, insert(tables.resource).values(resources.row_values(lost)))
    write(manage, tables.traversal.delete().where(tables.traversal.c.id == stack.traversal_id))
    said = manage("stack", "integrity")
    assert f"{lost.stack_id}: resource lost ({lost.id}) outlives its stack" in said.out
    assert any(line.startswith(f"{stack.id}: node 0") and "belongs to no traversal" in line for line in said.out)
    assert said.status == 1


def test_the_check_takes_as_many_statements_for_each_page_however_large_the_database(manage: Manage) -> None:
    def cost(of: int) -> int:
        database = manage.store.database
        with statements(database.engine) as seen:
            assert list(audit(database, of)) == []
        return len(seen)

    for number in range(12):
        manage.store.create({"a": (), "b": ("a",)}, f"stack-{number}")
    one_page, two_pages, three_pages = cost(12), cost(6), cost(4)
    assert two_pages - one_page == three_pages - two_pages <= 12


def test_a_page_is_read_as_it_was_at_one_moment(manage: Manage) -> None:
    stack = manage.store.create({"a": ()})

    def look(connection: Connection) -> list[str]:
        def status() -> str:
            row = stacks.get_stack(connection, stack.id)
            assert row is not None
            return row.status

        before = status()
        write(manage, update(tables.stack).values(status="COMPLETE"))
        return [before, status()]

    assert manage.store.database.read_moment(look) == ["IN_PROGRESS", "IN_PROGRESS"]
    assert manage.store.stack(stack).status == "COMPLETE"


# --- reset ------------------------------------------------------------------------------------


def test_a_stack_is_reset_with_what_is_nested_in_it_and_its_workers_write_nothing_more(manage: Manage) -> None:
    store, engine = manage.store, manage.store.engine()
    parent = store.create({"child": (), "later": ("child",)}, "parent")
    child = store.create({"a": ()}, "child", owner_id=parent.id, root_id=parent.id, nested_depth=1)
    other = store.create({"a": ()}, "other")
    rows = [resources.row_values(new_resource(stack, "a")) for stack in (parent, child)]
    write(manage, insert(tables.resource), rows)
    held = store.claim(engine)
    said = manage("reset_stack_status", parent.id, "--yes")
    assert (said.status, said.out) == (0, [f"{child.id} child: CREATE FAILED", f"{parent.id} parent: CREATE FAILED"])
    for stack in (parent, child):
        now = store.stack(stack)
        assert (now.action, now.status, now.status_reason) == ("CREATE", "FAILED", "Stack status manually reset")
        assert set(store.states(stack.traversal_id).values()) == {"SKIPPED"}
        assert [row.status for row in store.rows(stack)] == ["FAILED"]
    assert store.stack(other).status == "IN_PROGRESS"
    settled = store.end(engine, held)
    lost = {node.stack_id for node, verdict in zip(held, settled.verdicts, strict=True) if verdict is Verdict.LOST}
    assert lost == {parent.id, child.id}
    assert manage("reset_stack_status", parent.id, "--yes").out == [f"{parent.id}: nothing is in progress."]
    # Another action may begin.
    assert store.start(store.stack(parent), {"a": ()}) is not None
    assert manage("stack", "integrity").status == 0


def test_a_stack_in_progress_without_a_traversal_is_reset(manage: Manage) -> None:
    stack = manage.store.create({})
    write(manage, update(tables.stack).values(action="UPDATE", status="IN_PROGRESS"))
    assert manage("reset_stack_status", stack.id, "-y").out == [f"{stack.id} stack: UPDATE FAILED"]
    assert manage.store.stack(stack).status == "FAILED"


def test_a_reset_asks_first(manage: Manage, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = manage.store.create({"a": ()})
    answers = iter(["n", "", "y"])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    for _ in range(2):
        assert manage("reset_stack_status", stack.id).status == 1
        assert manage.store.stack(stack).status == "IN_PROGRESS"
    assert manage("reset_stack_status", stack.id).status == 0
    assert manage.store.stack(stack).status == "FAILED"
    unknown = manage("reset_stack_status", "unknown")
    assert (unknown.status, unknown.err) == (1, "There is no stack unknown.\n")


# --- purge ------------------------------------------------------------------------------------


def stored(manage: Manage, name: str, deleted: datetime.timedelta | None, text: str, **more: Any) -> StackRow:
    """A stack with all kinds of rows about it, deleted so long ago."""
    stack = manage.store.create({}, name, template_digest=blobs.digest_of(text), **more)
    now = Clock().now().replace(tzinfo=None)

    def add(connection: Connection) -> None:
        blobs.put_blobs(connection, [text])
        stacks.set_tags(connection, stack.id, ["one", "two"])
        values = {"deleted_at": now - deleted, "live_name": None, "action": "DELETE"} if deleted is not None else {}
        stacks.update_stack(connection, stack.id, {"name": name, **values})
        connection.execute(insert(tables.event).values(stack_event(stack, "DELETE", "COMPLETE", "gone", NOW)))

    manage.store.database.write(add)
    return stack


def days(number: float) -> datetime.timedelta:
    return datetime.timedelta(days=number)


def names(manage: Manage) -> set[str]:
    return set(manage.store.database.read(lambda c: list(c.scalars(select(tables.stack.c.name)))))


def test_what_is_left_of_stacks_deleted_long_ago_is_removed_in_batches(manage: Manage) -> None:
    stored(manage, "alive", None, "shared")
    stored(manage, "lately", days(3), "lately")
    for number in range(5):
        stored(manage, f"old-{number}", days(100), f"old {number % 2}")
    stored(manage, "old-shared", days(100), "shared")
    # The deletion of a snapshot is about the snapshot, which is gone.
    forgotten = {"stack_id": str(uuid.uuid4()), "action": "FORGET", "state": "COMPLETE", "created_at": NOW}
    copied = select(tables.traversal).limit(1)
    (row,) = manage.store.database.read(lambda c: c.execute(copied).mappings().all())
    write(manage, insert(tables.traversal).values({**row, "id": str(uuid.uuid4()), **forgotten}))
    assert count(manage, tables.blob) == 4
    assert manage("purge_deleted", "-b", "2").out == ["6 stacks and 2 texts are removed."]
    assert names(manage) == {"alive", "lately"}
    for table, left in ((tables.stack_tag, 4), (tables.traversal, 2), (tables.node, 0)):
        assert count(manage, table) == left
    bodies = select(tables.blob.c.body).order_by(tables.blob.c.body)
    assert manage.store.database.read(lambda c: list(c.scalars(bodies))) == ["lately", "shared"]
    assert manage("purge_deleted").out == ["0 stacks and 0 texts are removed."]


def test_the_age_is_counted_in_any_unit_and_a_project_may_be_named(manage: Manage) -> None:
    stored(manage, "now", datetime.timedelta(seconds=5), "a")
    stored(manage, "an hour", datetime.timedelta(hours=1), "b")
    stored(manage, "another's", days(9), "c", project_id="other")
    stored(manage, "mine", days(9), "d")
    assert manage("purge_deleted", "1", "-g", "days", "-p", "other").out[0].startswith("1 stacks")
    assert names(manage) == {"now", "an hour", "mine"}
    assert manage("purge_deleted", "120", "-g", "minutes").out[0].startswith("1 stacks")
    assert manage("purge_deleted", "3000", "--granularity", "seconds").out[0].startswith("1 stacks")
    assert names(manage) == {"now"}
    assert manage("purge_deleted", "999999999").out[0].startswith("0 stacks")
    assert manage("purge_deleted", "0").out[0].startswith("1 stacks")
    assert names(manage) == set()


@pytest.mark.parametrize("words", [["-1"], ["many"], ["1", "-g", "weeks"], ["1", "-b", "0"]])
def test_an_age_that_makes_no_sense_is_refused(manage: Manage, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        manage("purge_deleted", *words)
    assert ended.value.code == 2


def test_a_text_that_a_request_is_about_to_name_is_not_removed(manage: Manage) -> None:
    database, text = manage.store.database, "kept"
    database.write(blobs.put_blobs, [text])
    holds, begun = threading.Event(), threading.Event()

    def store(connection: Connection) -> None:
        blobs.put_blobs(connection, [text])
        holds.set()
        assert begun.wait(60)
        values = stacks.get_stack(connection, stack.id)
        assert values is not None
        stacks.update_stack(connection, stack.id, {"template_digest": blobs.digest_of(text)})

    stack = manage.store.create({"a": ()})
    thread = threading.Thread(target=database.write, args=(store,))
    thread.start()
    assert holds.wait(60)
    begun.set()
    removed = database.write(purge.purge_blobs, [blobs.digest_of(text)])
    thread.join()
    assert removed == 0
    assert database.read(blobs.get_blobs, [blobs.digest_of(text)])


# --- looks ------------------------------------------------------------------------------------


def test_what_a_resource_keeps_is_printed_unsealed(manage: Manage) -> None:
    stack = manage.store.create({"a": ()})
    row = new_resource(stack, "a", physical_id="p-1", data=seal_data(Box([KEY]), {"key": "s3cret", "n": 2}))
    write(manage, insert(tables.resource).values(resources.row_values(row)))
    for reference in (row.id, "p-1"):
        assert manage("resource_data_list", reference).out == ["key = s3cret", "n = 2"]
    assert manage("resource_data_list", "nothing").status == 1


def test_there_is_nothing_to_migrate(manage: Manage) -> None:
    stack = manage.store.create({"a": ()})
    assert manage("migrate_convergence_1", stack.id).status == 0
    assert manage("migrate_convergence_1", "unknown").status == 1
    assert manage("migrate_properties_data").status == 0
    assert manage("db_version").out == manage("db", "version").out == manage("db_sync").out
