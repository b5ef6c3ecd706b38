"""A small cache whose entries last for some seconds; safe between threads."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Expiring(Generic[V]):
    """Values by key for ``seconds``; the ``limit`` most recently stored are kept."""

    def __init__(self, seconds: float, *, limit: int = 4096, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._limit = limit
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Event] = {}
        self._entries: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """The value, or None when there is none that is still good."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry[0] <= self._monotonic():
                del self._entries[key]
                return None
            return entry[1]

    def put(self, key: Hashable, value: V) -> None:
        with self._lock:
            self._entries.pop(key, None)
            self._entries[key] = (self._monotonic() + self.seconds, value)
            while len(self._entries) > self._limit:
                self._entries.popitem(last=False)

    def fetch(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value, made where there is none that is still good.

        Of many who miss it at the same time one makes it and the others wait for it. When that one fails each makes
        its own, so that none waits for more than one failure.
        """
        found = self.get(key)
        if found is not None:
            return found
        with self._lock:
            first = self._making.get(key)
            mine = self._making.setdefault(key, threading.Event())
        if first is not None:
            first.wait()
            found = self.get(key)
            if found is not None:
                return found
        try:
            made = make()
            self.put(key, made)
        finally:
            if first is None:
                with self._lock:
                    del self._making[key]
                mine.set()
        return made

    def forget(self, key: Hashable) -> None:
        with self._lock:
            self._entries.pop(key, None)
