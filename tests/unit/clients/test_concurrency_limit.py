"""The limit of calls to one service, with a clock and timers that the test moves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from heat_mq.clients import turns
from heat_mq.clients.concurrency_limit import Bounds, ConcurrencyLimit, ConcurrencyLimits
from heat_mq.clock import FakeClock
from heat_mq.errors import CloudTransient
from tests.waiting import until


class Later:
    """Stands for a timer: notes what is to be called, and calls it when told."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, call: Callable[[], None]) -> None:
        self.calls.append((seconds, call))

    def come(self) -> None:
        calls, self.calls = self.calls, []
        for _, call in calls:
            call()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def make(clock: FakeClock, later: Later) -> Callable[..., ConcurrencyLimit]:
    def make(start: int = 4, most: int = 64) -> ConcurrencyLimit:
        return ConcurrencyLimit("nova", Bounds(start, most), monotonic=clock.monotonic, later=later)

    return make


class Calls:
    """Calls under way, begun in one thread and ended in any order."""

    def __init__(self, limit: ConcurrencyLimit, clock: FakeClock) -> None:
        self.limit = limit
        self.clock = clock
        self.open: list[tuple[Any, Any]] = []

    def begin(self, count: int = 1, shape: str = "GET") -> None:
        for _ in range(count):
            context = self.limit.call(shape)
            self.open.append((context, context.__enter__()))

    def end(self, count: int = 1, status: int = 200, retry_after: float | None = None) -> None:
        for _ in range(count):
            context, permit = self.open.pop(0)
            permit.status, permit.retry_after = status, retry_after
            context.__exit__(None, None, None)

    def round(self, seconds: float = 0.1, status: int = 200) -> None:
        """As many calls as may run, all at once."""
        count = self.limit.limit
        self.begin(count)
        self.clock.advance(seconds)
        self.end(count, status)


def step(limit: ConcurrencyLimit, ticket: turns.Ticket | None = None) -> turns.Ticket | None:
    """A step that makes one call; the ticket when there was no room."""
    with turns.step(ticket):
        try:
            with limit.call("GET"):
                return None
        except turns.Queued as queued:
            return queued.ticket


def queued(limit: ConcurrencyLimit, count: int) -> Iterator[turns.Ticket]:
    for _ in range(count):
        ticket = step(limit)
        assert ticket is not None
        yield ticket


# --- size -------------------------------------------------------------------------------------


def test_the_limit_doubles_until_the_first_congestion_and_then_grows_by_one_a_round(make, clock) -> None:
    limit = make(start=4)
    calls = Calls(limit, clock)
    calls.round()
    assert limit.limit > 4
    while limit.limit < 32:
        before = limit.limit
        calls.round()
        assert limit.limit > before
    calls.round(status=429)
    halved = limit.limit
    assert halved >= 16
    for _ in range(3):
        calls.round()
    assert halved < limit.limit <= halved + 3


def test_the_limit_stops_at_its_most(make, clock) -> None:
    limit = make(start=4, most=8)
    for _ in range(10):
        Calls(limit, clock).round()
    assert limit.limit == 8


@pytest.mark.parametrize("status", [429, 503])
def test_congestion_halves_the_limit_once_for_all_calls_that_met_it(make, clock, status: int) -> None:
    limit = make(start=16)
    Calls(limit, clock).round(status=status)
    assert limit.limit == 8
    Calls(limit, clock).round(status=status)
    assert limit.limit == 4


def test_the_limit_never_falls_below_one(make, clock) -> None:
    limit = make(start=2)
    for _ in range(6):
        Calls(limit, clock).round(status=503)
    assert limit.limit == 1


def test_other_failures_change_nothing(make, clock) -> None:
    limit = make(start=4)
    for status in (0, 500, 502):
        Calls(limit, clock).round(status=status)
    assert limit.limit == 4


def test_room_that_is_not_used_does_not_grow(make, clock) -> None:
    limit = make(start=4)
    calls = Calls(limit, clock)
    for _ in range(20):
        calls.begin()
        calls.end()
    assert limit.limit == 4


def test_latency_that_leaves_its_best_ends_the_growth_and_shrinks_no_further_than_the_start(make, clock) -> None:
    limit = make(start=4)
    calls = Calls(limit, clock)
    for _ in range(3):
        calls.round(seconds=0.1)
    grown = limit.limit
    assert grown > 4
    calls.round(seconds=0.3)
    assert limit.limit == grown
    for _ in range(40):
        calls.round(seconds=2.0)
    assert 4 <= limit.limit < grown


def test_kinds_of_call_are_compared_with_their_own_best(make, clock) -> None:
    limit = make(start=4)
    calls = Calls(limit, clock)
    calls.round(seconds=0.01)
    before = limit.limit
    calls.begin(before, shape="POST")
    clock.advance(2)
    calls.end(before)
    assert limit.limit > before


# --- queue ------------------------------------------------------------------------------------


def test_the_first_call_of_a_step_gives_back_its_thread_and_comes_in_its_turn(make, clock) -> None:
    limit = make(start=1, most=1)
    calls = Calls(limit, clock)
    calls.begin()
    woken: list[int] = []
    tickets = list(queued(limit, 3))
    for number, ticket in enumerate(tickets):
        ticket.wait(lambda number=number: woken.append(number))
    assert (woken, limit.waiting) == ([], 3)
    calls.end()
    assert woken == [0]
    assert step(limit, tickets[0]) is None
    assert woken == [0, 1]


def test_who_was_woken_goes_before_who_comes_later(make, clock) -> None:
    limit = make(start=1, most=1)
    calls = Calls(limit, clock)
    calls.begin()
    (ticket,) = queued(limit, 1)
    ticket.wait(lambda: None)
    calls.end()
    late = step(limit)
    assert late is not None
    assert step(limit, ticket) is None
    assert step(limit, late) is None


def test_a_place_that_is_left_or_not_used_goes_to_the_next(make, clock) -> None:
    limit = make(start=1, most=1)
    calls = Calls(limit, clock)
    calls.begin()
    woken: list[int] = []
    tickets = list(queued(limit, 3))
    for number, ticket in enumerate(tickets):
        ticket.wait(lambda number=number: woken.append(number))
    assert tickets[0].cancel()
    calls.end()
    assert woken == [1]
    with turns.step(tickets[1]):
        pass  # the step needs no call any more
    assert woken == [1, 2]
    assert not tickets[2].cancel()
    assert step(limit) is None


def test_a_call_in_the_middle_of_a_step_waits_where_it_is_and_goes_before_new_steps(make, clock) -> None:
    limit, other = make(start=1, most=1), make(start=1)
    calls = Calls(limit, clock)
    calls.begin()
    (ticket,) = queued(limit, 1)
    woken: list[str] = []
    ticket.wait(lambda: woken.append("step"))

    def middle() -> None:
        with turns.step():
            with other.call("GET"):
                pass
            with limit.call("GET"):
                woken.append("middle")

    thread = threading.Thread(target=middle)
    thread.start()
    until(lambda: limit.waiting == 2, "the call waits", every=0.005)
    calls.end()
    thread.join(timeout=60)
    assert woken == ["middle", "step"]


def test_no_more_calls_run_than_the_limit_however_many_threads_there_are(make, clock) -> None:
    limit = make(start=3, most=3)
    most: list[int] = []
    together = threading.Barrier(20)

    def work() -> None:
        together.wait(timeout=60)
        for _ in range(20):
            with limit.call("GET") as permit:
                most.append(limit.in_flight)
                permit.status = 200

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(most) == 400
    assert max(most) <= 3
    assert (limit.in_flight, limit.waiting) == (0, 0)


# --- pause ------------------------------------------------------------------------------------


def test_retry_after_stops_all_calls_until_its_time_and_takes_one_timer(make, clock, later) -> None:
    limit = make(start=4)
    calls = Calls(limit, clock)
    calls.begin()
    calls.end(status=429, retry_after=10)
    woken: list[int] = []
    tickets = list(queued(limit, 3))
    for number, ticket in enumerate(tickets):
        ticket.wait(lambda number=number: woken.append(number))
    assert woken == []
    assert len(later.calls) == 1
    assert later.calls[0][0] >= 10
    clock.advance(11)
    later.come()
    assert woken == [0, 1]  # the limit was halved
    assert [step(limit, ticket) for ticket in tickets[:2]] == [None, None]
    assert woken == [0, 1, 2]


def test_many_answers_that_ask_for_a_pause_take_one_timer_which_ends_with_the_longest(make, clock, later) -> None:
    limit = make(start=16)
    calls = Calls(limit, clock)
    calls.begin(16)
    for number in range(16):
        calls.end(status=429, retry_after=10 + number)
    assert len(later.calls) == 1
    (ticket,) = queued(limit, 1)
    woken: list[int] = []
    ticket.wait(lambda: woken.append(1))
    clock.advance(11)
    later.come()
    assert (woken, len(later.calls)) == ([], 1)
    clock.advance(15)
    later.come()
    assert (woken, len(later.calls)) == ([1], 0)


def test_a_long_pause_in_the_middle_of_a_step_is_the_schedulers(make, clock) -> None:
    limit, other = make(), make()
    calls = Calls(limit, clock)
    calls.begin()
    calls.end(status=503, retry_after=60)
    with turns.step(), other.call("GET"):
        pass
    with turns.step():
        with other.call("GET"):
            pass
        with pytest.raises(CloudTransient) as raised, limit.call("GET"):
            raise AssertionError("nothing may be sent")
    assert raised.value.retry_after == pytest.approx(60)


# --- limits -----------------------------------------------------------------------------------


def test_there_is_one_limit_for_a_service_a_region_and_a_project() -> None:
    limits = ConcurrencyLimits()
    assert limits.of("compute", "one", "p") is limits.of("compute", "one", "p")
    others = [("network", "one", "p"), ("compute", "two", "p"), ("compute", "one", "q")]
    assert len({id(limits.of(*key)) for key in [("compute", "one", "p"), *others]}) == 4


def test_limits_that_nobody_uses_are_dropped_and_those_in_use_stay() -> None:
    limits = ConcurrencyLimits(keep=2)
    used = limits.of("compute", "", "0")
    with used.call("GET"):
        for number in range(1, 5):
            limits.of("compute", "", str(number))
        assert limits.of("compute", "", "0") is used
    idle = limits.of("compute", "", "4")
    for number in range(5, 9):
        limits.of("compute", "", str(number))
    assert limits.of("compute", "", "4") is not idle
