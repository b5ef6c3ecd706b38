"""What a coroutine may do when its node is another worker's: nothing about the node, its own things it puts right."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import NodeRow
from heat_mq.errors import LostLease, StopActing
from heat_mq.scheduler.requests import Commit, Coroutine, Sleep
from heat_mq.scheduler.run import lease_of
from heat_mq.traversal.records import Change
from tests.unit.scheduler.by_hand import ByHand


@pytest.fixture
def worker(tmp_path: pathlib.Path) -> Iterator[ByHand]:
    worker = ByHand(tmp_path)
    yield worker
    worker.close()


def test_it_hears_that_it_is_lost_and_acts_as_a_guest_of_the_worker_s_present_lease(worker: ByHand) -> None:
    heard: list[str] = []

    def script(node: NodeRow) -> Coroutine:
        worker.lose_lease()  # while it stands still in the middle of a call
        try:
            yield Commit(Change(lease_of(node), progress={"made": "an object"}))
        except LostLease:
            yield Sleep(1)
            worker.lease.check()
            worker.store.database.read(worker.lease.confirm)
            heard.append("took it back")
            raise

    worker.scripts.scripts = {"a": script}
    stack = worker.store.create({"a": ()})
    worker.claim()
    worker.write()
    assert (heard, worker.in_hand) == ([], 0)
    worker.later(1)
    assert heard == ["took it back"]
    assert worker.store.states(stack.traversal_id) == {"a": "WAITING"}


def test_a_step_that_came_back_late_may_not_confirm_its_node(worker: ByHand) -> None:
    refused: list[str] = []

    def script(node: NodeRow) -> Coroutine:
        worker.store.database.read(worker.lease.confirm)
        worker.lose_lease()
        for guard in (lambda: worker.store.database.read(worker.lease.confirm), worker.lease.check):
            try:
                guard()
            except StopActing:
                refused.append("check")
            except LostLease:
                refused.append("confirm")
        yield Commit(Change(lease_of(node), end=NodeState.DONE))

    worker.scripts.scripts = {"a": script}
    stack = worker.store.create({"a": ()})
    worker.claim()
    worker.write()
    assert refused == ["confirm", "check"]
    assert worker.store.states(stack.traversal_id) == {"a": "WAITING"}


def test_who_works_for_no_node_confirms_nothing(worker: ByHand) -> None:
    worker.lose_lease()
    worker.store.database.read(worker.lease.confirm)
