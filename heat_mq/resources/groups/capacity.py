"""How many members a group has after an adjustment.

Rules (reference: groups, scaling_policy): a percentage whose change is below one is rounded away from zero, any other
towards it; the least step counts for percentages alone; the size stays within the group's bounds.
"""

from __future__ import annotations

import math
from typing import Final

CHANGE: Final = "change_in_capacity"
EXACT: Final = "exact_capacity"
PERCENT: Final = "percent_change_in_capacity"

KINDS: Final = (CHANGE, EXACT, PERCENT)
AWS_KINDS: Final = {"ChangeInCapacity": CHANGE, "ExactCapacity": EXACT, "PercentChangeInCapacity": PERCENT}
"""CloudFormation's words for them."""


def adjusted(
    current: int, kind: str, amount: float, *, at_least: int, at_most: int, min_step: int | None = None
) -> int:
    """The new size: ``amount`` more (or less), exactly ``amount``, or ``amount`` per cent more, by ``kind``."""
    if kind == EXACT:
        size = int(amount)
    elif kind == CHANGE:
        size = current + int(amount)
    else:
        size = current + _by_percent(current, amount, min_step or 0)
    return bounded(size, at_least, at_most)


def bounded(size: int, at_least: int, at_most: int) -> int:
    return max(at_least, min(at_most, size))


def _by_percent(current: int, amount: float, min_step: int) -> int:
    change = current * amount / 100
    size = math.ceil(abs(change)) if abs(change) < 1 else math.floor(abs(change))
    return int(math.copysign(max(size, min_step), amount)) if amount else 0
