"""The clock that is passed around, so that a test can hold it.

Leases compare times of the database's clock; this one is for what stays inside a process:
timers, deadlines, and times shown to people.
"""

from __future__ import annotations

import datetime
import time


class Clock:
    """The machine's time."""

    def now(self) -> datetime.datetime:
        """Wall time, aware, UTC, with microseconds."""
        return datetime.datetime.now(datetime.UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread for so long."""
        time.sleep(seconds)


class FakeClock(Clock):
    """A clock that moves only when told."""

    def __init__(self, start: datetime.datetime = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)) -> None:
        self._start = start
        self._elapsed = 0.0

    def now(self) -> datetime.datetime:
        return self._start + datetime.timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` (not negative) pass at once."""
        if seconds < 0:
            raise ValueError(f"time does not go back: {seconds}")
        self._elapsed += seconds
