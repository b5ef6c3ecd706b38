from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.errors import InvalidTemplate
from heat_mq.template import Environment, Registry
from heat_mq.template.merge import ConflictingMergeStrategy, InvalidMergeStrategy, merge_environments
from heat_mq.template.parameters import ParameterSchema

names = st.sampled_from(["a", "b", "c"])
values = st.integers(0, 3) | st.text("xy", max_size=2) | st.lists(st.integers(0, 3), max_size=2)
types = st.sampled_from(["A::x", "A::y", "B::x"])
targets = st.none() | st.sampled_from(["C", "d.yaml"])
registries = st.fixed_dictionaries(
    {},
    optional={
        "A::x": targets,
        "A::y": targets,
        "A::*": targets,
        "resources": st.dictionaries(names, st.dictionaries(types, targets), max_size=2),
    },
)
environments = st.builds(
    lambda parameters, defaults, registry, sinks: Environment.parse(
        {
            "parameters": parameters,
            "parameter_defaults": defaults,
            "resource_registry": registry,
            "event_sinks": sinks,
        }
    ),
    st.dictionaries(names, values),
    st.dictionaries(names, values),
    registries,
    st.lists(st.just({"type": "zaqar-queue", "target": "events"}), max_size=1),
)


def test_nothing_is_an_empty_environment():
    assert Environment.parse(None) == Environment.parse("") == Environment.parse({}) == Environment()


def test_an_empty_environment_is_shown_as_heat_shows_it():
    assert Environment().as_dict() == {
        "parameters": {},
        "parameter_defaults": {},
        "resource_registry": {"resources": {}},
        "event_sinks": [],
        "encrypted_param_names": [],
    }


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("parameters: {a: 1}\nparamters: {b: 1}", 2, "paramters"),
        ("parameters:", 1, "empty"),
        ("parameters: [a]", 1, "map"),
        ("event_sinks: {a: 1}", 1, "list"),
        ("flat: 1", 1, "flat"),
        ("conditions: {a: true}", 1, "conditions"),
        ("a: [", 1, "YAML"),
    ],
)
def test_a_wrong_environment_is_refused_with_its_place(text, line, words):
    with pytest.raises(InvalidTemplate, match=words) as caught:
        Environment.parse(text, file="env.yaml")
    assert (caught.value.problems[0].line, caught.value.problems[0].file) == (line, "env.yaml")


def test_defaults_go_down_to_nested_stacks_and_parameters_do_not():
    parent = Environment(parameters={"a": 1}, parameter_defaults={"b": 2}, event_sinks=[{"type": "zaqar-queue"}])
    child = parent.child("web")
    assert (child.parameters, child.parameter_defaults) == ({}, {"b": 2})
    assert child.event_sinks == [{"type": "zaqar-queue"}]


def test_the_operator_s_entries_are_not_shown():
    environment = Environment.parse({"resource_registry": {"A": "B"}}).over(Registry({"C": "D"}))
    assert environment.as_dict()["resource_registry"] == {"A": "B", "resources": {}}
    assert environment.resource_registry.resolve("C").type == "D"


def test_hidden_values_are_masked_where_they_are_shown():
    environment = Environment(parameters={"p": "s3cret", "q": 1}, parameter_defaults={"p": "s3cret"})
    assert "s3cret" not in str(environment.as_dict(hidden={"p"}))


def test_null_with_a_star_removes_what_came_before_and_not_what_comes_after():
    first = Environment.parse({"resource_registry": {"A::x": "x.yaml", "B": "b.yaml"}})
    second = Environment.parse({"resource_registry": {"A::*": None}})
    third = Environment.parse({"resource_registry": {"A::y": "y.yaml"}})
    registry = first.merge(second).merge(third).resource_registry
    assert registry.resolve("A::x").template == ""
    assert registry.resolve("A::y").template == "y.yaml"
    assert registry.resolve("B").template == "b.yaml"


@given(environments, environments, environments)
def test_merging_is_associative(a, b, c):
    assert a.merge(b).merge(c) == a.merge(b.merge(c))


@given(environments)
def test_an_empty_environment_changes_nothing(environment):
    assert Environment().merge(environment).as_dict() == environment.as_dict()
    assert environment.merge(Environment()).as_dict() == environment.as_dict()


@given(environments)
def test_what_is_shown_is_read_again(environment):
    again = Environment.parse(environment.as_dict())
    assert again.as_dict() == environment.as_dict()


def merged(kind, way, old, new):
    first = Environment(parameters={"p": old}, parameter_defaults={"p": old})
    second = Environment(
        parameters={"p": new}, parameter_defaults={"p": new}, parameter_merge_strategies={"default": way}
    )
    found = merge_environments([first, second], {"p": ParameterSchema("p", kind)})
    assert found.parameters == found.parameter_defaults
    return found.parameters["p"]


@pytest.mark.parametrize(
    ("kind", "way", "old", "new", "result"),
    [
        ("string", "overwrite", "a", "b", "b"),
        ("string", "merge", "a", "b", "ab"),
        ("number", "merge", 1, "2", 3),
        ("comma_delimited_list", "merge", "a,b", "c", "a,b,c"),
        ("comma_delimited_list", "merge", ["a"], ["b"], ["a", "b"]),
        ("json", "merge", {"a": {"x": 1}, "b": 1}, {"a": {"y": 2}}, {"a": {"y": 2}, "b": 1}),
        ("json", "deep_merge", {"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        (
            "json",
            "deep_merge",
            {"l": [1], "s": "a", "n": 1},
            {"l": [2], "s": "b", "n": None},
            {"l": [1, 2], "s": "ab", "n": 1},
        ),
        ("boolean", "overwrite", True, False, False),
    ],
)
def test_a_value_is_merged_as_its_type_and_strategy_say(kind, way, old, new, result):
    assert merged(kind, way, old, new) == result


def test_a_boolean_cannot_be_merged():
    with pytest.raises(InvalidMergeStrategy, match="boolean"):
        merged("boolean", "merge", True, False)


def test_an_unknown_strategy_is_refused_with_the_nearest():
    with pytest.raises(InvalidMergeStrategy, match="deep_merge"):
        merged("json", "deepmerge", {}, {})


def test_two_environments_may_not_ask_for_different_strategies():
    first = Environment(parameters={"p": {}}, parameter_merge_strategies={"p": "merge"})
    second = Environment(parameters={"p": {}}, parameter_merge_strategies={"p": "deep_merge"})
    with pytest.raises(ConflictingMergeStrategy, match="p"):
        merge_environments([first, second], {"p": ParameterSchema("p", "json")})


def test_a_parameter_that_no_template_knows_is_overwritten():
    first = Environment(parameters={"p": "a"})
    second = Environment(parameters={"p": "b"}, parameter_merge_strategies={"default": "merge"})
    assert merge_environments([first, second], {}).parameters == {"p": "b"}


def test_a_removal_that_a_later_file_puts_something_else_in_place_of_removes_nothing():
    first = Environment.parse({"resource_registry": {"A::x": "x.yaml"}})
    second = Environment.parse({"resource_registry": {"A::*": None}})
    third = Environment.parse({"resource_registry": {"A::*": "any.yaml"}})
    for merged in (first.merge(second).merge(third), first.merge(second.merge(third))):
        assert merged.as_dict()["resource_registry"] == {"A::x": "x.yaml", "A::*": "any.yaml", "resources": {}}
