"""Short waits: a heap of due times and one thread that calls what is due."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable

from heat_mq.clock import Clock


class Timers:
    """``at(seconds, call)`` calls once after so long, unless cancelled; calls must be short."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._live: set[int] = set()
        self._ids = itertools.count()
        self._changed = threading.Condition()
        self._stopping = False

    def at(self, seconds: float, call: Callable[[], None]) -> int:
        """Have ``call`` called after ``seconds``; the answer is for :meth:`cancel`."""
        with self._changed:
            number = next(self._ids)
            heapq.heappush(self._heap, (self._clock.monotonic() + seconds, number, call))
            self._live.add(number)
            self._changed.notify()
        return number

    def cancel(self, number: int) -> bool:
        """Forget a call; False when it was made or forgotten before."""
        with self._changed:
            known = number in self._live
            self._live.discard(number)
            return known

    def run(self) -> None:
        """Call what is due until :meth:`stop`."""
        while True:
            self.call_due()
            with self._changed:
                if self._stopping:
                    return
                left = self._heap[0][0] - self._clock.monotonic() if self._heap else 1.0
                if left > 0:
                    self._changed.wait(min(left, 1.0))

    def call_due(self) -> None:
        """Call what is due now."""
        due: list[Callable[[], None]] = []
        with self._changed:
            now = self._clock.monotonic()
            while self._heap and self._heap[0][0] <= now:
                _, number, call = heapq.heappop(self._heap)
                if number in self._live:
                    self._live.discard(number)
                    due.append(call)
        for call in due:
            call()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()
