"""Claim and settle with real concurrency: each node is one worker's, and what is counted is counted right."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.repo import engines, nodes
from heat_mq.scheduler.run import lease_of
from heat_mq.traversal.records import Change, Verdict
from heat_mq.traversal.sweep import purge
from tests.integration.store import Store, at_once, new_resource

WORKERS = 4


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


def test_a_node_is_given_to_one_worker_only(store: Store) -> None:
    store.create({f"n{at}": () for at in range(300)})
    engines = [store.engine() for _ in range(WORKERS)]

    def take(engine: str) -> list[int]:
        mine: list[int] = []
        while claimed := store.claim(engine, 7):
            assert all(node.fence == 1 and node.engine_id == engine for node in claimed)
            mine += [node.seq for node in claimed]
        return mine

    taken = at_once(*(lambda engine=engine: take(engine) for engine in engines))
    assert sorted(seq for mine in taken for seq in mine) == list(range(300))


def test_nothing_is_begun_before_what_it_requires_has_ended(store: Store) -> None:
    dice = random.Random(1)
    requires = {f"n{at}": [f"n{item}" for item in dice.sample(range(at), min(at, 3))] for at in range(120)}
    stack = store.create(requires)
    ended: set[str] = set()
    finished = []
    lock = threading.Lock()

    def work(engine: str) -> None:
        while True:
            claimed = store.claim(engine, 5)
            if not claimed:
                with lock:
                    if len(ended) == len(requires):
                        return
                continue
            with lock:
                for node in claimed:
                    assert set(requires[node.name]) <= ended
                    # Before the transaction: whoever is released by it may be claimed before we hear of it.
                    ended.add(node.name)
            finished.extend(store.end(engine, claimed).finished)

    at_once(*(lambda: work(store.engine()) for _ in range(WORKERS)))
    assert [item.status for item in finished] == ["COMPLETE"]
    assert store.stack(stack).status == "COMPLETE"


def test_whoever_ends_a_node_takes_what_follows_in_the_same_transaction(store: Store) -> None:
    store.create({"a": (), "b": ["a"], "c": ["a"], "d": ["a", "other"], "other": ()})
    engine = store.engine()
    held = {node.name: node for node in store.claim(engine)}
    settled = store.settle(engine, [Change(lease_of(held["a"]), end=NodeState.DONE)], claim=8)
    assert {node.name: (node.fence, node.engine_id) for node in settled.claimed} == {"b": (1, engine), "c": (1, engine)}
    assert settled.traversals[held["a"].traversal_id].unfinished == 4
    assert not settled.released
    assert store.claim(store.engine()) == []
    settled = store.end(engine, settled.claimed)
    assert settled.verdicts == [Verdict.WRITTEN, Verdict.WRITTEN]


def test_what_one_worker_should_not_take_alone_is_left_for_all(store: Store) -> None:
    store.create({"first": (), **{f"n{at}": ["first"] for at in range(9)}})
    engine = store.engine()
    [first] = store.claim(engine)
    settled = store.settle(engine, [Change(lease_of(first), end=NodeState.DONE)], claim=8)
    assert (settled.claimed, settled.released) == ([], True)
    assert len(store.claim(store.engine())) == 9


def test_a_worker_leaves_half_to_others_and_small_stacks_whole(store: Store) -> None:
    engine = store.engine()

    def shared() -> tuple[list[int], int]:
        """How many nodes of each stack are taken, and how many are left."""
        taken, left = store.database.write(nodes.claim_nodes, engine, 64, share=True)
        return sorted(Counter(node.traversal_id for node in taken).values()), left

    five = dict.fromkeys("abcde", ())
    store.create(five)
    assert shared() == ([5], 0)
    for name in ("one", "two", "three", "four"):
        store.create(five, name)
    assert shared() == ([5, 5], 10)
    assert shared() == ([5], 5)
    assert shared() == ([5], 0)
    store.create({f"r{number}": () for number in range(20)}, "large")
    assert shared() == ([10], 10)


def test_what_is_over_is_removed_and_what_a_worker_has_in_hand_stays(store: Store) -> None:
    engine = store.engine()
    stacks = [store.create({"a": (), "b": ()}, f"s{number}") for number in range(40)]
    held = store.claim(engine)
    store.end(engine, [node for node in held if node.name == "b"])
    for stack in stacks[:20]:
        store.start(store.stack(stack), {})
    assert store.database.write(purge) == 20
    store.end(engine, [node for node in held if node.name == "a"])
    assert store.database.write(purge) == 60
    assert store.database.write(purge) == 0


def test_a_node_that_waits_for_200_is_released_once_by_whoever_ends_the_last(store: Store) -> None:
    stack = store.create({**{f"n{at}": () for at in range(200)}, "last": [f"n{at}" for at in range(200)]})
    engines = [store.engine() for _ in range(WORKERS)]
    held = {engine: store.claim(engine, 50) for engine in engines}

    def settle(engine: str) -> list[bool]:
        mine = held[engine]
        random.Random(engine).shuffle(mine)
        return [store.end(engine, mine[at : at + 3]).released for at in range(0, len(mine), 3)]

    at_once(*(lambda engine=engine: settle(engine) for engine in engines))
    (last,) = store.claim(engines[0])
    assert last.name == "last"
    settled = store.end(engines[0], [last])
    assert [(item.stack_id, item.status) for item in settled.finished] == [(stack.id, "COMPLETE")]
    assert store.events(stack) == ["stack CREATE_COMPLETE"]


def test_of_many_last_nodes_one_ends_the_stack(store: Store) -> None:
    stack = store.create({f"n{at}": () for at in range(40)})
    engines = [store.engine() for _ in range(WORKERS)]
    held = {engine: store.claim(engine, 10) for engine in engines}
    settled = at_once(*(lambda engine=engine: store.end(engine, held[engine]) for engine in engines))
    assert sum(len(item.finished) for item in settled) == 1
    assert store.events(stack) == ["stack CREATE_COMPLETE"]
    assert store.traversal(stack.traversal_id).unfinished == 0


def test_the_same_end_told_twice_at_once_counts_once(store: Store) -> None:
    store.create({"a": (), "b": ["a"]})
    engine = store.engine()
    held = store.claim(engine)
    settled = at_once(*(lambda: store.end(engine, held) for _ in range(WORKERS)))
    verdicts = [item.verdicts[0] for item in settled]
    assert sorted(verdict.value for verdict in verdicts) == ["lost", "lost", "lost", "written"]
    assert [node.name for node in store.claim(engine)] == ["b"]


def test_a_late_writer_writes_nothing(store: Store) -> None:
    stack = store.create({"a": (), "b": ["a"]})
    old, new = store.engine(), store.engine()
    (late,) = store.claim(old)
    store.expire(old)
    assert store.sweep().freed == 1
    (held,) = store.claim(new)
    assert held.fence == late.fence + 1
    row = new_resource(stack, "a")
    told = {"uuid": row.id, "stack_id": stack.id, "resource_name": "a", "resource_type": "T", "physical_id": None}
    told |= {"action": "CREATE", "status": "FAILED", "reason": "", "properties": None, "engine_id": old}
    record = Change(
        lease_of(late),
        rows=(row,),
        events=({**told, "created_at": row.created_at},),
        end=NodeState.FAILED,
        failure="late",
    )
    assert store.settle(old, [record]).verdicts == [Verdict.LOST]
    # The right engine with an old fence is late too: it was the node's owner, lost it and got it back.
    assert store.settle(new, [record]).verdicts == [Verdict.LOST]
    assert store.rows(stack) == []
    assert store.events(stack) == []
    assert store.nodes(stack.traversal_id)["a"] == held
    assert store.end(new, [held]).verdicts == [Verdict.WRITTEN]


def test_a_failure_skips_what_needs_it_and_every_cleanup_and_the_rest_goes_on(store: Store) -> None:
    stack = store.create({"a": (), "b": ["a"], "c": ["b"], "x": (), "y": ["x"], "-old": ["x"], "-free": ["y"]})
    engine = store.engine()
    held = {node.name: node for node in store.claim(engine)}
    assert held.keys() == {"a", "x"}
    assert not store.end(engine, [held["a"]], NodeState.FAILED, "a broke").finished
    assert store.traversal(stack.traversal_id).state == TraversalState.RUNNING
    store.end(engine, [held["x"]])
    (held_y,) = store.claim(engine)
    settled = store.end(engine, [held_y], NodeState.FAILED, "y broke later")
    assert [item.status for item in settled.finished] == ["FAILED"]
    assert store.states(stack.traversal_id) == {
        "a": "FAILED",
        "b": "SKIPPED",
        "c": "SKIPPED",
        "x": "DONE",
        "y": "FAILED",
        "-old": "SKIPPED",
        "-free": "SKIPPED",
    }
    assert store.stack(stack).status_reason == "a broke"


def test_failures_at_once_count_what_they_skip_once(store: Store) -> None:
    stack = store.create({**{f"n{at}": () for at in range(8)}, **{f"m{at}": [f"n{at}", "n0"] for at in range(8)}})
    engines = [store.engine() for _ in range(WORKERS)]
    held = {engine: store.claim(engine, 2) for engine in engines}
    settled = at_once(
        *(lambda engine=engine: store.end(engine, held[engine], NodeState.FAILED, "broke") for engine in engines)
    )
    assert sum(len(item.finished) for item in settled) == 1
    assert store.traversal(stack.traversal_id).unfinished == 0


def test_after_a_failure_the_rest_has_only_so_long(store: Store) -> None:
    stack = store.create({"a": (), "b": ()})
    engine = store.engine()
    held = {node.name: node for node in store.claim(engine)}
    before = store.traversal(stack.traversal_id).deadline
    store.settle(engine, [Change(lease_of(held["a"]), end=NodeState.FAILED, failure="broke")], error_wait=0.0)
    assert store.traversal(stack.traversal_id).deadline < before - 3000
    finished = store.sweep().finished
    assert [(item.stack_id, item.status) for item in finished] == [(stack.id, "FAILED")]
    assert store.stack(stack).status_reason == "broke"
    assert store.end(engine, [held["b"]]).verdicts == [Verdict.SUPERSEDED]


def test_a_wakeup_before_the_node_parks_is_not_lost(store: Store) -> None:
    stack = store.create({"a": (), "b": ()})
    engine = store.engine()
    held = store.claim(engine)
    store.database.write(nodes.wake_nodes, stack.id, "a")
    store.settle(engine, [Change(lease_of(node), park=True, progress={"step": 1}) for node in held])
    assert store.states(stack.traversal_id) == {"a": "WAITING", "b": "PARKED"}
    (again,) = store.claim(engine)
    assert (again.name, again.progress, again.woken) == ("a", {"step": 1}, False)
    store.database.write(nodes.wake_nodes, stack.id)
    assert store.states(stack.traversal_id) == {"a": "LEASED", "b": "WAITING"}


def test_parking_and_waking_at_once_always_ends_awake(store: Store) -> None:
    stack = store.create({"a": ()})
    engine = store.engine()
    for _ in range(15):
        (held,) = store.claim(engine)
        at_once(
            lambda held=held: store.settle(engine, [Change(lease_of(held), park=True)]),
            lambda: store.database.write(nodes.wake_nodes, stack.id, "a"),
        )
        assert store.states(stack.traversal_id) == {"a": "WAITING"}


def test_a_parked_node_wakes_when_its_time_has_come(store: Store) -> None:
    store.create({"a": (), "b": ()})
    engine = store.engine()
    soon, late = store.claim(engine)
    store.settle(
        engine,
        [
            Change(lease_of(soon), park=True, park_seconds=0.0),
            Change(lease_of(late), park=True, park_seconds=3600.0),
        ],
    )
    assert store.sweep().woken == 1
    assert [node.seq for node in store.claim(engine)] == [soon.seq]


def test_nodes_of_an_engine_that_nobody_knows_are_given_back(store: Store) -> None:
    """A worker may be swept while its claim is on the way."""
    store.create({"a": ()})
    ghost = store.engine()
    assert len(store.claim(ghost)) == 1
    store.database.write(engines.remove_engines, [ghost])  # as when it is swept while it claims
    assert store.sweep().freed == 1
    assert len(store.claim(store.engine())) == 1
