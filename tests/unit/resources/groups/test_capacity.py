"""How many members an adjustment asks for, and how long it is before the next one."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.resources.groups import cooldown
from heat_mq.resources.groups.capacity import CHANGE, EXACT, KINDS, PERCENT, adjusted
from heat_mq.resources.groups.durations import seconds_of

NOW = datetime.datetime(2024, 1, 1, 12)


@pytest.mark.parametrize(
    ("current", "kind", "amount", "min_step", "size"),
    [
        (3, CHANGE, 2, None, 5),
        (3, CHANGE, -1, None, 2),
        (3, CHANGE, -9, None, 0),
        (3, CHANGE, 99, None, 10),
        (3, EXACT, 7, None, 7),
        (3, EXACT, 0, None, 0),
        (3, PERCENT, 10, None, 4),  # 0.3 is rounded away from zero
        (3, PERCENT, -10, None, 2),
        (3, PERCENT, 50, None, 4),  # 1.5 is rounded towards it
        (3, PERCENT, -50, None, 2),
        (3, PERCENT, 0, None, 3),
        (3, PERCENT, 0, 2, 3),
        (3, PERCENT, 10, 2, 5),
        (3, PERCENT, -10, 2, 1),
        (4, PERCENT, 100, 2, 8),
        (0, PERCENT, 100, None, 0),
        (3, CHANGE, 1, 5, 4),  # the least step is for percentages
    ],
)
def test_an_adjustment_gives_a_size(current: int, kind: str, amount: float, min_step: int | None, size: int) -> None:
    assert adjusted(current, kind, amount, at_least=0, at_most=10, min_step=min_step) == size


@given(
    st.integers(0, 50),
    st.sampled_from(KINDS),
    st.one_of(st.integers(-500, 500), st.floats(-500, 500)),
    st.integers(0, 5),
    st.integers(0, 20),
    st.none() | st.integers(0, 9),
)
def test_a_size_is_a_whole_number_within_the_bounds(
    current: int, kind: str, amount: float, least: int, more: int, min_step: int | None
) -> None:
    size = adjusted(current, kind, amount, at_least=least, at_most=least + more, min_step=min_step)
    assert isinstance(size, int)
    assert least <= size <= least + more


def test_a_cooldown_lasts_until_the_later_end() -> None:
    first = cooldown.ended({}, 100, "first", NOW)
    assert first == {"cooldown_end": {"2024-01-01T12:01:40": "first"}, "scaling_in_progress": False}
    assert not cooldown.is_over(first, NOW + datetime.timedelta(seconds=99))
    assert cooldown.is_over(first, NOW + datetime.timedelta(seconds=100))
    second = cooldown.ended(first, 10, "second", NOW)
    assert second["cooldown_end"] == {"2024-01-01T12:01:40": "second"}
    assert cooldown.ended(first, None, "", NOW + datetime.timedelta(seconds=200))["cooldown_end"] == {
        "2024-01-01T12:03:20": ""
    }


@pytest.mark.parametrize("found", [{}, {"cooldown_end": {}}, {"cooldown_end": "soon"}, {"cooldown_end": {"soon": "x"}}])
def test_metadata_that_tells_of_no_end_holds_nothing_up(found: dict[str, object]) -> None:
    assert cooldown.is_over(found, NOW)


def test_an_end_with_a_zone_is_compared_in_utc() -> None:
    assert not cooldown.is_over({"cooldown_end": {"2024-01-01T14:00:01+02:00": "x"}}, NOW)
    assert cooldown.is_over({"cooldown_end": {"2024-01-01T14:00:00+02:00": "x"}}, NOW)


@pytest.mark.parametrize(("text", "seconds"), [("PT0S", 0), ("PT1M30S", 90), ("pt2h", 7200), ("PT1H1M1S", 3661)])
def test_durations_are_hours_minutes_and_seconds(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "PT", "10", "P1D", "PT1S1M", "PT-1S", "PT1.5S", "PT1S "])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="PT#H#M#S"):
        seconds_of(text)
