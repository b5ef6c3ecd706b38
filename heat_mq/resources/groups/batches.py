"""Changing a group bit by bit: which members come, change and go with each batch.

Rule (reference: groups, batching): the next size is the effective batch plus as many others as must stay in service,
so ``min_in_service`` may make the group grow above its target for a while.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypedDict


class Step(TypedDict):
    """A batch, as JSON: the members that it makes or changes, by the new definition, and those that it removes.

    The others stay as they are, so that all batches together are no larger than the group.
    """

    new: list[str]
    gone: list[str]


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


def growing(names: Sequence[str], size: int) -> list[Step]:
    """Batches that add ``size`` members at a time."""
    return [{"new": list(names[at : at + size]), "gone": []} for at in range(0, len(names), size)]


def rolling(old: Sequence[str], new: Sequence[str], size: int, min_in_service: int, spare: Iterator[str]) -> list[Step]:
    """Batches from the members ``old``, all by the old definition, to ``new``, all by the new one.

    For groups whose members have places: what is wanted at the end is told by name. A batch makes or changes ``size``
    members at most; the others that it keeps, ``min_in_service`` at least if there are so many, are not touched.
    ``spare`` names the members that the group has meanwhile above its target; they, and those that are not wanted any
    more, are gone with the last batch. There is one batch at least.
    """
    steps: list[Step] = []
    wanted = set(new)
    done: dict[str, None] = {}  # by the new definition
    kept = dict.fromkeys(old)  # still by the old one
    while waiting := [name for name in new if name not in done]:
        current = len(done) + len(kept)
        capacity, batch = next_batch(len(new), current, len(new) - len(waiting), size, min_in_service)
        # Members that are not wanted make room for those that are.
        leaving = [name for name in (*kept, *done) if name not in wanted]
        made = [name for name in waiting if name not in kept][: max(min(batch, capacity - current + len(leaving)), 0)]
        made += [next(spare) for _ in range(min(capacity - current, batch) - len(made))]
        changed = [name for name in waiting if name in kept][: batch - len(made)]
        for name in changed:
            del kept[name]
        done.update(dict.fromkeys([*made, *changed]))
        gone = leaving[: max(len(done) + len(kept) - capacity, 0)]
        for name in gone:
            kept.pop(name, None)
            done.pop(name, None)
        steps.append({"new": [*made, *changed], "gone": gone})
    rest = [name for name in (*kept, *done) if name not in wanted]
    if rest or not steps:
        steps.append({"new": [], "gone": rest})
    return steps


def renewing(
    members: Sequence[str], stale: Collection[str], size: int, min_in_service: int, fresh: Iterator[str]
) -> list[Step]:
    """Batches after which as many ``members`` as now are there, none of them ``stale`` (by an old definition).

    For groups whose members have no places: those that the group has meanwhile above its size, named by ``fresh``,
    stay, and as many stale ones go unchanged, the first of ``members`` first. There are no batches when nothing is
    stale.
    """
    steps: list[Step] = []
    old = [name for name in members if name in stale]
    target = current = len(members)
    updated = target - len(old)
    while old:
        capacity, changes = next_batch(target, current, updated, size, min_in_service)
        gone = old[: max(current - capacity, 0)]
        made = [next(fresh) for _ in range(capacity - current)]
        changed = old[len(gone) :][: changes - len(made)]
        old = old[len(gone) + len(changed) :]
        current, updated = current - len(gone) + len(made), updated + changes
        steps.append({"new": [*made, *changed], "gone": gone})
    return steps


def after(members: Sequence[str], steps: Sequence[Step]) -> list[str]:
    """The members that are there after the batches: those that stay in their order, then new ones."""
    there = dict.fromkeys(members)
    for step in steps:
        for name in step["gone"]:
            there.pop(name, None)
        there.update(dict.fromkeys(step["new"]))
    return list(there)
