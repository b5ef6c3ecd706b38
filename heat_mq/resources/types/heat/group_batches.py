"""Changing a group bit by bit: which members are by the new definition and which still by the old after each batch.

Rule (reference: groups, batching): the next size is the effective batch plus as many others as must stay in service,
so ``min_in_service`` may make the group grow above its target for a while.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Batches:
    """``size`` members at once, ``pause`` seconds between batches."""

    size: int
    pause: float
    min_in_service: int = 0

    @classmethod
    def of(cls, policy: Mapping[str, Any] | None) -> Batches | None:
        """The policy's values, or None when there is no policy."""
        if policy is None:
            return None
        return cls(policy.get("max_batch_size", 1), policy.get("pause_time", 0), policy.get("min_in_service", 0))


def growing(names: Sequence[str], size: int) -> list[dict[str, Any]]:
    """Batches that add ``size`` members at a time."""
    return [{"new": list(names[:end])} for end in range(size, len(names) + size, size)]


def rolling(
    old: Sequence[str], new: Sequence[str], size: int, min_in_service: int, spare: Iterator[str]
) -> list[dict[str, Any]]:
    """Batches from the members ``old``, all by the old definition, to ``new``, all by the new one.

    Each is ``{"new": names, "old": names}``. A batch makes or changes ``size`` members at most; the others that it
    keeps, ``min_in_service`` at least if there are so many, are not touched. ``spare`` names the members that the group
    has meanwhile above its target; they, and those that are not wanted any more, are gone with the last batch.
    """
    steps: list[dict[str, Any]] = []
    done: list[str] = []  # by the new definition
    kept = list(old)  # still by the old one
    while waiting := [name for name in new if name not in done]:
        target, current = len(new), len(done) + len(kept)
        batch = min(size, len(waiting))
        capacity = batch + max(min(current, target - batch), min(min_in_service, target, current))
        missing = [name for name in waiting if name not in kept]
        there = [name for name in waiting if name in kept]
        # Members that are not wanted make room for those that are.
        leaving = [name for name in [*kept, *done] if name not in new]
        made = missing[: max(min(batch, capacity - current + len(leaving)), 0)]
        made += [next(spare) for _ in range(min(capacity - current, batch) - len(made))]
        changed = there[: batch - len(made)]
        done += made + changed
        kept = _without(changed, kept)
        for name in leaving:
            if len(done) + len(kept) > capacity:
                kept, done = _without([name], kept), _without([name], done)
        steps.append({"new": list(done), "old": list(kept)})
    if not steps or steps[-1] != {"new": list(new), "old": []}:
        steps.append({"new": list(new), "old": []})
    return steps


def _without(names: Sequence[str], items: Sequence[str]) -> list[str]:
    return [item for item in items if item not in names]
