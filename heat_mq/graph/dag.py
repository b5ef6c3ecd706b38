"""An immutable directed acyclic graph with the walks that planning needs.

All methods are iterative and linear in nodes plus edges, so a chain of 100,000 nodes is no problem.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from heat_mq.graph.cycles import CycleFound, find_cycle

N = TypeVar("N", bound=Hashable)


class Dag(Generic[N]):
    """Nodes and what each of them requires.

    ``requires`` maps a node to the nodes that must come before it; a node that only stands on
    the right side is a node too. Order follows the mapping's order wherever the edges leave a
    choice, so the same input always gives the same plan. Raises :class:`CycleFound`.
    """

    __slots__ = ("_order", "_required_by", "_requires")

    def __init__(self, requires: Mapping[N, Iterable[N]]) -> None:
        needs = {node: tuple(dict.fromkeys(wanted)) for node, wanted in requires.items()}
        for wanted in list(needs.values()):
            for item in wanted:
                needs.setdefault(item, ())
        needed_by: dict[N, list[N]] = {node: [] for node in needs}
        for node, wanted in needs.items():
            for item in wanted:
                needed_by[item].append(node)
        self._requires = needs
        self._required_by = {node: tuple(users) for node, users in needed_by.items()}
        self._order = self._sorted()

    def __len__(self) -> int:
        return len(self._requires)

    def __iter__(self) -> Iterator[N]:
        """Every node, each after all that it requires."""
        return iter(self._order)

    def __contains__(self, node: object) -> bool:
        return node in self._requires

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dag):
            return NotImplemented
        return self.edges() == other.edges() and set(self._requires) == set(other._requires)

    def __hash__(self) -> int:
        return hash((frozenset(self._requires), self.edges()))

    def requires(self, node: N) -> tuple[N, ...]:
        """The nodes that must come before ``node`` (direct ones)."""
        return self._requires[node]

    def required_by(self, node: N) -> tuple[N, ...]:
        """The nodes that wait for ``node`` (direct ones)."""
        return self._required_by[node]

    def edges(self) -> frozenset[tuple[N, N]]:
        """Pairs (node, what it requires)."""
        return frozenset((node, item) for node, wanted in self._requires.items() for item in wanted)

    def roots(self) -> list[N]:
        """Nodes that require nothing: where work starts."""
        return [node for node in self._order if not self._requires[node]]

    def leaves(self) -> list[N]:
        """Nodes that nothing requires: where work ends."""
        return [node for node in self._order if not self._required_by[node]]

    def layers(self) -> list[list[N]]:
        """Nodes grouped by the length of the longest way from a root; a layer can run at once."""
        depth: dict[N, int] = {}
        layers: list[list[N]] = []
        for node in self._order:
            level = 1 + max((depth[item] for item in self._requires[node]), default=-1)
            depth[node] = level
            if level == len(layers):
                layers.append([])
            layers[level].append(node)
        return layers

    def reversed(self) -> Dag[N]:
        """The same nodes with every edge turned around (the order of deletion)."""
        return Dag({node: self._required_by[node] for node in reversed(self._order)})

    def upstream(self, *nodes: N) -> frozenset[N]:
        """Everything that the given nodes require, near or far, without themselves."""
        return _reach(nodes, self._requires)

    def downstream(self, *nodes: N) -> frozenset[N]:
        """Everything that requires any of the given nodes, near or far, without themselves."""
        return _reach(nodes, self._required_by)

    def subgraph(self, nodes: Iterable[N]) -> Dag[N]:
        """The given nodes and the edges between them."""
        kept = set(nodes)
        return Dag(
            {node: [item for item in self._requires[node] if item in kept] for node in self._order if node in kept}
        )

    def _sorted(self) -> tuple[N, ...]:
        left = {node: len(wanted) for node, wanted in self._requires.items()}
        ready = [node for node, count in left.items() if not count]
        order: list[N] = []
        position = 0
        while position < len(ready):
            node = ready[position]
            position += 1
            order.append(node)
            for user in self._required_by[node]:
                left[user] -= 1
                if not left[user]:
                    ready.append(user)
        if len(order) != len(self._requires):
            cycle = find_cycle(self._requires)
            raise CycleFound(cycle or [])
        return tuple(order)


def _reach(start: Iterable[N], edges: Mapping[N, tuple[N, ...]]) -> frozenset[N]:
    starts = list(start)
    seen: set[N] = set()
    queue = list(starts)
    while queue:
        for item in edges[queue.pop()]:
            if item not in seen:
                seen.add(item)
                queue.append(item)
    return frozenset(seen.difference(starts))
