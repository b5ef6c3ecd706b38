"""Fast JSON text is the JSON that the standard library reads."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq import json_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_what_was_written_is_read_again(value: Any) -> None:
    assert json.loads(json_text.write(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({1: "a", None: "b"}, '{"1":"a","null":"b"}'),
        (10**30, str(10**30)),
        ("\ud800", '"\\ud800"'),
        ((1, "ü"), '[1,"ü"]'),
    ],
)
def test_what_python_writes_as_json_is_written(value: Any, text: str) -> None:
    assert json_text.write(value).decode() == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_in_json_is_null(value: float) -> None:
    assert json_text.write({"value": value}) == b'{"value":null}'
    assert json_text.write({1: [value, 10**30]}) == b'{"1":[null,%d]}' % 10**30


@dataclasses.dataclass
class Thing:
    name: str


@pytest.mark.parametrize("value", [object(), b"x", {1, 2}, Thing("x"), datetime.datetime(2026, 1, 1)])
def test_what_json_does_not_know_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        json_text.write({"value": [value]})
