from __future__ import annotations

import pytest

from heat_mq.errors import InvalidTemplate
from heat_mq.template import Limits, bind, parse
from heat_mq.template.functions import yaql_guard


def query(expression, data=None, **limits):
    template = {
        "heat_template_version": "rocky",
        "resources": {"x": {"type": "T", "metadata": {"v": {"yaql": {"expression": expression, "data": data}}}}},
    }
    return bind(parse(template, limits=Limits(**limits))).resources["x"].metadata["v"]


@pytest.mark.parametrize(
    ("expression", "data", "result"),
    [
        ("$.data.where($ > 1)", [1, 2, 3], [2, 3]),
        ("$.data.items().select($[0] + $[1])", {"a": "x"}, ["ax"]),
        ("dict($.data.select([$, $.len()]))", ["a", "bb"], {"a": 1, "bb": 2}),
        ("set(1)", None, [1]),
        ("range(1, 10, 4)", None, [1, 5, 9]),
        ("[1, 2] * 2", None, [1, 2, 1, 2]),
        ("2 * 3 + pow(2, 3)", None, 14),
        ("sequence(5).take(2)", None, [5, 6]),
        ("datetime(2020, 1, 1).format('%Y')", None, "2020"),
    ],
)
def test_an_expression_gives_plain_data(expression, data, result):
    assert query(expression, data) == result


@pytest.mark.parametrize(
    "expression",
    [
        "range(300)",
        "range(1000000000).len()",
        "sequence().len()",
        "[1].cycle().len()",
        "1.repeat().len()",
        "[1] * 1000000000",
        "1000000000 * [1]",
        "'a' * 1000000000",
        "pow(10, 100000000)",
        "shiftBitsLeft(1, 100000000)",
        "def(f, f($)) -> f(1)",
    ],
)
def test_an_expression_cannot_eat_time_or_memory(expression):
    # Each of these would go on for longer than any test may.
    with pytest.raises(InvalidTemplate, match="yaql cannot evaluate"):
        query(expression)


def test_nested_loops_end(monkeypatch):
    monkeypatch.setattr(yaql_guard, "CALLS", 500)
    assert query("range(100).select($ + 1).len()") == 100
    with pytest.raises(InvalidTemplate, match="500 function calls"):
        query("range(100).select(range(100).select($ + 1).len())")


def test_the_limits_are_the_operator_s():
    assert len(query("range(300)", yaql_iterations=400)) == 300


def test_what_is_no_data_is_refused():
    with pytest.raises(InvalidTemplate, match="no data"):
        query("timespan(days => 1)")
