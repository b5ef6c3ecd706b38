"""Environments in bodies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq import errors
from heat_mq.api.schemas.environment import SECTIONS, read_environment

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=3))
def test_a_map_of_known_sections_stays_as_it_is(parameters):
    environment = {"parameters": parameters, "event_sinks": []}
    assert read_environment(environment) == environment


def test_text_is_yaml_in_which_dates_stay_text():
    assert read_environment("parameters:\n  when: 2026-01-02\n  1: one") == {
        "parameters": {"when": "2026-01-02", "1": "one"}
    }


def test_nothing_is_an_empty_environment():
    assert read_environment(None) == read_environment("") == {}


def test_aliases_are_written_out():
    text = "parameter_defaults:\n  a: &x [1, 2]\n  b: *x"
    assert read_environment(text)["parameter_defaults"] == {"a": [1, 2], "b": [1, 2]}


def test_aliases_that_grow_without_end_are_refused():
    layers = "".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 9))
    with pytest.raises(errors.BadRequest, match="aliases"):
        read_environment(f"parameters:\n  l0: &l0 [1]\n{layers}")


def test_an_alias_to_itself_is_refused():
    with pytest.raises(errors.BadRequest):
        read_environment("parameters:\n  a: &a [*a]")


@pytest.mark.parametrize("text", ["parameters: {a: !!binary aGk=}", "parameters: {a: !!python/name:os.system }"])
def test_values_that_are_not_json_are_refused(text):
    with pytest.raises(errors.BadRequest):
        read_environment(text)


@given(st.text(min_size=1).filter(lambda name: name not in SECTIONS))
def test_an_unknown_section_is_refused_with_the_known_ones(section):
    with pytest.raises(errors.BadRequest, match="resource_registry"):
        read_environment({section: {}})
