"""Groups what many nodes want written into one transaction every few milliseconds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from oslo_db import exception as db_errors
from sqlalchemy.exc import DBAPIError, StatementError

from heat_mq.clock import Clock
from heat_mq.db.models.traversal import NodeState
from heat_mq.scheduler.records import Written
from heat_mq.traversal.records import Change, Verdict

LOG = logging.getLogger(__name__)

Done = Callable[[Verdict], None]

_REFUSED = (
    db_errors.DBDataError,
    db_errors.DBConstraintError,
    db_errors.DBDuplicateEntry,
    db_errors.DBInvalidUnicodeParameter,
    ValueError,
    TypeError,
)


class Journal:
    """``submit`` returns at once; ``done`` is called with the verdict when the change is committed.

    A change that cannot be written because the database is away is kept and tried again for as long as the process
    lives: its lease decides whether it still counts.
    """

    def __init__(
        self,
        clock: Clock,
        settle: Callable[[Sequence[Change]], Written],
        *,
        window_seconds: float,
        batch: int,
        company: Callable[[], bool],
        on_settled: Callable[[Written], None],
    ) -> None:
        """``settle`` writes a batch in one transaction; ``on_settled`` hears of it after those who wait for it.

        What comes first waits up to ``window_seconds`` for others, as long as ``company`` says that some may come.
        """
        self._clock = clock
        self._settle = settle
        self._window = window_seconds
        self._batch = batch
        self._company = company
        self._on_settled = on_settled
        self._waiting: list[tuple[Change, Done]] = []
        self._lock = threading.Lock()
        self._filled = threading.Event()
        self._stopping = False

    def submit(self, change: Change, done: Done) -> None:
        with self._lock:
            self._waiting.append((change, done))
        self._filled.set()

    def run(self) -> None:
        """Write until :meth:`stop`, then write what is left."""
        while True:
            self._filled.wait(timeout=1.0)
            self._filled.clear()
            if not self._stopping:
                self._wait_for_company()
            while batch := self._take():
                if not self.flush(batch) and self._stopping:
                    return
            if self._stopping:
                return

    def _wait_for_company(self) -> None:
        until = self._clock.monotonic() + self._window
        self._clock.sleep(0)  # lets steps that can run do so
        while self._company() and self._clock.monotonic() < until:
            self._clock.sleep(self._window / 5)

    def stop(self) -> None:
        self._stopping = True
        self._filled.set()

    def _take(self) -> list[tuple[Change, Done]]:
        with self._lock:
            batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
        return batch

    def flush(self, batch: Sequence[tuple[Change, Done]]) -> bool:
        """Write one batch and tell everybody; False when nothing could be written and all of it waits again."""
        changes = [change for change, _ in batch]
        try:
            written = self._settle(changes)
        except Exception as error:
            if _is_refused(error):
                if len(batch) == 1:
                    self._give_up(*batch[0], error)
                else:  # one bad record must not hold up the others
                    for item in batch:
                        self.flush([item])
                return True
            LOG.exception("cannot write %d changes; they are tried again", len(changes))
            with self._lock:
                self._waiting = [*batch, *self._waiting]
            self._filled.set()
            self._clock.sleep(1.0)
            return False
        for (_, done), verdict in zip(batch, written.settled.verdicts, strict=True):
            done(verdict)
        self._on_settled(written)
        return True

    def _give_up(self, change: Change, done: Done, error: Exception) -> None:
        """The database refuses what the record says: the node fails, and what it was to store is lost."""
        LOG.error("a record of node %s cannot be stored", change.lease.key, exc_info=error)
        done(Verdict.LOST)
        if change.rows or change.events or change.failure:
            failure = f"Internal error: the result cannot be stored ({type(error).__name__}); the engine's log says why"
            self.submit(Change(change.lease, end=NodeState.FAILED, failure=failure), lambda verdict: None)


def _is_refused(error: Exception) -> bool:
    """Whether what is written is wrong, which trying again does not mend; oslo.db tells it from a lost connection."""
    inner = getattr(error, "inner_exception", error)
    before_it_was_sent = isinstance(inner, StatementError) and not isinstance(inner, DBAPIError)
    return before_it_was_sent or isinstance(error, _REFUSED)
