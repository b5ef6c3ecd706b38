"""How many resources there are in a tree of nested stacks, without counting them for each stack that is added."""

from __future__ import annotations

import dataclasses
import threading
from typing import Final

from heat_mq.clock import Clock
from heat_mq.db.repo import resources
from heat_mq.db.session import Database
from heat_mq.errors import LimitExceeded

SECONDS: Final = 1.0
KEPT: Final = 1000


@dataclasses.dataclass(slots=True)
class _Size:
    count: int
    until: float


class TreeSizes:
    """Knows sizes for a second, with what was admitted since; nothing is refused without a fresh count.

    So a tree may come to hold what other processes admitted in that second beyond its limit, as it may in any case:
    rows are counted, and a resource has none before its turn has come. Safe for threads.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, _Size] = {}

    def admit(self, root_id: str, more: int, limit: int) -> None:
        """Raise LimitExceeded when the tree would have more than ``limit`` resources with ``more`` (-1: no limit)."""
        if limit < 0 or self._fits(root_id, more, limit):
            return
        count = self._database.read(resources.count_resources, root_id)
        with self._lock:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[root_id] = _Size(count, self._clock.monotonic() + SECONDS)
        if not self._fits(root_id, more, limit):
            raise LimitExceeded(f"A stack may have {limit} resources with all its nested stacks, this one has more.")

    def _fits(self, root_id: str, more: int, limit: int) -> bool:
        with self._lock:
            known = self._known.get(root_id)
            if known is None or self._clock.monotonic() > known.until or known.count + more > limit:
                return False
            known.count += more
            return True
