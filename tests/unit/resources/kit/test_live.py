"""What counts as different from what the template asks for."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.resources.kit import IN_PLACE, Int, List, Map, Schema, Str
from heat_mq.resources.kit.live import fulfils, observed


class Properties(Schema):
    name = Str("", update=IN_PLACE)
    size = Int("", update=IN_PLACE)
    fixed = Str("")
    tags = List("", update=IN_PLACE)
    groups = List("", update=IN_PLACE, default=[])
    metadata = Map("", update=IN_PLACE, default={})
    places = List("", update=IN_PLACE, of=Map("", schema={"subnet": Str(""), "ip": Str("")}))


def changed(stored: dict[str, Any], live: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    found = observed(Properties, stored, live, wanted)
    return {name: value for name, value in found.items() if value != wanted.get(name)}


def test_a_live_value_takes_the_place_of_the_stored_one() -> None:
    assert changed({"size": 1}, {"size": 3}, {"size": 1}) == {"size": 3}
    assert changed({"size": 1}, {"size": 2}, {"size": 2}) == {}


def test_what_cannot_be_updated_in_place_is_not_looked_at() -> None:
    assert changed({"fixed": "a"}, {"fixed": "b", "unknown": 1}, {"fixed": "a"}) == {}


@pytest.mark.parametrize("stored", [None, ""])
def test_a_generated_name_is_not_compared(stored: str | None) -> None:
    assert observed(Properties, {"name": stored}, {"name": "made-up"}, {"name": None}) == {"name": stored}


def test_what_the_template_says_nothing_of_is_not_compared() -> None:
    wanted = {"tags": None, "groups": [], "metadata": {}}
    assert changed(dict(wanted), {"tags": ["x"], "groups": ["x"], "metadata": {"x": "y"}}, wanted) == {}


def test_what_the_template_wants_to_be_empty_is_compared() -> None:
    assert changed({"tags": []}, {"tags": ["x"]}, {"tags": []}) == {"tags": ["x"]}


def test_a_name_that_the_template_took_away_is_still_a_change() -> None:
    assert changed({"name": "given"}, {"name": "given"}, {"name": None}) == {"name": "given"}


def test_lists_are_compared_without_order() -> None:
    assert changed({"tags": ["a", "b"]}, {"tags": ["b", "a"]}, {"tags": ["a", "b", "a"]}) == {}
    assert changed({"tags": ["a", "b"]}, {"tags": ["b", "c"]}, {"tags": ["a", "b"]}) == {"tags": ["b", "c"]}


def test_of_a_map_with_known_keys_those_count_that_are_wanted() -> None:
    wanted = {"places": [{"subnet": "s", "ip": None}, {"subnet": "s", "ip": "1"}]}
    live = [{"subnet": "s", "ip": "1"}, {"subnet": "s", "ip": "2"}]
    assert changed(wanted, {"places": live}, wanted) == {}
    assert changed(wanted, {"places": live[:1]}, wanted) == {"places": live[:1]}


def test_a_map_of_any_keys_has_to_be_the_same() -> None:
    assert changed({}, {"metadata": {"a": "1", "b": "2"}}, {"metadata": {"a": "1"}}) == {
        "metadata": {"a": "1", "b": "2"}
    }


@pytest.mark.parametrize(("live", "wanted"), [(None, ""), ("", None), ([], None), ({}, []), (0, 0), (False, False)])
def test_empty_is_empty(live: Any, wanted: Any) -> None:
    assert fulfils(live, wanted)


@pytest.mark.parametrize(("live", "wanted"), [(0, None), (False, ""), ("a", None), (None, "a"), ([1], ["1"])])
def test_these_are_not_the_same(live: Any, wanted: Any) -> None:
    assert not fulfils(live, wanted)
