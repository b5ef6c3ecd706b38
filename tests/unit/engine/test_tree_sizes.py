from __future__ import annotations

from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.engine.tree_sizes import TreeSizes
from heat_mq.errors import LimitExceeded


class Tree:
    """Stands for a database in which a tree has so many resources."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked = 0

    def read(self, work: Any, root_id: str) -> int:
        self.asked += 1
        return self.count


def sizes(tree: Tree, clock: FakeClock) -> TreeSizes:
    return TreeSizes(tree, clock)  # type: ignore[arg-type]


def test_a_tree_is_not_counted_for_each_stack_that_is_added() -> None:
    tree, clock = Tree(10), FakeClock()
    found = sizes(tree, clock)
    for _ in range(20):
        found.admit("root", 2, 100)
    assert tree.asked == 1
    clock.advance(1.1)
    found.admit("root", 2, 100)
    assert tree.asked == 2


def test_what_was_admitted_counts_before_it_has_rows() -> None:
    found = sizes(Tree(10), FakeClock())
    found.admit("root", 85, 100)
    found.admit("another", 85, 100)
    assert found._fits("root", 5, 100)
    assert not found._fits("root", 1, 100)


def test_nothing_is_refused_without_a_fresh_count() -> None:
    tree = Tree(90)
    found = sizes(tree, FakeClock())
    found.admit("root", 5, 100)
    tree.count = 20
    found.admit("root", 50, 100)
    tree.count = 99
    with pytest.raises(LimitExceeded, match="100 resources"):
        found.admit("root", 50, 100)


def test_without_a_limit_nobody_counts() -> None:
    tree = Tree(10**9)
    sizes(tree, FakeClock()).admit("root", 1, -1)
    assert tree.asked == 0
