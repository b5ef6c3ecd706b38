"""Waiting for what other threads and processes do: generously, for a shared machine may be slow."""

from __future__ import annotations

import time
from collections.abc import Callable

#: Seconds after which something is taken to hang. No test may tell how long anything took.
PATIENCE = 120.0


def until(holds: Callable[[], object], what: str, seconds: float = PATIENCE, every: float = 0.1) -> None:
    """Return when ``holds()`` is true; AssertionError when it is not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(every)
