"""Native threads: the pool behind :class:`heat_mq.concurrency.Pool`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

LOG = logging.getLogger(__name__)


class ThreadPool:
    """See :class:`heat_mq.concurrency.Pool`."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._changed = threading.Condition()
        self._running = 0
        self._executor = ThreadPoolExecutor(size, thread_name_prefix="pool")

    def spawn(self, fn: Callable[..., object], *args: Any) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._running < self.size)
            self._running += 1
        try:
            self._executor.submit(fn, *args).add_done_callback(self._done)
        except BaseException:
            self._leave()
            raise

    def free(self) -> int:
        return self.size - self._running

    def join(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._running)

    def _done(self, future: Future[object]) -> None:
        problem = future.exception()
        if problem is not None:
            LOG.error("a pooled function failed", exc_info=problem)
        self._leave()

    def _leave(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()
