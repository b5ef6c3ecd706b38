"""What a piece of work costs, as a count that is the same on every machine.

Elapsed time is the machine's and its neighbours'; the lines of Python that were executed are the code's. A loop counts
each time round, a comprehension's too; what a function written in C does in itself counts nothing, so these counts show
how the cost grows and not how large it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def lines(work: Callable[[], object]) -> int:
    """How many lines of Python ``work()`` executes in this thread, those of all that it calls with them."""
    counted = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal counted
        if event == "line":
            counted += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted
