from __future__ import annotations

import json

from heat_mq.errors import Problem
from heat_mq.template.diagnostics import as_json, in_order, render

TEXT = "resources:\n  key:\n    lenght: 12\n"


def test_a_problem_is_shown_with_its_line_and_a_mark_below_the_word():
    problem = Problem("no such property", path="resources.key", line=3, column=5, file="a.yaml", suggestion="length")
    assert render([problem], {"a.yaml": TEXT}).splitlines() == [
        "a.yaml:3:5: error: resources.key: no such property",
        "  3 |     lenght: 12",
        "    |     ^^^^^^",
        "    = did you mean 'length'?",
    ]


def test_a_problem_without_a_place_is_shown_alone():
    assert render([Problem("too big", severity="warning")], {}) == "warning: too big"


def test_problems_stand_in_the_order_of_their_places_and_once():
    first, second = Problem("a", line=1, column=2), Problem("b", line=1, column=1)
    assert in_order([first, second, first]) == [second, first]


def test_color_is_only_used_where_it_is_wanted():
    problem = Problem("x", line=1, column=1)
    assert "\x1b[" in render([problem], {"": TEXT}, color=True)
    assert "\x1b[" not in render([problem], {"": TEXT})


def test_a_very_long_line_is_cut_around_the_mark():
    text = "a: " + "x" * 5000 + " here"
    shown = render([Problem("x", line=1, column=5005)], {"": text}).splitlines()
    assert all(len(line) < 200 for line in shown)
    assert shown[1][shown[2].index("^") :] == "here"


def test_control_characters_of_a_line_do_not_reach_the_terminal():
    assert "\x1b" not in render([Problem("x", line=1, column=1)], {"": "a: \x1b[31m"})


def test_programs_get_the_fields():
    answer = as_json([Problem("m", path="p", line=1, column=2, suggestion="s")])
    assert json.loads(json.dumps(answer))[0]["suggestion"] == "s"
    assert {"severity", "line", "column", "path", "message", "suggestion"} <= set(answer[0])
