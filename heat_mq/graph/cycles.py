"""Find and show a cycle."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


class CycleFound(ValueError):
    """The graph is not acyclic. ``cycle`` is the way around, its first node repeated at its end."""

    def __init__(self, cycle: Sequence[Hashable]) -> None:
        super().__init__(text_of_cycle(cycle))
        self.cycle = list(cycle)


def text_of_cycle(cycle: Iterable[Hashable]) -> str:
    """``a -> b -> c -> a``: each node needs the one after the arrow."""
    return " -> ".join(str(node) for node in cycle)


def find_cycle(requires: Mapping[N, Iterable[N]]) -> list[N] | None:
    """A cycle of ``requires`` (node -> nodes it needs) that no shorter one touches at its first node, or None.

    Nodes that merely lead into a cycle or hang from it are not in the answer, and the answer is
    the same for the same graph: it starts at the first node, in the mapping's order, that lies on a cycle.
    """
    core = _without_ends(requires)
    for start in core:
        way = _way_back(start, core)
        if way:
            return way
    return None


def _without_ends(requires: Mapping[N, Iterable[N]]) -> dict[N, list[N]]:
    """The graph without the nodes that need nothing, again and again until none is left to drop."""
    needs = {node: list(dict.fromkeys(wanted)) for node, wanted in requires.items()}
    left = {node: sum(1 for item in wanted if item in needs) for node, wanted in needs.items()}
    needed_by: dict[N, list[N]] = {}
    for node, wanted in needs.items():
        for item in wanted:
            needed_by.setdefault(item, []).append(node)
    free = [node for node, count in left.items() if not count]
    while free:
        node = free.pop()
        del left[node]
        for user in needed_by.get(node, ()):
            left[user] -= 1
            if not left[user]:
                free.append(user)
    return {node: [item for item in needs[node] if item in left] for node in needs if node in left}


def _way_back(start: N, needs: Mapping[N, Sequence[N]]) -> list[N] | None:
    """The shortest way from ``start`` to itself, breadth first."""
    came_from: dict[N, N] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for item in needs[node]:
            if item == start:
                way = [start]
                while node != start:
                    way.append(node)
                    node = came_from[node]
                return [start, *reversed(way)]
            if item not in came_from:
                came_from[item] = node
                queue.append(item)
    return None
