from __future__ import annotations

import datetime

import pytest

from heat_mq.clock import Clock, FakeClock


def test_now_is_aware_and_in_utc() -> None:
    assert Clock().now().utcoffset() == datetime.timedelta(0)


def test_a_fake_clock_moves_only_when_told() -> None:
    clock = FakeClock()
    start, ticks = clock.now(), clock.monotonic()
    clock.advance(1.5)
    assert clock.now() - start == datetime.timedelta(seconds=1.5)
    assert clock.monotonic() - ticks == 1.5


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="-1"):
        FakeClock().advance(-1)
