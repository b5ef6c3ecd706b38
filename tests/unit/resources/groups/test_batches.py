"""Batches of a group, for any size of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from heat_mq.resources.groups.batches import Batches, growing, renewing, rolling

SIZES = st.integers(0, 12)
MEMBERS = st.lists(st.integers(0, 14).map(str), unique=True, max_size=10)


def spare() -> Iterator[str]:
    return (f"spare{at}" for at in itertools.count())


@given(SIZES, st.integers(1, 5))
def test_a_group_grows_by_so_many_until_it_is_whole(count: int, size: int) -> None:
    names = [str(at) for at in range(count)]
    before: list[str] = []
    for step in growing(names, size):
        assert step["new"][: len(before)] == before
        assert 0 < len(step["new"]) - len(before) <= size
        before = step["new"]
    assert before == names


@given(MEMBERS, MEMBERS, st.integers(1, 6), st.integers(0, 12))
@example(["0", "1", "2"], ["0", "1", "2"], 3, 3)
@example(["0", "1"], ["0", "1", "2", "3", "4"], 1, 1)
@example([], [], 1, 0)
def test_a_rolling_change_keeps_its_promises(old: list[str], new: list[str], size: int, in_service: int) -> None:
    steps = rolling(old, new, size, in_service, spare())
    fresh: set[str] = set()
    stale = set(old)
    todo = len(new)
    for step in steps:
        assert len(set(step["new"])) == len(step["new"])
        assert not set(step["new"]) & set(step["old"])
        assert set(step["old"]) <= stale, "nothing is made by the old definition"
        changed = set(step["new"]) - fresh
        assert len(changed) <= size, "no more than a batch at once"
        untouched = set(step["old"]) | (set(step["new"]) & fresh)
        current = len(fresh) + len(stale)
        if step is not steps[-1] or changed:
            assert len(untouched) >= min(in_service, len(new), current), "so many stay in service"
        assert set(step["new"]) & set(new) >= fresh & set(new), "what is done stays done"
        fresh, stale = set(step["new"]), set(step["old"])
        assert len(set(new) - fresh) <= todo
        todo = len(set(new) - fresh)
    assert steps[-1] == {"new": new, "old": []} or (set(steps[-1]["new"]), steps[-1]["old"]) == (set(new), [])
    assert len(steps) <= 2 * len(new) + 2


def test_a_group_that_must_keep_everyone_in_service_grows_for_a_while() -> None:
    assert rolling(["0", "1", "2"], ["0", "1", "2"], 3, 3, iter("345")) == [
        {"new": ["3", "4", "5"], "old": ["0", "1", "2"]},
        {"new": ["3", "4", "5", "0", "1", "2"], "old": []},
        {"new": ["0", "1", "2"], "old": []},
    ]


def test_without_a_minimum_members_change_in_place_batch_by_batch() -> None:
    assert rolling(["0", "1", "2"], ["0", "1", "2"], 2, 0, spare()) == [
        {"new": ["0", "1"], "old": ["2"]},
        {"new": ["0", "1", "2"], "old": []},
    ]


def test_a_group_without_a_policy_has_no_batches() -> None:
    assert Batches.of(None) is None
    assert Batches.of({}) == Batches(1, 0, 0)


@given(st.integers(0, 12), st.data(), st.integers(1, 6), st.integers(0, 14))
def test_renewing_keeps_its_promises(count: int, data: st.DataObject, size: int, in_service: int) -> None:
    members = [str(at) for at in range(count)]
    stale = data.draw(st.sets(st.sampled_from(members)) if members else st.just(set()))
    there, old = set(members), set(stale)
    for step in renewing(members, stale, size, in_service, spare()):
        new, kept = set(step["new"]), set(step["old"])
        assert kept <= old, "nothing becomes stale"
        changed = new - (there - old)
        assert len(changed) <= size, "no more than a batch at once"
        untouched = kept | (new - changed)
        assert len(untouched) >= min(in_service, count, len(there)), "so many stay in service"
        assert there - old <= new, "what is done stays"
        there, old = new | kept, kept
    assert not old
    assert len(there) == count


def test_members_above_the_size_replace_stale_ones() -> None:
    assert renewing(["0", "1", "2"], {"0", "1", "2"}, 1, 3, iter("abc")) == [
        {"new": ["a"], "old": ["0", "1", "2"]},
        {"new": ["0", "a"], "old": ["1", "2"]},
        {"new": ["0", "1", "a"], "old": ["2"]},
        {"new": ["0", "1", "a"], "old": []},
    ]
