"""Patterns of authors end soon, and say what Python's engine says."""

from __future__ import annotations

import contextlib
import re
import warnings

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from heat_mq.errors import InvalidTemplate
from heat_mq.template import bind, parse
from heat_mq.template.regex import TooMuchBacktracking, budget, compile_pattern, rehearsal
from heat_mq.template.regex.pattern import STEPS
from heat_mq.template.regex.rehearsal import compile_program
from tests.counting import lines

EVIL = [
    (r"(a+)+$", "a" * 60 + "b"),
    (r"(a|aa)+$", "a" * 60 + "b"),
    (r"(a*)*(a*)*b", "a" * 100),
    (r"(.*)*x", "a" * 5000),
    (r".*.*.*.*x", "a" * 500),
    (r"(?:a?){60}a{60}", "a" * 60),
    (r"(\w+\s?)*\?$", "word " * 20_000),
    (r"(?=(a+)+$)a", "a" * 60 + "b"),
    (r"((a{1000}){1000}){1000}b", "a" * 100_000),
]


@pytest.mark.parametrize(("pattern", "text"), EVIL)
def test_a_pattern_with_too_many_ways_to_match_ends_soon(pattern, text):
    # Tried in every way, each of these would go on for longer than any test may.
    with budget(STEPS // 10), contextlib.suppress(TooMuchBacktracking):
        assert compile_pattern(pattern).match(text) is None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"[a-zA-Z][a-zA-Z0-9]*", "a" * 100_000),
        (r"([a-z0-9]+\.)*[a-z0-9]+", "some.host.of.a.domain.example.org"),
        (r"^(([0-9]{1,3})\.){3}[0-9]{1,3}(/[0-9]+)?$", "192.168.100.200/24"),
        (r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", "QUJD" * 1000),
        (r".*[A-Z].*[0-9].*", "x" * 300 + "A" + "x" * 300 + "1"),
    ],
)
def test_what_people_write_is_matched(pattern, text):
    assert compile_pattern(pattern).match(text).end() == len(text)


parts = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", r"\d", "^", "$", r"\b", r"\B", "c", r"\Z", "\n"])
patterns = st.recursive(
    parts,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.builds("({})".format, inner),
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds(
            "(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "*?", "+?", "*+", "{0,2}?"])
        ),
        st.builds("(?={})".format, inner),
        st.builds("(?!{})".format, inner),
        st.builds("(?>{})".format, inner),
        st.builds("({})\\1".format, inner),
        st.builds("({})?(?(1){}|{})".format, parts, parts, parts),
        st.builds("(?<=a){}".format, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=300)
@given(patterns, st.text("abc1\n", max_size=8), st.sampled_from([0, re.MULTILINE, re.DOTALL, re.IGNORECASE]))
def test_the_rehearsal_matches_what_python_matches(pattern, text, flags):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = re.compile(pattern, flags)
        except re.error:
            return
        made = compile_pattern(pattern, flags)
    # Before Python 3.14 \B fails on an empty text.
    assume(text or r"\B" not in pattern)
    program = compile_program(made._tree, expected.flags)
    _, end, _ = rehearsal._run(program._code, text, 0, (), STEPS)
    found = expected.match(text)
    assert end == (-1 if found is None else found.end())


def refuse(number):
    with pytest.raises(TooMuchBacktracking):
        compile_pattern(f"(a|aa)+${number}").match("a" * 60 + "b")


def test_many_bad_patterns_share_one_budget():
    with budget(STEPS // 10):
        first = lines(lambda: refuse(0))
        others = lines(lambda: [refuse(number) for number in range(1, 50)])
    # Nothing is left for the others, which are read and not tried.
    assert others < first


def test_a_bad_pattern_of_a_parameter_is_told_at_the_parameter():
    text = """heat_template_version: rocky
parameters:
  name:
    type: string
    constraints: [{allowed_pattern: "(a|aa)+$"}]
"""
    with pytest.raises(InvalidTemplate, match="too many ways") as caught:
        bind(parse(text), parameters={"name": "a" * 60 + "b"})
    assert caught.value.problems[0].line == 3


def query(expression, data):
    resources = {"x": {"type": "T", "metadata": {"v": {"yaql": {"expression": expression, "data": data}}}}}
    template = {"heat_template_version": "rocky", "resources": resources}
    return bind(parse(template)).resources["x"].metadata["v"]


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("$.data.matches('b+')", True),
        ("regex('B+', ignoreCase => true).matches($.data)", True),
        ("$.data =~ 'x'", False),
        ("$.data !~ regex('x')", True),
        ("regex('b+').search($.data)", "bb"),
        ("regex('(b)(.)').search($.data, $2.value + $3.value)", "bb"),
        ("regex('.b').searchAll($.data)", ["ab"]),
        ("regex('b+').split($.data)", ["a", "c"]),
        ("$.data.split(regex('b+'))", ["a", "c"]),
        ("regex('b+').replace($.data, '-')", "a-c"),
        ("$.data.replace(regex('b'), '-', 1)", "a-bc"),
        ("regex('b').replaceBy($.data, 'x')", "axxc"),
        ("isRegex(regex('a'))", True),
        ("escapeRegex('a.b')", r"a\.b"),
    ],
)
def test_yaql_s_functions_for_regular_expressions_do_what_yaql_does(expression, result):
    assert query(expression, "abbc") == result


@pytest.mark.parametrize("expression", ["$.data.matches('(a|aa)+$')", "regex('(a|aa)+$').search($.data)"])
def test_a_bad_pattern_in_yaql_is_a_template_error(expression):
    with pytest.raises(InvalidTemplate, match="too many ways"):
        query(expression, "a" * 60 + "b")
