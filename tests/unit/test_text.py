"""What no database takes is found wherever it stands."""

from __future__ import annotations

import pytest

from heat_mq.text import unstorable


@pytest.mark.parametrize("tree", ["\0", ["a", {"b": "c\0"}], {"\0": 1}, {"a": {"b": ["\0"]}}])
def test_a_nul_character_is_found(tree):
    assert "NUL" in unstorable(tree)


@pytest.mark.parametrize("tree", ["\ud800", {"a\udfff": 1}])
def test_half_of_a_surrogate_pair_is_found(tree):
    assert "surrogate" in unstorable(tree)


@pytest.mark.parametrize("tree", ["", None, 1, "ä 😀", {"a": ["\\u0000", True, {}]}, "\\ud800"])
def test_everything_else_can_be_stored(tree):
    assert unstorable(tree) == ""
