"""Runs coroutines' steps on a bounded number of threads; putting one in never blocks."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from heat_mq import concurrency

Step = Callable[[], None]


class RunQueue:
    """Steps wait in order; at most ``size`` run at once, on threads that are made when needed and end when idle."""

    def __init__(self, size: int) -> None:
        self._pool = concurrency.pool(size)
        self._size = size
        self._steps: deque[Step] = deque()
        self._active = 0
        self._lock = threading.Lock()

    def put(self, step: Step) -> None:
        with self._lock:
            self._steps.append(step)
            if self._active >= self._size:
                return
            self._active += 1
        self._pool.spawn(self._drain)

    def _drain(self) -> None:
        while True:
            with self._lock:
                if not self._steps:
                    self._active -= 1
                    return
                step = self._steps.popleft()
            step()

    @property
    def idle(self) -> bool:
        with self._lock:
            return self._active == 0 and not self._steps
