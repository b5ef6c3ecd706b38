"""Changing a group bit by bit: which members are by the new definition and which still by the old after each batch.

Rule (reference: groups, batching): the next size is the effective batch plus as many others as must stay in service,
so ``min_in_service`` may make the group grow above its target for a while.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
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


def next_batch(target: int, current: int, updated: int, size: int, min_in_service: int) -> tuple[int, int]:
    """``(members after the batch, members that it makes or changes)``.

    The group has ``current`` members, shall have ``target``, and ``updated`` of them are done.
    """
    changes = min(size, max(target - updated, 0))
    return changes + max(min(current, target - changes), min(min_in_service, target, current)), changes


def growing(names: Sequence[str], size: int) -> list[dict[str, Any]]:
    """Batches that add ``size`` members at a time."""
    return [{"new": list(names[:end])} for end in range(size, len(names) + size, size)]


def rolling(
    old: Sequence[str], new: Sequence[str], size: int, min_in_service: int, spare: Iterator[str]
) -> list[dict[str, Any]]:
    """Batches from the members ``old``, all by the old definition, to ``new``, all by the new one.

    For groups whose members have places: what is wanted at the end is told by name. Each batch is ``{"new": names,
    "old": names}``. It makes or changes ``size`` members at most; the others that it keeps, ``min_in_service`` at least
    if there are so many, are not touched. ``spare`` names the members that the group has meanwhile above its target;
    they, and those that are not wanted any more, are gone with the last batch.
    """
    steps: list[dict[str, Any]] = []
    done: list[str] = []  # by the new definition
    kept = list(old)  # still by the old one
    while waiting := [name for name in new if name not in done]:
        current = len(done) + len(kept)
        capacity, batch = next_batch(len(new), current, len(new) - len(waiting), size, min_in_service)
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


def renewing(
    members: Sequence[str], stale: Collection[str], size: int, min_in_service: int, fresh: Iterator[str]
) -> list[dict[str, Any]]:
    """Batches after which as many ``members`` as now are there, none of them ``stale`` (by an old definition).

    For groups whose members have no places: those that the group has meanwhile above its size, named by ``fresh``,
    stay, and as many stale ones go unchanged, the first of ``members`` first. Batches are as those of :func:`rolling`;
    there are none when nothing is stale.
    """
    steps: list[dict[str, Any]] = []
    order = list(members)
    old = [name for name in members if name in stale]
    target, updated = len(members), len(members) - len(old)
    while old:
        capacity, changes = next_batch(target, len(order), updated, size, min_in_service)
        for name in old[: max(len(order) - capacity, 0)]:
            order.remove(name)
        old = [name for name in old if name in order]
        made = [next(fresh) for _ in range(capacity - len(order))]
        order += made
        old = old[changes - len(made) :]
        updated += changes
        steps.append({"new": _without(old, order), "old": list(old)})
    return steps


def _without(names: Sequence[str], items: Sequence[str]) -> list[str]:
    return [item for item in items if item not in names]
