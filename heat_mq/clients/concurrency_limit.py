"""How many calls to one service run at once for one project: a limit that finds its size by itself.

Additive increase, multiplicative decrease, as TCP does it. Until the first sign of congestion every answer lets one
more call run; after it one more for a round or two. An answer 429 or 503 halves the limit, once for all calls that were
under way then, and a Retry-After stops all calls for so long. Growing ends where latency leaves its best, and where it
goes far from it the limit shrinks again, though never below where it began: slow is no refusal.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import random
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from typing import Any, Final

from heat_mq.clients import turns
from heat_mq.errors import CloudTransient

LOG = logging.getLogger(__name__)

#: Answers that ask for less.
CONGESTED: Final = frozenset({429, 503})
#: Latency up to this multiple of the best, and these seconds on top, is as good as the best.
NEAR: Final = (2.0, 0.05)
#: Latency beyond this is a queue that grows somewhere.
FAR: Final = (4.0, 0.2)
#: How fast the best latency follows when a service has become slower for good: share of the difference.
AGEING: Final = 0.001
#: Seconds that a Retry-After stops calls at most.
LONGEST_PAUSE: Final = 300.0
#: Seconds of a pause that a call in the middle of a step waits for; a longer one is the scheduler's.
PATIENCE: Final = 5.0
#: Kinds of call whose best latency is remembered.
SHAPES: Final = 128


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """Where a limit begins and how far it grows; it never falls below 1."""

    start: int = 16
    most: int = 64


class Permit:
    """A call under way. ``status`` is set when it was answered, ``retry_after`` when the answer says so."""

    __slots__ = ("began", "retry_after", "shape", "status")

    def __init__(self, shape: Hashable, began: float) -> None:
        self.shape = shape
        self.began = began
        self.status = 0
        self.retry_after: float | None = None


class ConcurrencyLimit:
    """The limit and its queue. Safe between threads and green threads; nothing is called under its lock.

    Invariants: ``in_flight`` counts the calls that were let in and have not ended. Calls in the middle of a step come
    first, in order, since they hold a thread; then steps that wait for their first call, in order. A step that is woken
    holds no permit until it calls, only its place before those who come later: a permit is never held by
    somebody who waits for a thread.
    """

    def __init__(
        self,
        name: str = "",
        bounds: Bounds = Bounds(),
        *,
        monotonic: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], Any] | None = None,
    ) -> None:
        """``later(seconds, call)`` has something called once; the default takes a thread for it while it waits."""
        self.name = name
        self._bounds = bounds
        self._monotonic = monotonic
        self._later = later or _in_a_thread
        self._lock = threading.Lock()
        self._limit = float(bounds.start)
        self._threshold = float(bounds.most)
        self._in_flight = 0
        self._woken = 0
        self._blocked: deque[threading.Event] = deque()
        self._queue: deque[_Ticket] = deque()
        self._paused_until = float("-inf")
        self._timer_runs = False
        self._decreased_at = float("-inf")
        self._best: OrderedDict[Hashable, float] = OrderedDict()

    @property
    def limit(self) -> int:
        """Calls that may run at once now."""
        return int(self._limit)

    @property
    def in_flight(self) -> int:
        return self._in_flight

    @property
    def waiting(self) -> int:
        """Calls and steps that wait for their turn."""
        return len(self._blocked) + len(self._queue)

    @contextlib.contextmanager
    def call(self, shape: Hashable) -> Iterator[Permit]:
        """Wait for a turn, and make the call inside. ``shape`` tells calls apart whose latency differs by nature.

        Raises Queued for the first call of a step when there is no room, and CloudTransient when the service has asked
        for a pause that is too long to wait for in the middle of a step.
        """
        self._enter()
        turns.begun()
        permit = Permit(shape, self._monotonic())
        try:
            yield permit
        finally:
            self._leave(permit)

    # --- in -----------------------------------------------------------------------------------

    def _enter(self) -> None:
        ticket = turns.take_ticket()
        mine = isinstance(ticket, _Ticket) and ticket.owner is self
        if ticket is not None and not mine:
            ticket.cancel()
        with self._lock:
            invited = mine and self._withdraw(ticket)  # type: ignore[arg-type]
            if self._free() > (0 if invited else self._woken) and (invited or not (self._blocked or self._queue)):
                self._in_flight += 1
                return
            if turns.may_queue():
                again = _Ticket(self)
                # Who was invited and came too late keeps the place at the front.
                (self._queue.appendleft if invited else self._queue.append)(again)
                raise turns.Queued(again)
            self._refuse_long_pause()
            event = threading.Event()
            self._blocked.append(event)
        try:
            self._wake()
            event.wait()
        except BaseException:
            self._give_up(event)
            raise

    def _refuse_long_pause(self) -> None:
        pause = self._paused_until - self._monotonic()
        if turns.in_step() and pause > PATIENCE:
            raise CloudTransient(
                f"The service has asked to be left alone for {pause:.0f} s more.", retry_after=pause, status=429
            )

    def _give_up(self, event: threading.Event) -> None:
        with self._lock:
            if event in self._blocked:
                self._blocked.remove(event)
            else:
                self._in_flight -= 1
        self._wake()

    # --- out ----------------------------------------------------------------------------------

    def _leave(self, permit: Permit) -> None:
        now = self._monotonic()
        pause = 0.0
        with self._lock:
            before = int(self._limit)
            is_used = self._in_flight * 2 >= before
            self._in_flight -= 1
            if permit.status in CONGESTED:
                self._decrease(permit, now)
                if permit.retry_after:
                    pause = min(permit.retry_after, LONGEST_PAUSE)
                    self._paused_until = max(self._paused_until, now + pause)
            elif 0 < permit.status < 500:
                self._adapt(permit, now - permit.began, is_used)
            after = int(self._limit)
        if after != before or pause:
            LOG.debug(
                "%s: %d calls at once (were %d), %d wait%s",
                *(self.name, after, before, self.waiting, f", none for {pause:.1f} s" if pause else ""),
            )
        if pause:
            self._end_pause_later()
        self._wake()

    def _end_pause_later(self) -> None:
        """Wake who waits when the pause is over: one timer, however many answers have asked for a pause."""
        with self._lock:
            left = self._paused_until - self._monotonic()
            if self._timer_runs:
                return
            self._timer_runs = True
        self._later(max(left, 0.0) + random.uniform(0, 0.05), self._end_pause)

    def _end_pause(self) -> None:
        with self._lock:
            self._timer_runs = False
            is_longer = self._monotonic() < self._paused_until
        if is_longer:  # another answer has asked for more meanwhile
            self._end_pause_later()
        self._wake()

    def _decrease(self, permit: Permit, now: float) -> None:
        """Halve, but once for the calls that were under way together: all of them met the same congestion."""
        if permit.began >= self._decreased_at:
            self._limit = self._threshold = max(1.0, self._limit / 2)
            self._decreased_at = now

    def _adapt(self, permit: Permit, seconds: float, is_used: bool) -> None:
        best = self._remember(permit.shape, seconds)
        if seconds <= best * NEAR[0] + NEAR[1]:
            if is_used:  # more room than is used teaches nothing
                step = 1.0 if self._limit < self._threshold else 1.0 / self._limit
                self._limit = min(float(self._bounds.most), self._limit + step)
            return
        self._threshold = min(self._threshold, self._limit)
        if seconds > best * FAR[0] + FAR[1] and self._limit > self._bounds.start:
            self._limit = max(float(self._bounds.start), self._limit - 1.0 / self._limit)

    def _remember(self, shape: Hashable, seconds: float) -> float:
        """The best latency of calls of this shape."""
        best = self._best.pop(shape, seconds)
        best = seconds if seconds < best else best + (seconds - best) * AGEING
        self._best[shape] = best
        if len(self._best) > SHAPES:
            self._best.popitem(last=False)
        return best

    # --- queue --------------------------------------------------------------------------------

    def _free(self) -> int:
        return int(self._limit) - self._in_flight if self._monotonic() >= self._paused_until else 0

    def _wake(self) -> None:
        """Let in whoever there is room for."""
        ready: list[Callable[[], None]] = []
        with self._lock:
            while self._blocked and self._free() > 0:
                self._in_flight += 1
                ready.append(self._blocked.popleft().set)
            while self._queue and self._free() > self._woken:
                ticket = self._queue.popleft()
                ticket.woken = True
                self._woken += 1
                if ticket.ready is not None:
                    ready.append(ticket.ready)
        for call in ready:
            call()

    def _withdraw(self, ticket: _Ticket) -> bool:
        """Take a ticket out of the game; whether it had been woken."""
        if ticket.over:
            return False
        ticket.over = True
        if ticket.woken:
            self._woken -= 1
            return True
        self._queue.remove(ticket)
        return False


class _Ticket:
    """See :class:`heat_mq.clients.turns.Ticket`. All fields are guarded by the limit's lock."""

    __slots__ = ("over", "owner", "ready", "woken")

    def __init__(self, owner: ConcurrencyLimit) -> None:
        self.owner = owner
        self.ready: Callable[[], None] | None = None
        self.woken = False
        self.over = False

    def wait(self, ready: Callable[[], None]) -> None:
        with self.owner._lock:
            self.ready = ready
            woken = self.woken
        if woken:
            ready()
        else:
            self.owner._wake()

    def cancel(self) -> bool:
        with self.owner._lock:
            waited = not self.woken and not self.over
            self.owner._withdraw(self)
        self.owner._wake()
        return waited


class ConcurrencyLimits:
    """The limits of a worker, by service, region and project; the most recently used are kept."""

    def __init__(self, bounds: Bounds = Bounds(), *, keep: int = 4096) -> None:
        self._bounds = bounds
        self._keep = keep
        self._lock = threading.Lock()
        self._limits: OrderedDict[tuple[str, str, str], ConcurrencyLimit] = OrderedDict()

    def of(self, service_type: str, region: str, project_id: str) -> ConcurrencyLimit:
        """The one limit for these, the same for all threads."""
        key = (service_type, region, project_id)
        with self._lock:
            found = self._limits.get(key)
            if found is None:
                name = f"{service_type} of project {project_id or '(none)'}{f' in {region}' if region else ''}"
                found = self._limits[key] = ConcurrencyLimit(name, self._bounds)
                if len(self._limits) > self._keep:
                    self._drop_an_idle_one()
            self._limits.move_to_end(key)
            return found

    def _drop_an_idle_one(self) -> None:
        for key, limit in self._limits.items():
            if not limit.in_flight and not limit.waiting:
                del self._limits[key]
                return


def _in_a_thread(seconds: float, call: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
