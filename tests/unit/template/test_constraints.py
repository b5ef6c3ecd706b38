from __future__ import annotations

import pytest

from heat_mq.template.constraints import (
    AllowedPattern,
    AllowedValues,
    CustomConstraint,
    Length,
    Modulo,
    Range,
    parse_constraint,
)


@pytest.mark.parametrize(
    ("constraint", "good", "bad"),
    [
        (Range(min=1, max=512), [1, 512, 3.5], [0, 513, "2", None]),
        (Range(min=1), [10**9], [0]),
        (Range(max=0), [-5], [1]),
        (Length(min=1, max=3), ["a", "abc", [1], {"a": 1}], ["", "abcd", [], 5]),
        (Modulo(step=3, offset=1), [1, 4, -2], [0, 3]),
        (AllowedValues(values=("a", "b")), ["a", ["a", "b"], []], ["c", ["a", "c"]]),
        (AllowedValues(values=("1", 2)), [1, "2"], [3, "3"]),
        (AllowedValues(values=("true",)), [True], [False]),
        (AllowedPattern(pattern="[a-z]+"), ["abc"], ["", "abC", " abc", 3]),
        (AllowedPattern(pattern="a|ab"), ["a"], ["ab"]),
        (CustomConstraint(name="glance.image"), ["anything", None], []),
    ],
)
def test_a_constraint_accepts_the_good_and_says_what_is_wrong_with_the_bad(constraint, good, bad):
    assert [constraint.check(value) for value in good] == [None] * len(good)
    for value in bad:
        assert constraint.check(value)


def test_the_text_names_the_value_and_the_bounds():
    assert Range(min=1, max=512).check(1000) == "1000 is out of range: it must be from 1 to 512"


def test_a_description_replaces_the_text():
    assert Range(min=1, description="too small").check(0) == "too small"


@pytest.mark.parametrize(
    "constraint",
    [Range(min=1), Length(max=2), Modulo(step=7), AllowedValues(values=("a",)), AllowedPattern(pattern="x")],
)
def test_a_secret_value_never_stands_in_the_text(constraint):
    for value in ("s3cret-value", -987654):
        text = constraint.check(value, secret=True)
        assert text is None or str(value) not in text


@pytest.mark.parametrize(
    "entry",
    [
        {"range": {"min": 1}},
        {"range": {"min": 1, "max": 43200}},
        {"length": {"max": 255, "min": 1}, "description": "short"},
        {"modulo": {"step": 2, "offset": 1}},
        {"allowed_values": ["devicemapper", "overlay"]},
        {"allowed_pattern": "^[0-9]{8}$"},
        {"custom_constraint": "neutron.network"},
    ],
)
def test_what_is_parsed_is_shown_again(entry):
    assert parse_constraint(entry).as_dict() == entry


def test_of_several_kinds_in_one_entry_the_first_by_rank_counts():
    entry = {"allowed_values": [1], "range": {"min": 5}}
    assert parse_constraint(entry) == Range(min=5)


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("range", "map"),
        ({}, "range"),
        ({"rnge": {"min": 1}}, "rnge"),
        ({"range": {}}, "min"),
        ({"range": {"min": "one"}}, "one"),
        ({"range": {"minimum": 1}}, "minimum"),
        ({"length": {"min": 1.5}}, "whole"),
        ({"modulo": {"step": 0}}, "step"),
        ({"modulo": {"step": 2, "offset": 2}}, "offset"),
        ({"modulo": {"step": 2, "offset": -1}}, "positive"),
        ({"allowed_values": "abc"}, "list"),
        ({"allowed_pattern": "(("}, "regular expression"),
        ({"custom_constraint": 1}, "name"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_reason(entry, word):
    with pytest.raises(ValueError, match=word):
        parse_constraint(entry)
