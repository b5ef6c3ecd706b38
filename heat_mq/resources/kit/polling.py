"""How long to wait before the next look at an object that is still changing."""

from __future__ import annotations

from typing import Final

from heat_mq.resources.kit.call import Call
from heat_mq.resources.kit.outcome import Wait, Watch

FIRST: Final = 1.0
GROWTH: Final = 1.15
LONGEST: Final = 8.0
COUNT: Final = "polls"


def wait(call: Call, watch: Watch | None = None) -> Wait:
    """Wait, a little longer with each look: 1 s, then 15 % more up to 8 s.

    The looks are counted in ``call.progress``; an operation of several phases starts anew with :func:`rewind`. Give a
    ``watch`` where nothing but a change of the object's status matters: then one list may serve many resources.
    """
    count = int(call.progress.get(COUNT, 0))
    call.progress[COUNT] = count + 1
    return Wait(min(FIRST * GROWTH ** min(count, 100), LONGEST), watch)


def looks(call: Call) -> int:
    """How often :func:`wait` was asked for in this phase."""
    return int(call.progress.get(COUNT, 0))


def rewind(call: Call) -> None:
    """Begin with short waits again: the object has entered another phase."""
    call.progress.pop(COUNT, None)
