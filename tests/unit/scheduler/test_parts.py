"""Journal, timers and run queue on their own."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from heat_mq.clock import FakeClock
from heat_mq.scheduler.journal import Journal
from heat_mq.scheduler.records import Written
from heat_mq.scheduler.runqueue import RunQueue
from heat_mq.scheduler.timers import Timers
from heat_mq.traversal.records import Change, Lease, Verdict
from heat_mq.traversal.settle import Settled


class Away:
    """A database that is away for the first calls."""

    def __init__(self, calls: int) -> None:
        self.calls = calls
        self.written: list[int] = []

    def settle(self, changes: Sequence[Change]) -> Written:
        if self.calls:
            self.calls -= 1
            raise ConnectionError("away")
        self.written += [change.lease.seq for change in changes]
        return Written(Settled([Verdict.WRITTEN] * len(changes)), "engine")


def test_what_cannot_be_written_is_kept_in_order_and_written_when_the_database_is_back() -> None:
    database = Away(2)
    told: list[Verdict] = []
    journal = Journal(
        FakeClock(),
        database.settle,
        window_seconds=0,
        batch=10,
        company=lambda: False,
        on_settled=lambda written: None,
    )
    for seq in range(3):
        journal.submit(Change(Lease("t", seq, 1, "s")), told.append)
    assert [journal.flush(journal._take()) for _ in range(3)] == [False, False, True]
    assert database.written == [0, 1, 2]
    assert told == [Verdict.WRITTEN] * 3


def test_a_journal_that_stops_while_the_database_is_away_ends() -> None:
    database = Away(10**6)
    journal = Journal(
        FakeClock(),
        database.settle,
        window_seconds=0,
        batch=10,
        company=lambda: False,
        on_settled=lambda written: None,
    )
    journal.submit(Change(Lease("t", 0, 1, "s")), lambda verdict: None)
    journal.stop()
    thread = threading.Thread(target=journal.run, daemon=True)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive()


def test_timers_call_in_order_of_time_and_forget_what_is_cancelled() -> None:
    clock = FakeClock()
    timers = Timers(clock)
    called: list[str] = []
    timers.at(2, lambda: called.append("late"))
    timers.at(1, lambda: called.append("soon"))
    number = timers.at(1, lambda: called.append("never"))
    assert timers.cancel(number)
    assert not timers.cancel(number)
    timers.call_due()
    assert called == []
    clock.advance(2)
    timers.call_due()
    assert called == ["soon", "late"]


def test_a_timer_set_while_the_loop_sleeps_is_called() -> None:
    from heat_mq.clock import Clock

    timers = Timers(Clock())
    loop = threading.Thread(target=timers.run, daemon=True)
    loop.start()
    rang = threading.Event()
    timers.at(0.01, rang.set)
    assert rang.wait(timeout=60)
    timers.stop()
    loop.join(timeout=60)
    assert not loop.is_alive()


def test_the_run_queue_runs_everything_and_never_more_than_its_size_at_once() -> None:
    queue = RunQueue(3)
    lock = threading.Lock()
    running, most, left = 0, 0, threading.Semaphore(0)

    def step() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        with lock:
            running -= 1
        left.release()

    for _ in range(200):
        queue.put(step)
    for _ in range(200):
        assert left.acquire(timeout=60)
    assert 1 <= most <= 3


def test_putting_into_a_full_run_queue_does_not_block() -> None:
    queue = RunQueue(1)
    gate, ended = threading.Event(), threading.Event()
    queue.put(lambda: (gate.wait(timeout=60), None)[1])
    queue.put(ended.set)
    assert not ended.is_set()
    gate.set()
    assert ended.wait(timeout=60)
