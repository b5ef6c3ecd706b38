"""Raw property values to typed ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.errors import Problem
from heat_mq.resources.kit import Any as AnyValue
from heat_mq.resources.kit import Bool, Int, List, Lookup, Map, Num, Prop, Schema, Str
from heat_mq.resources.kit.convert import convert, value
from heat_mq.resources.kit.names import physical_name
from heat_mq.resources.kit.translate import translate
from heat_mq.template.marks import UNKNOWN, Secret

JSON = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(("inf", "nan", "1e999")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


class Some(Schema):
    name = Str("A.", required=True, length=(1, 5))
    size = Int("B.", default=3, within=(1, 10))
    ratio = Num("C.")
    on = Bool("D.", default=False)
    tags = List("E.", of=Str("F.", pattern="[a-z]+"))
    inner = Map("G.", schema={"a": Int("H.", required=True), "b": Str("I.", default="x")})
    password = Str("J.", secret=True, length=(8, None))
    free = AnyValue("K.")


def converted(raw: dict[str, Any], schema: type[Schema] = Some) -> tuple[dict[str, Any], list[Problem]]:
    problems: list[Problem] = []
    return convert(schema, raw, problems.append), problems


@pytest.mark.parametrize(
    ("prop", "raw", "typed"),
    [
        (Str("."), True, "True"),
        (Str("."), 3, "3"),
        (Str("."), None, ""),
        (Str(".", default="d"), None, "d"),
        (Int("."), "7", 7),
        (Int("."), 7.9, 7),
        (Int("."), None, 0),
        (Num("."), "7.5", 7.5),
        (Num("."), "7", 7),
        (Bool("."), "TRUE", True),
        (Bool("."), "false", False),
        (Bool("."), None, False),
        (List("."), None, []),
        (List("."), ("a", 1), ["a", 1]),
        (List(".", of=Int(".")), ["1", 2.5], [1, 2]),
        (Map("."), None, {}),
        (Map("."), {"a": 1}, {"a": 1}),
        (AnyValue("."), None, None),
        (AnyValue("."), [1], [1]),
    ],
)
def test_values_are_converted_by_kind(prop: Prop, raw: Any, typed: Any) -> None:
    problems: list[Problem] = []
    found = value(prop, raw, problems.append, "p")
    assert (found, type(found), problems) == (typed, type(typed), [])


@pytest.mark.parametrize(
    ("prop", "raw"),
    [
        (Str("."), 1.5),
        (Str("."), ["a"]),
        (Str("."), {"a": 1}),
        (Int("."), "x"),
        (Int("."), [1]),
        (Num("."), "x"),
        (Num("."), {}),
        (Bool("."), "yes"),
        (Bool("."), 1),
        (List("."), "text"),
        (List("."), {"a": 1}),
        (Map("."), "text"),
        (Map("."), [1]),
    ],
)
def test_what_is_not_of_the_kind_is_a_problem_at_its_path(prop: Prop, raw: Any) -> None:
    problems: list[Problem] = []
    value(prop, raw, problems.append, "p")
    assert [problem.path for problem in problems] == ["p"]


def test_all_problems_are_told_with_their_paths() -> None:
    raw = {"size": 11, "tags": ["ok", "NO"], "inner": {"c": 1}, "nmae": "x", "password": "short"}
    _, problems = converted(raw)
    assert {problem.path for problem in problems} == {
        "properties.nmae",
        "properties.name",
        "properties.size",
        "properties.tags[1]",
        "properties.inner.a",
        "properties.inner.c",
        "properties.password",
    }
    (misspelt,) = [problem for problem in problems if problem.path == "properties.nmae"]
    assert misspelt.suggestion == "name"


def test_secrets_are_not_told() -> None:
    _, problems = converted({"name": Secret("toolong"), "password": "hunter2"})
    assert problems
    assert not any("toolong" in str(problem) or "hunter2" in str(problem) for problem in problems)


def test_what_is_not_known_yet_passes_and_stays_unknown() -> None:
    typed, problems = converted({"name": UNKNOWN, "size": Secret(UNKNOWN), "tags": [UNKNOWN, "a"]})
    assert problems == []
    assert typed["name"] is UNKNOWN
    assert typed["size"] is UNKNOWN
    assert typed["tags"] == [UNKNOWN, "a"]


@given(st.dictionaries(st.sampled_from([*Some.props, "other"]), JSON))
def test_no_value_breaks_the_conversion_and_what_passes_passes_again(raw: dict[str, Any]) -> None:
    typed, problems = converted(raw)
    assert typed.keys() == Some.props.keys()
    if not problems:
        again, more = converted({name: item for name, item in typed.items() if item is not None})
        assert not more
        assert json.dumps(again) == json.dumps(typed)


class Looked(Schema):
    old = Str("A.", moved_to="new")
    new = Str("B.", lookup=Lookup("network", "network"))
    many = List("C.", of=Map("D.", schema={"port": Str("E.", lookup=Lookup("network", "port")), "x": Str("F.")}))
    flat = List("G.", lookup=Lookup("network", "router"))


def test_names_become_ids_at_any_depth_and_ids_cost_no_call() -> None:
    asked: list[str] = []

    def find(lookup: Lookup, name: str) -> str:
        asked.append(name)
        return f"{lookup.kind}:{name}"

    uuid = "0" * 8 + "-0000-0000-0000-" + "0" * 12
    given_ = {"old": "n", "new": None, "many": [{"port": "p", "x": "p"}, {"port": uuid}, UNKNOWN], "flat": ["r", uuid]}
    assert translate(Looked, given_, find) == {
        "old": None,
        "new": "network:n",
        "many": [{"port": "port:p", "x": "p"}, {"port": uuid}, UNKNOWN],
        "flat": ["router:r", uuid],
    }
    assert asked == ["n", "p", "r"]


def test_the_new_property_wins_over_the_old_one() -> None:
    found = translate(Looked, {"old": "o", "new": "n"}, lambda lookup, name: name)
    assert (found["old"], found["new"]) == (None, "n")


@given(st.text("ab-", min_size=1, max_size=300), st.text("ab-", min_size=1, max_size=300), st.uuids())
def test_a_physical_name_fits_and_keeps_what_makes_it_unique(stack: str, resource: str, id: Any) -> None:
    whole = physical_name(stack, resource, str(id), None)
    assert whole.startswith(f"{stack}-{resource}-")
    cut = physical_name(stack, resource, str(id), 63)
    assert len(cut) <= 63
    assert cut[-13:] == whole[-13:]
    assert physical_name(stack, resource, str(id), 63) == cut
