"""Begin, supersede and end actions: one traversal may change a stack, whatever comes at the same time."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator

import pytest
from oslo_db import exception as db_errors
from sqlalchemy import Connection

from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.repo import resources, stacks
from heat_mq.graph.plan import Kind, Operation, Plan
from heat_mq.scheduler.run import lease_of
from heat_mq.traversal.records import Change, Verdict
from heat_mq.traversal.start import store_plan, supersede
from tests.integration.store import NOW, Store, at_once, new_resource


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


def test_a_plan_without_nodes_is_over_at_once(store: Store) -> None:
    stack = store.create({})
    assert (store.stack(stack).status, store.events(stack)) == ("COMPLETE", ["stack CREATE_COMPLETE"])
    store.start(store.stack(stack), {})
    assert store.events(stack)[1:] == ["stack UPDATE_IN_PROGRESS", "stack UPDATE_COMPLETE"]


def test_of_many_actions_at_once_one_is_begun(store: Store) -> None:
    stack = store.create({"a": ()})
    begun = at_once(*(lambda: store.start(stack, {"a": ()}) for _ in range(6)))
    (won,) = [item for item in begun if item is not None]
    assert store.stack(stack).traversal_id == won
    assert store.states(stack.traversal_id) == {"a": "SKIPPED"}


def test_of_many_creates_of_one_name_one_wins_and_a_deleted_stack_frees_it(store: Store) -> None:
    def create() -> str:
        try:
            return store.create({}, "name").id
        except db_errors.DBDuplicateEntry:
            return ""

    (won,) = [item for item in at_once(*(create for _ in range(6))) if item]
    stack = store.create({}, "Name")  # names differ by case
    assert stack.id != won
    store.create({}, "name", project_id="another project")
    store.start(store.stack(stack), {}, "DELETE", Kind.CLEANUP)
    assert not store.stack(stack).is_live
    store.create({}, "Name")


def test_a_newer_action_waits_for_what_a_worker_has_in_hand(store: Store) -> None:
    stack = store.create({"a": (), "b": ["a"], "x": ()})
    engine = store.engine()
    held = {node.name: node for node in store.claim(engine)}
    store.end(engine, [held.pop("x")])
    newer = store.start(store.stack(stack), {"a": (), "b": ["a"], "x": ()})
    assert newer is not None
    assert store.traversal(stack.traversal_id).state == TraversalState.SUPERSEDED
    assert store.states(stack.traversal_id) == {"a": "LEASED", "b": "SKIPPED", "x": "DONE"}
    (x,) = store.claim(engine)
    assert x.name == "x"
    # What the worker has done is kept, what it would begin is refused.
    (old,) = held.values()
    row = new_resource(stack, "a")
    assert store.settle(engine, [Change(lease_of(old), rows=(row,), begins=True)]).verdicts == [Verdict.SUPERSEDED]
    assert store.rows(stack) == []
    assert store.settle(engine, [Change(lease_of(old), rows=(row,))]).verdicts == [Verdict.SUPERSEDED]
    assert [item.id for item in store.rows(stack)] == [row.id]
    assert store.claim(engine) == []
    assert store.end(engine, [old]).released
    (a,) = store.claim(engine)
    assert (a.name, a.traversal_id) == ("a", newer)
    store.end(engine, [a, x])
    store.end(engine, store.claim(engine))
    store.database.write(resources.delete_resources, [row.id])


def test_a_third_action_waits_for_the_first_ones_work(store: Store) -> None:
    stack = store.create({"a": ()})
    engine = store.engine()
    (old,) = store.claim(engine)
    second = store.start(store.stack(stack), {"a": ()})
    third = store.start(store.stack(stack), {"a": ()})
    assert second is not None
    assert third is not None
    assert store.claim(engine) == []
    store.end(engine, [old])
    assert [node.traversal_id for node in store.claim(engine)] == [third]


def test_what_a_resource_in_hand_uses_waits_for_it_too_and_comes_back_from_a_dead_worker(store: Store) -> None:
    stack = store.create({"a": (), "b": (), "free": ()})
    engine = store.engine()
    held = store.claim(engine)
    rows = {name: new_resource(stack, name, status="COMPLETE") for name in ("net", "other", "free")}
    rows |= {name: new_resource(stack, name, requires=[rows["net"].id, rows["other"].id]) for name in ("a", "b")}
    store.database.write(resources.write_resources, list(rows.values()))
    store.end(engine, [node for node in held if node.name == "free"])
    wanted = ("net", "other", "a", "b", "free")
    newer = store.start(
        store.stack(stack), Plan.of({Operation(Kind.CHECK, name, rows[name].id): () for name in wanted})
    )
    assert newer is not None
    assert {name: node.pending for name, node in store.nodes(newer).items()} == {
        "net": 2,
        "other": 2,
        "a": 1,
        "b": 1,
        "free": 0,
    }
    store.end(engine, [node for node in held if node.name == "a"])
    assert {node.name for node in store.claim(engine)} == {"free", "a"}
    store.expire(engine)
    store.sweep()
    another = store.engine()
    (old,) = [node for node in store.claim(another) if node.name == "b"]
    store.end(another, [old])
    assert {node.name for node in store.claim(another)} == {"net", "other", "b"}
    store.database.write(resources.delete_resources, sorted(row.id for row in rows.values()))


def test_every_newer_node_about_a_resource_waits_for_the_old_one(store: Store) -> None:
    stack = store.create({"a": ()})
    engine = store.engine()
    (old,) = store.claim(engine)
    ids = [str(uuid.uuid4()) for _ in range(2)]
    plan = Plan.of({Operation(Kind.CLEANUP, "a", row_id): () for row_id in ids})
    newer = str(uuid.uuid4())

    def delete(connection: Connection) -> None:
        stacks.update_stack(connection, stack.id, {"traversal_id": newer, "action": "DELETE"})
        store_plan(
            connection,
            traversal_id=newer,
            stack_id=stack.id,
            action="DELETE",
            plan=plan,
            in_flight=supersede(connection, stack, NOW),
            timeout_seconds=60,
            rollback=False,
            now=NOW,
        )

    store.database.write(delete)
    assert store.claim(engine) == []
    store.end(engine, [old])
    taken = []
    while claimed := store.claim(engine):
        taken += claimed
        store.end(engine, claimed)
    assert {node.resource_id for node in taken} == set(ids)
    assert not store.stack(stack).is_live


def test_superseding_while_workers_settle_loses_no_node(store: Store) -> None:
    """The end of the old action and the begin of the new one meet in every order."""
    for turn in range(8):
        stack = store.create({f"n{at}": () for at in range(6)}, f"stack{turn}")
        engine = store.engine()
        held = store.claim(engine)
        at_once(
            lambda held=held, engine=engine: store.end(engine, held[:3]),
            lambda held=held, engine=engine: store.end(engine, held[3:]),
            lambda stack=stack: store.start(stack, {f"n{at}": () for at in range(6)}),
        )
        while claimed := store.claim(engine):
            store.end(engine, claimed)
        assert store.stack(stack).status == "COMPLETE"


def test_a_node_that_parks_after_it_was_superseded_ends(store: Store) -> None:
    stack = store.create({"a": ()})
    engine = store.engine()
    (old,) = store.claim(engine)
    store.start(store.stack(stack), {"a": ()})
    assert store.settle(engine, [Change(lease_of(old), park=True)]).verdicts == [Verdict.SUPERSEDED]
    assert store.states(stack.traversal_id) == {"a": "SKIPPED"}
    assert len(store.claim(engine)) == 1


def test_an_action_whose_time_is_up_ends_and_aborts_what_is_in_progress(store: Store) -> None:
    stack = store.create({"a": (), "b": ["a"]}, timeout=-1.0)
    engine = store.engine()
    (held,) = store.claim(engine)
    row = new_resource(stack, "a")
    store.settle(engine, [Change(lease_of(held), rows=(row,))])
    (finished,) = store.sweep().finished
    assert (finished.stack_id, finished.status) == (stack.id, "FAILED")
    assert store.stack(stack).status_reason == "Timed out"
    assert [(item.status, item.status_reason) for item in store.rows(stack)] == [("FAILED", "CREATE aborted")]
    assert store.states(stack.traversal_id) == {"a": "LEASED", "b": "SKIPPED"}
    assert not store.sweep().finished
    # The worker stores what its last call made, and lets go: the resource stays aborted, with the id.
    store.settle(engine, [Change(lease_of(held), rows=(dataclasses.replace(row, physical_id="made"),))])
    store.end(engine, [held])
    assert [(item.status, item.physical_id) for item in store.rows(stack)] == [("FAILED", "made")]


def test_a_timeout_and_a_newer_action_at_once_leave_one_of_them(store: Store) -> None:
    for turn in range(6):
        stack = store.create({"a": ()}, f"stack{turn}", timeout=-1.0)
        swept, newer = at_once(store.sweep, lambda stack=stack: store.start(stack, {"a": ()}))
        assert newer is not None
        assert len(swept.finished) in (0, 1)
        assert store.stack(stack).status == "IN_PROGRESS"
        assert store.states(newer) == {"a": "WAITING"}


def test_a_failure_with_rollback_leaves_a_node_that_plans_the_way_back(store: Store) -> None:
    stack = store.create({"a": ()}, rollback=True)
    engine = store.engine()
    store.end(engine, store.claim(engine), NodeState.FAILED, "broke")
    assert (store.stack(stack).status, store.stack(stack).status_reason) == ("FAILED", "broke")
    (node,) = store.claim(engine)
    assert (node.kind, node.name) == (Kind.ROLLBACK, "stack")
    back = store.start(store.stack(stack), {"-a": ()}, "ROLLBACK")
    assert back is not None
    store.end(engine, [node])
    store.end(engine, store.claim(engine))
    assert (store.stack(stack).action, store.stack(stack).status) == ("ROLLBACK", "COMPLETE")


def test_the_end_of_a_child_wakes_the_node_that_waits_for_it(store: Store) -> None:
    parent = store.create({"group": (), "other": ()})
    engine = store.engine()
    group, other = sorted(store.claim(engine), key=lambda node: node.name)
    child = store.create({"member": ()}, "child", owner_id=parent.id, owner_resource_name="group")
    store.settle(engine, [Change(lease_of(node), park=True) for node in (group, other)])
    store.end(engine, store.claim(engine))
    assert store.stack(child).status == "COMPLETE"
    assert store.states(parent.traversal_id) == {"group": "WAITING", "other": "PARKED"}


def test_a_delete_that_ends_well_leaves_no_rows(store: Store) -> None:
    stack = store.create({})
    row = new_resource(stack, "a", status="COMPLETE")
    store.database.write(resources.write_resources, [row])
    store.start(store.stack(stack), {"-a": ()}, "DELETE")
    engine = store.engine()
    store.settle(
        engine, [Change(lease_of(node), removed=(row.id,), end=NodeState.DONE) for node in store.claim(engine)]
    )
    found = store.stack(stack)
    assert (found.status, found.live_name, found.is_live) == ("COMPLETE", None, False)
    assert store.rows(stack) == []


def test_storing_a_row_again_keeps_its_metadata(store: Store) -> None:
    stack = store.create({})
    row = new_resource(stack, "a", status="COMPLETE", metadata={"from": "template"})
    many = [new_resource(stack, f"n{at}", status="COMPLETE") for at in range(600)]
    store.database.write(resources.write_resources, [row, *many])
    store.database.write(resources.set_metadata, row.id, {"from": "signal"})
    changed = dataclasses.replace(row, physical_id="x", metadata={"from": "worker"})
    store.database.write(resources.write_resources, [changed, *many])
    found = {item.id: item for item in store.rows(stack)}
    assert len(found) == 601
    assert (found[row.id].physical_id, found[row.id].metadata) == ("x", {"from": "signal"})
