"""Nodes that wait for their turn, or for objects, take no thread and let go when they are told."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from heat_mq import concurrency
from heat_mq.clients.concurrency_limit import Bounds, ConcurrencyLimit
from heat_mq.clock import FakeClock
from heat_mq.db.records import NodeRow
from heat_mq.errors import CloudError, CloudTransient
from heat_mq.resources.kit import Watch
from heat_mq.scheduler.requests import Coroutine, Look, Sleep
from heat_mq.scheduler.run import LONGEST_ASKED, MOST_REFUSALS, LetGo, Run, Tools, pause_after
from tests.unit.scheduler.by_hand import ByHand

SCENARIO = pathlib.Path(__file__).with_name("waiting_scenario.py")
#: Loops of the worker, the main thread and the hub, with some to spare.
LOOPS = 15


@pytest.fixture
def worker(tmp_path: pathlib.Path) -> Iterator[ByHand]:
    worker = ByHand(tmp_path)
    yield worker
    worker.close()


@pytest.fixture
def limit() -> ConcurrencyLimit:
    return ConcurrencyLimit(bounds=Bounds(1, 1))


def stepping(work: Callable[[], Any], retries: int = 5) -> Callable[[NodeRow], Coroutine]:
    """A node whose only step is ``work``."""

    def script(node: NodeRow) -> Coroutine:
        tools = Tools(box=None, clock=FakeClock(), engine_id=str, retries=retries)  # type: ignore[arg-type]
        run = Run(node, None, {}, tools)  # type: ignore[arg-type]
        try:
            yield from run.step(work)
        except LetGo:
            return
        except CloudError as error:
            yield from run.fail(str(error))
            return
        yield from run.end()

    return script


@pytest.mark.parametrize("backend", concurrency.BACKENDS)
def test_thousands_of_nodes_wait_on_the_threads_that_a_worker_has_anyway(backend: str, tmp_path: pathlib.Path) -> None:
    root = SCENARIO.parents[3]
    done = subprocess.run(
        [sys.executable, str(SCENARIO), backend, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        env={"PYTHONPATH": str(root), "PYTHONWARNINGS": "ignore", "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["nodes"] == 5000
    assert found["threads"] <= 20 + LOOPS


def test_nodes_call_in_their_turn_and_all_are_served(worker: ByHand, limit: ConcurrencyLimit) -> None:
    called: list[str] = []

    def call(name: str) -> Callable[[], None]:
        def work() -> None:
            with limit.call("GET"):
                called.append(name)

        return work

    worker.scripts.scripts = {name: stepping(call(name)) for name in "abc"}
    stack = worker.store.create(dict.fromkeys("abc", ()))
    with limit.call("GET"):
        worker.claim()
        assert (called, limit.waiting) == ([], 3)
    worker.write()
    assert sorted(called) == ["a", "b", "c"]
    assert worker.store.stack(stack).status == "COMPLETE"


def test_a_node_that_waits_for_its_turn_is_given_back_when_the_worker_stops(
    worker: ByHand, limit: ConcurrencyLimit
) -> None:
    def work() -> None:
        with limit.call("GET"):
            raise AssertionError("the node was given back")

    worker.scripts.scripts = {"a": stepping(work)}
    worker.store.create({"a": ()})
    with limit.call("GET"):
        worker.claim()
        worker.drain()
        assert (worker.in_hand, limit.waiting) == (0, 0)


def test_a_node_that_waits_for_its_turn_hears_that_it_was_superseded(worker: ByHand, limit: ConcurrencyLimit) -> None:
    def work() -> None:
        with limit.call("GET"):
            raise AssertionError("the node was superseded")

    worker.scripts.scripts = {"a": stepping(work)}
    stack = worker.store.create({"a": ()})
    with limit.call("GET"):
        worker.claim()
        worker.scripts.scripts = {"a": stepping(lambda: None)}
        worker.store.start(worker.store.stack(stack), {"a": ()})
        worker.notice_superseded()
        assert limit.waiting == 0
    worker.work()


def test_nodes_of_a_worker_share_one_list_and_see_what_it_shows(worker: ByHand) -> None:
    asked: list[int] = []
    seen: dict[str, Any] = {}

    def ask(ids: Any) -> dict[str, Any]:
        asked.append(len(ids))
        return {id: {"id": id, "status": "ACTIVE"} for id in ids if id != "n3"}

    def script(node: NodeRow) -> Coroutine:
        look = Look(Watch("compute", "server", node.name, "BUILD"), "servers", ask)
        yield Sleep(1.0, look)
        seen[node.name] = look.found
        yield from stepping(lambda: None)(node)

    names = [f"n{number}" for number in range(40)]
    worker.scripts.scripts = dict.fromkeys(names, script)
    stack = worker.store.create(dict.fromkeys(names, ()))
    worker.claim()
    worker.later(1.1)
    assert asked == [40]
    assert seen == {name: None if name == "n3" else {"id": name, "status": "ACTIVE"} for name in names}
    worker.work()
    assert worker.store.stack(stack).status == "COMPLETE"


def test_nodes_that_watch_are_given_back_when_the_worker_stops(worker: ByHand) -> None:
    def script(node: NodeRow) -> Coroutine:
        run = Run(node, None, {}, Tools(box=None, clock=FakeClock(), engine_id=str))  # type: ignore[arg-type]
        look = Look(Watch("compute", "server", node.name, "BUILD"), "servers", lambda ids: {})
        try:
            yield from run._wait(Sleep(1.0, look))
        except LetGo:
            return

    worker.scripts.scripts = dict.fromkeys("abc", script)
    worker.store.create(dict.fromkeys("abc", ()))
    worker.claim()
    assert worker._watcher.waiting == 3
    worker.drain()
    assert (worker.in_hand, worker._watcher.waiting) == (0, 0)


# --- repetitions ------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "tries"), [(503, 4), (429, MOST_REFUSALS + 1)])
def test_who_asks_for_patience_is_given_more_of_it_than_who_fails(worker: ByHand, status: int, tries: int) -> None:
    called: list[int] = []

    def work() -> None:
        called.append(status)
        raise CloudTransient("not now", status=status)

    worker.scripts.scripts = {"a": stepping(work, retries=3)}
    stack = worker.store.create({"a": ()})
    worker.claim()
    for _ in range(100):
        worker.later(40)
    assert len(called) == tries
    assert worker.store.stack(stack).status == "FAILED"


def test_a_pause_is_as_long_as_is_asked_for_and_never_quite_the_same() -> None:
    asked = CloudTransient("not now", status=429, retry_after=20.0)
    assert all(20 <= pause_after(asked, 1) <= 25 for _ in range(20))
    assert len({pause_after(asked, 1) for _ in range(20)}) > 1
    assert pause_after(CloudTransient("not now", retry_after=1e6), 1) <= LONGEST_ASKED * 1.25
    assert pause_after(CloudTransient("not now"), 1) < pause_after(CloudTransient("not now"), 3) < 3
    assert pause_after(CloudTransient("not now"), 100) <= 37.5
