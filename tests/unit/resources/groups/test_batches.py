"""Batches of a group, for any size of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from heat_mq.resources.groups.batches import Batches, Step, after, growing, renewing, rolling

SIZES = st.integers(0, 12)
MEMBERS = st.lists(st.integers(0, 14).map(str), unique=True, max_size=10)


def spare() -> Iterator[str]:
    return (f"spare{at}" for at in itertools.count())


def played(old: list[str], steps: list[Step]) -> Iterator[tuple[set[str], set[str], set[str]]]:
    """After each batch: members by the new definition, those still by the old, and those that it made or changed."""
    fresh, stale = set[str](), set(old)
    for step in steps:
        new, gone = set(step["new"]), set(step["gone"])
        assert (len(new), len(gone)) == (len(step["new"]), len(step["gone"])), "nothing is told twice"
        assert not new & gone
        assert gone <= fresh | stale, "only what is there goes"
        fresh, stale = (fresh | new) - gone, stale - new - gone
        yield fresh, stale, new


@given(SIZES, st.integers(1, 5))
def test_a_group_grows_by_so_many_until_it_is_whole(count: int, size: int) -> None:
    names = [str(at) for at in range(count)]
    there: list[str] = []
    for step in growing(names, size):
        assert 0 < len(step["new"]) <= size
        assert step["gone"] == []
        there += step["new"]
    assert there == names


@given(MEMBERS, MEMBERS, st.integers(1, 6), st.integers(0, 12))
@example(["0", "1", "2"], ["0", "1", "2"], 3, 3)
@example(["0", "1"], ["0", "1", "2", "3", "4"], 1, 1)
@example([], [], 1, 0)
def test_a_rolling_change_keeps_its_promises(old: list[str], new: list[str], size: int, in_service: int) -> None:
    steps = rolling(old, new, size, in_service, spare())
    before, fresh, stale = set(old), set[str](), set(old)
    for at, (fresh_now, stale_now, made) in enumerate(played(old, steps)):
        changed = made - fresh
        assert made == changed, "what is done is not done again"
        assert len(changed) <= size, "no more than a batch at once"
        if at < len(steps) - 1 or changed:
            untouched = stale_now | (fresh_now - changed)
            assert len(untouched) >= min(in_service, len(new), len(before)), "so many stay in service"
        assert fresh_now & set(new) >= fresh & set(new), "what is done stays done"
        before, fresh, stale = fresh_now | stale_now, fresh_now, stale_now
    assert (fresh, stale) == (set(new), set())
    assert 0 < len(steps) <= 2 * len(new) + 2
    assert set(after(old, steps)) == set(new)


def test_a_group_that_must_keep_everyone_in_service_grows_for_a_while() -> None:
    assert rolling(["0", "1", "2"], ["0", "1", "2"], 3, 3, iter("345")) == [
        {"new": ["3", "4", "5"], "gone": []},
        {"new": ["0", "1", "2"], "gone": []},
        {"new": [], "gone": ["3", "4", "5"]},
    ]


def test_without_a_minimum_members_change_in_place_batch_by_batch() -> None:
    assert rolling(["0", "1", "2"], ["0", "1", "2"], 2, 0, spare()) == [
        {"new": ["0", "1"], "gone": []},
        {"new": ["2"], "gone": []},
    ]


def test_a_group_without_a_policy_has_no_batches() -> None:
    assert Batches.of(None) is None
    assert Batches.of({}) == Batches(1, 0, 0)


@given(st.integers(0, 12), st.data(), st.integers(1, 6), st.integers(0, 14))
def test_renewing_keeps_its_promises(count: int, data: st.DataObject, size: int, in_service: int) -> None:
    members = [str(at) for at in range(count)]
    stale = data.draw(st.sets(st.sampled_from(members)) if members else st.just(set()))
    steps = renewing(members, stale, size, in_service, spare())
    before, old = set(members), set(stale)
    for fresh_now, stale_now, made in played(members, steps):
        there = fresh_now | stale_now
        assert len(made) <= size, "no more than a batch at once"
        assert len(there - made) >= min(in_service, count, len(before)), "so many stay in service"
        assert before - old <= there, "what is done stays"
        assert not made & (before - old), "what is done is not done again"
        before, old = there, (old & there) - made
    assert not old
    assert len(before) == count
    assert set(after(members, steps)) == before


def test_members_above_the_size_replace_stale_ones() -> None:
    steps = renewing(["0", "1", "2"], {"0", "1", "2"}, 1, 3, iter("abc"))
    assert steps == [
        {"new": ["a"], "gone": []},
        {"new": ["0"], "gone": []},
        {"new": ["1"], "gone": []},
        {"new": [], "gone": ["2"]},
    ]
    assert after(["0", "1", "2"], steps) == ["0", "1", "a"]


def test_what_is_noted_of_all_batches_is_no_larger_than_the_group() -> None:
    members = [str(at) for at in range(1000)]
    for steps in (
        renewing(members, set(members), 1, 0, spare()),
        rolling(members, members, 1, 1000, spare()),
    ):
        assert sum(len(step["new"]) + len(step["gone"]) for step in steps) <= 1002
