"""Times between the events of a stack, which carry microseconds."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

#: Resource (or stack), ``ACTION_STATUS``, time.
Event = tuple[str, str, datetime.datetime]

CREATED = "CREATE_COMPLETE"


def tail_seconds(events: Sequence[Event], last: str) -> float:
    """From the creation of the last resource that ``last`` has waited for to the end of the stack.

    The stack's own event is the newest. Older events may have been dropped. ValueError when the end is not there.
    """
    created = [(name, at) for name, status, at in events if status == CREATED]
    if len(created) < 3 or created[-2][0] != last:
        raise ValueError(f"the last events of a stack that is complete end with {last} and the stack itself")
    return (created[-1][1] - max(at for _, at in created[:-2])).total_seconds()


def spread_seconds(events: Sequence[Event]) -> float:
    """From the stack's first event to its last; ValueError of no events."""
    times = [at for _, _, at in events]
    return (max(times) - min(times)).total_seconds()
