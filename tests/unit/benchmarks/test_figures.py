"""Percentiles, ratios, times between events, and the table."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from benchmarks import figures, table, tails
from benchmarks.probe.tally import NAMES

SHAPE = {"database": "mariadb", "messaging": "rabbit", "engines": 2, "workers": 2, "api_workers": 1}


def row(case: str, resources: int, seconds: float, **more: Any) -> dict[str, Any]:
    """A row as the measurement gives it."""
    return {
        "case": case,
        "phase": "create",
        "shape": SHAPE,
        "resources": resources,
        "seconds": seconds,
        "failed": "",
        "cpu_seconds": {"engine": seconds / 2, "database": 0.5},
        "others_cpus": 0.26,
        "counts": dict.fromkeys(NAMES, 0) | {"select": 30, "insert": 10, "commit": 20, "ping": 5, "bell": 8},
        "rss_mb": {"engine": [120.4, 99.0]},
    } | more


def at(microseconds: int) -> datetime.datetime:
    return datetime.datetime(2030, 1, 1) + datetime.timedelta(microseconds=microseconds)


@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [
        ([3, 1, 2], 50, 2),
        ([4, 1, 3, 2], 50, 2),
        (range(1, 101), 95, 95),
        ([7], 95, 7),
        ([7, 8], 0, 7),
        ([7, 8], 100, 8),
    ],
)
def test_a_percentile_is_one_of_the_values(values: list[float], percent: float, found: float):
    assert figures.percentile(list(values), percent) == found


def test_nothing_has_no_percentile():
    with pytest.raises(ValueError, match="of nothing"):
        figures.percentile([], 50)


def test_statements_of_data_are_told_from_those_around_them():
    made = row("flat 10", 10, 1.0)
    assert (figures.data_statements(made), figures.transaction_statements(made), figures.messages(made)) == (40, 25, 8)


def test_cost_for_each_resource_is_compared_with_the_next_smaller_size():
    rows = [row("flat 10", 10, 0.5), row("flat 100", 100, 1.0), row("flat 1000", 1000, 20.0), row("chain 10", 10, 9.0)]
    found = figures.growth(rows)
    assert [text.partition(",")[0] for text in found] == [
        "flat 100 create against flat 10",
        "flat 1000 create against flat 100",
    ]
    assert "2.00 x time, 2.00 x engine CPU, 0.10 x SQL, 0.10 x messages" in found[1]


def test_cases_that_differ_in_more_than_their_first_number_are_not_compared():
    assert figures.growth([row("small 10x5x2", 50, 1.0), row("small 20x5x4", 100, 1.0)]) == []
    assert figures.growth([row("flat 10", 10, 1.0), row("flat 20", 20, 1.0, phase="delete")]) == []
    assert figures.growth([row("flat 10", 10, 1.0), row("flat 20", 20, 1.0, shape=SHAPE | {"engines": 1})]) == []
    assert len(figures.growth([row("small 10x5x2", 50, 1.0), row("small 20x5x2", 100, 1.0)])) == 1


def test_the_same_case_on_more_engines_is_compared_with_the_fewest():
    rows = [row("flat 10", 10, seconds, shape=SHAPE | {"engines": n}) for n, seconds in ((1, 8.0), (2, 5.0), (4, 4.0))]
    assert figures.scaling(rows) == [
        "flat 10 create: 2 engines are 1.60 x as fast as 1",
        "flat 10 create: 4 engines are 2.00 x as fast as 1",
    ]
    assert figures.scaling([rows[0], {**rows[1], "case": "flat 20"}]) == []


def test_the_tail_begins_with_the_last_that_was_waited_for():
    made = [("r1", "CREATE_COMPLETE", at(500)), ("r0", "CREATE_COMPLETE", at(200))]
    end = [
        ("all", "CREATE_IN_PROGRESS", at(600)),
        ("all", "CREATE_COMPLETE", at(900)),
        ("stack", "CREATE_COMPLETE", at(1500)),
    ]
    assert tails.tail_seconds([*made, *end], last="all") == pytest.approx(0.001)
    with pytest.raises(ValueError, match="end with all"):
        tails.tail_seconds(made, last="all")


def test_the_spread_is_from_the_first_event_to_the_last():
    assert tails.spread_seconds([("a", "", at(0)), ("b", "", at(2500)), ("c", "", at(1000))]) == pytest.approx(0.0025)


def test_a_line_has_a_figure_below_each_heading():
    heading, line = table.heading(), table.line(row("flat 10", 10, 1.0))
    assert " ".join(line.split()) == "flat 10 create 1.00 100.00 50.00 50.00 4.000 2.500 0.800 120 0.3"
    for name, figure in (("wall s", "1.00"), ("engine", "50.00"), ("data", "4.000"), ("RSS", "120")):
        end = heading.index(name) + len(name)
        assert line[:end].endswith(figure)


def test_a_failure_stands_at_the_end_of_its_line():
    line = table.line(row("flat 10", 10, 1.0, failed="1 of 1: CREATE_FAILED too bad", request_seconds=0.25))
    assert line.endswith("request 0.25 s, FAILED: 1 of 1: CREATE_FAILED too bad")
