"""Properties that need an extension of a service."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.resources.kit import List, Map, Schema, Str
from heat_mq.resources.kit.extensions import missing
from heat_mq.template.marks import UNKNOWN


class Some(Schema):
    plain = Str("A.")
    policy = Str("B.", extension="qos", default="x")
    inner = Map("C.", schema={"snat": Str("D.", extension="ext-gw-mode")})
    rules = List("E.", of=Map("F.", schema={"text": Str("G.", extension="described")}))


@pytest.mark.parametrize(
    ("raw", "paths"),
    [
        ({}, []),
        ({"plain": "a", "policy": None}, []),
        ({"policy": "gold"}, ["properties.policy"]),
        ({"policy": UNKNOWN}, ["properties.policy"]),
        ({"inner": {"snat": "a"}, "rules": UNKNOWN}, ["properties.inner.snat"]),
        ({"rules": [{}, {"text": "a"}]}, ["properties.rules[1].text"]),
        ({"inner": "no map"}, []),
    ],
)
def test_what_is_given_and_not_offered_is_a_problem_with_its_path(raw: dict[str, Any], paths: list[str]) -> None:
    assert [problem.path for problem in missing(Some, raw, frozenset({"other"}))] == paths
    assert missing(Some, raw, frozenset({"qos", "ext-gw-mode", "described"})) == []


def test_the_problem_names_property_and_extension() -> None:
    (problem,) = missing(Some, {"policy": "gold"}, ())
    assert "policy" in problem.message
    assert "extension qos" in problem.message
