"""How much a worker does at once, and how often."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """``batch`` nodes are claimed at once, ``in_hand`` at most owned, ``threads`` steps run at once.

    ``onward`` nodes, if their predecessors release no more, are claimed by the transaction that releases them.

    When ``list_from`` nodes wait for objects of one kind they are listed, and not looked at one by one.

    ``sweep_seconds`` between sweeps, ``window_seconds`` the journal waits for company,
    ``error_wait_seconds`` the rest of a stack has after a failure. ``events`` are kept for a stack (0: all), and
    ``events_dropped`` go at once when there are more.
    """

    batch: int = 64
    onward: int = 8
    in_hand: int = 5000
    list_from: int = 10
    threads: int = 200
    sweep_seconds: float = 1.0
    window_seconds: float = 0.003
    error_wait_seconds: float = 240.0
    events: int = 1000
    events_dropped: int = 200
