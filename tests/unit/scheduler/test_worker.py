"""The worker's loop, moved by hand."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator

import pytest

from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import NodeRow
from heat_mq.errors import Bug, StopActing
from heat_mq.scheduler.requests import Commit, Coroutine, Sleep
from heat_mq.scheduler.run import lease_of
from heat_mq.traversal.records import Change, Verdict
from tests.integration.store import new_resource
from tests.unit.scheduler.by_hand import ByHand


@pytest.fixture
def worker(tmp_path: pathlib.Path) -> Iterator[ByHand]:
    worker = ByHand(tmp_path)
    yield worker
    worker.close()


def done(node: NodeRow) -> Coroutine:
    yield Commit(Change(lease_of(node), end=NodeState.DONE))


def sleeper(heard: list[Verdict], seconds: float = 5.0) -> Callable[[NodeRow], Coroutine]:
    """Sleeps once, notes what it hears, and ends as the verdict asks."""

    def script(node: NodeRow) -> Coroutine:
        verdict = yield Sleep(seconds)
        heard.append(verdict)
        if verdict is Verdict.DRAINING:
            yield Commit(Change(lease_of(node), free=True, progress={"slept": True}))
        else:
            yield Commit(Change(lease_of(node), end=NodeState.DONE))

    return script


def test_nodes_run_in_order_until_the_stack_is_done(worker: ByHand) -> None:
    worker.scripts.scripts = dict.fromkeys("abc", done)
    stack = worker.store.create({"a": (), "b": ["a"], "c": ["b"]})
    worker.work()
    assert worker.store.stack(stack).status == "COMPLETE"
    assert worker.in_hand == 0


def test_a_coroutine_hears_the_verdict_of_each_record(worker: ByHand) -> None:
    heard: list[Verdict] = []

    def script(node: NodeRow) -> Coroutine:
        heard.append((yield Commit(Change(lease_of(node), progress={"step": 1}))))
        heard.append((yield Commit(Change(lease_of(node), end=NodeState.DONE))))

    worker.scripts.scripts = {"a": script}
    worker.store.create({"a": ()})
    worker.work()
    assert heard == [Verdict.WRITTEN, Verdict.WRITTEN]


def test_a_sleeping_node_goes_on_when_its_time_has_come(worker: ByHand) -> None:
    heard: list[Verdict] = []
    worker.scripts.scripts = {"a": sleeper(heard)}
    stack = worker.store.create({"a": ()})
    worker.claim()
    worker.later(4.9)
    assert (heard, worker.in_hand) == ([], 1)
    worker.later(0.2)
    assert (heard, worker.in_hand) == ([Verdict.WRITTEN], 0)
    assert worker.store.stack(stack).status == "COMPLETE"


def test_a_worker_that_drains_gives_back_what_sleeps_with_its_progress(worker: ByHand) -> None:
    heard: list[Verdict] = []
    worker.scripts.scripts = {"a": sleeper(heard)}
    stack = worker.store.create({"a": ()})
    worker.claim()
    worker.drain()
    assert heard == [Verdict.DRAINING]
    node = worker.store.nodes(stack.traversal_id)["a"]
    assert (node.state, node.engine_id, node.progress) == ("WAITING", None, {"slept": True})
    worker.later(10)
    assert heard == [Verdict.DRAINING]


def test_what_is_claimed_while_the_worker_is_told_to_stop_is_given_back_too(
    worker: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Verdict] = []
    worker.scripts.scripts = {"a": sleeper(heard)}
    stack = worker.store.create({"a": ()})
    begin = worker.scripts.begin

    def stopped_meanwhile(*args):
        worker._stopping.set()
        return begin(*args)

    monkeypatch.setattr(worker.scripts, "begin", stopped_meanwhile)
    worker.claim()
    worker.write()
    assert heard == [Verdict.DRAINING]
    assert worker.store.nodes(stack.traversal_id)["a"].state == "WAITING"


def test_a_running_node_hears_at_its_next_sleep_that_it_should_let_go(worker: ByHand) -> None:
    heard: list[Verdict] = []

    def script(node: NodeRow) -> Coroutine:
        yield Commit(Change(lease_of(node), progress={}))
        heard.append((yield Sleep(100)))
        yield Commit(Change(lease_of(node), end=NodeState.DONE))

    worker.scripts.scripts = {"a": script}
    stack = worker.store.create({"a": ()})
    worker.claim()
    worker.store.start(worker.store.stack(stack), {"a": ()})
    worker.notice_superseded()
    assert heard == [Verdict.SUPERSEDED]
    assert worker.in_hand == 0


def test_a_bug_in_a_coroutine_fails_its_node_and_no_other(worker: ByHand) -> None:
    def broken(node: NodeRow) -> Coroutine:
        yield Sleep(1)
        raise Bug("a bug")

    worker.scripts.scripts = {"a": broken, "b": done}
    stack = worker.store.create({"a": (), "b": ()})
    worker.claim()
    worker.later(1)
    assert worker.store.states(stack.traversal_id) == {"a": "FAILED", "b": "DONE"}
    assert worker.store.stack(stack).status_reason.startswith("Internal error")
    assert worker.in_hand == 0


def test_a_lost_record_closes_the_coroutine(worker: ByHand) -> None:
    closed: list[str] = []

    def script(node: NodeRow) -> Coroutine:
        try:
            yield Sleep(5)
            yield Commit(Change(lease_of(node), end=NodeState.DONE))
            raise AssertionError("it was told that it was written")
        finally:
            closed.append(node.name)

    worker.scripts.scripts = {"a": script}
    stack = worker.store.create({"a": ()})
    worker.claim()
    worker.store.expire(worker.lease.engine_id)
    worker.store.sweep()
    worker.later(5)
    assert closed == ["a"]
    assert worker.in_hand == 0
    assert worker.store.states(stack.traversal_id) == {"a": "WAITING"}


def test_nodes_whose_coroutines_cannot_be_made_are_given_back(worker: ByHand) -> None:
    worker.scripts.scripts = dict.fromkeys("ab", done)
    stack = worker.store.create({"a": (), "b": ()})
    worker.scripts.broken = RuntimeError("the database is away")
    with pytest.raises(RuntimeError):
        worker.claim()
    worker.write()
    assert worker.store.states(stack.traversal_id) == {"a": "WAITING", "b": "WAITING"}
    worker.scripts.broken = None
    worker.work()
    assert worker.store.stack(stack).status == "COMPLETE"


def test_after_a_lost_lease_the_old_tasks_end_and_the_new_ones_stay(worker: ByHand) -> None:
    heard: list[Verdict] = []
    worker.scripts.scripts = {"a": sleeper(heard)}
    worker.store.create({"a": ()})
    worker.claim()
    before = worker.lease.engine_id
    worker.lose_lease()
    assert (worker.in_hand, worker.lease.engine_id == before) == (0, False)
    worker.claim()
    assert worker.in_hand == 1
    worker.later(5)
    assert (heard, worker.in_hand) == ([Verdict.WRITTEN], 0)


def test_a_step_of_a_lost_node_may_not_touch_the_cloud(worker: ByHand) -> None:
    """The worker has a lease again, but not the one that its old nodes were claimed with."""
    refused: list[str] = []

    def script(node: NodeRow) -> Coroutine:
        worker.lease.check()
        worker.lose_lease()
        try:
            worker.lease.check()
        except StopActing as error:
            refused.append(str(error))
        yield Sleep(1)

    worker.scripts.scripts = {"a": script}
    worker.store.create({"a": ()})
    worker.claim()
    assert len(refused) == 1
    worker.lease.check()


def test_a_record_that_the_database_refuses_fails_its_node_alone(worker: ByHand) -> None:
    def script(node: NodeRow) -> Coroutine:
        row = new_resource(worker.store.stack(stack), node.name)
        yield Commit(Change(lease_of(node), rows=(row,), metadata=((row.id, {"not JSON": object()}),)))
        raise AssertionError("it was told that it was written")

    worker.scripts.scripts = {"a": script, "b": done}
    stack = worker.store.create({"a": (), "b": ()})
    worker.work()
    assert worker.store.states(stack.traversal_id) == {"a": "FAILED", "b": "DONE"}
    assert "cannot be stored" in worker.store.stack(stack).status_reason
    assert worker.in_hand == 0


def test_a_batch_is_announced_when_more_may_be_ready(worker: ByHand) -> None:
    names = [f"n{at}" for at in range(60)]
    worker.scripts.scripts = dict.fromkeys(names, done)
    stack = worker.store.create(dict.fromkeys(names, ()))
    assert worker.claim()
    assert worker.bells == [50]
    worker.work()
    assert worker.store.stack(stack).status == "COMPLETE"


def test_without_a_lease_nothing_is_claimed(worker: ByHand) -> None:
    worker.scripts.scripts = {"a": done}
    worker.store.create({"a": ()})
    worker.clock.advance(481)  # four fifths of the lease
    assert not worker.claim()
    with pytest.raises(StopActing):
        worker.lease.check()
    assert worker.lease.renew()
    worker.work()
    assert worker.in_hand == 0


def test_the_log_tells_of_every_end_whoever_finds_it(worker: ByHand, caplog: pytest.LogCaptureFixture) -> None:
    worker.scripts.scripts = {"a": done}
    worked = worker.store.create({"a": ()}, "worked")
    late = worker.store.create({"a": ()}, "late", timeout=-1.0)
    with caplog.at_level("INFO"):
        worker.upkeep.sweep_once()
        worker.work()
    assert [text for text in caplog.messages if text.startswith("stack ")] == [
        f"stack {late.id}: CREATE FAILED",
        f"stack {worked.id}: CREATE COMPLETE",
    ]
