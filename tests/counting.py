"""What a piece of work costs, as a count that is the same on every machine.

Elapsed time is the machine's and its neighbours'; the lines of Python that were executed are the code's. A loop counts
each time round, a comprehension's too; what a function written in C does in itself counts nothing, so these counts show
how the cost grows and not how large it is.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from sqlalchemy import Engine, event


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


@contextlib.contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL statements that the engine executes meanwhile, without those that only begin a transaction."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
