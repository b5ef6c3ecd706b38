from __future__ import annotations

import pytest

from heat_mq.errors import CircularDependency, InvalidTemplate, InvalidTemplateReference
from heat_mq.template import UNKNOWN, bind, evaluate, mask, parse

TEXT = """heat_template_version: 2021-04-16
parameters:
  size: {type: number, default: 4}
  big: {type: boolean, default: false}
conditions:
  large: {get_param: big}
  small: {not: large}
resources:
  net: {type: Net}
  port:
    type: Port
    properties:
      network: {get_resource: net}
      size: {get_param: size}
      extra: {if: [large, much]}
    metadata: {addresses: {get_attr: [net, subnets, 0]}}
    depends_on: [late, only_large]
  late: {type: None, deletion_policy: retain}
  only_large: {type: None, condition: large}
outputs:
  port: {value: {get_attr: [port, address, {get_param: size}]}}
  all: {value: {get_attr: [port]}}
  when_large: {value: {get_resource: only_large}, condition: large}
"""


class Known:
    """A cloud in which every reference is ``id of NAME``."""

    def reference(self, name):
        return f"id of {name}"

    def attribute(self, name, attribute, path):
        return [name, attribute, *path]


class Nothing:
    """A cloud before anything exists."""

    def reference(self, name):
        return UNKNOWN

    def attribute(self, name, attribute, path):
        return UNKNOWN


def bound(text=TEXT, **parameters):
    return bind(parse(text), parameters=parameters)


def hot(resources, outputs=None, version="2016-10-14", **sections):
    return {"heat_template_version": version, "resources": resources, "outputs": outputs or {}, **sections}


def test_only_resources_whose_condition_holds_take_part():
    assert list(bound().resources) == ["net", "port", "late"]
    assert bound().left_out == {"only_large": "large"}
    assert "only_large" in bound(big=True).resources


def test_parameters_are_put_in_and_resources_come_when_they_are_known():
    port = bound().resources["port"]
    assert evaluate(port.properties, Known()) == {"network": "id of net", "size": 4}
    assert evaluate(port.metadata, Known()) == {"addresses": ["net", "subnets", 0]}


def test_before_anything_exists_values_are_unknown():
    properties = evaluate(bound().resources["port"].properties, Nothing())
    assert mask(properties, unknown="?") == {"network": "?", "size": 4}


def test_dependencies_are_those_listed_and_those_that_functions_make():
    assert bound().dependencies() == {"net": frozenset(), "port": {"net", "late"}, "late": frozenset()}
    assert bound(big=True).dependencies()["port"] == {"net", "late", "only_large"}


def test_the_branch_not_taken_makes_no_dependency_and_may_be_wrong():
    choice = {"if": [False, {"get_resource": "missing"}, {"get_attr": ["a", "x"]}]}
    found = bind(parse(hot({"a": {"type": "T"}, "b": {"type": "T", "properties": {"p": choice}}})))
    assert found.dependencies()["b"] == {"a"}


def test_a_dependency_is_found_however_deep_it_is_nested():
    deep = {"x": [{"list_join": ["", [{"str_replace": {"template": "a", "params": {"a": {"get_resource": "a"}}}}]]}]}
    found = bind(parse(hot({"a": {"type": "T"}, "b": {"type": "T", "properties": deep}})))
    assert found.resources["b"].references == {"a"}


def test_attributes_in_use_are_told_with_their_constant_path():
    assert bound().attributes_used() == {"net": {("subnets", 0)}, "port": {("address", 4), None}}


def test_a_cycle_is_named_as_it_runs():
    resources = {
        "a": {"type": "T", "properties": {"p": {"get_attr": ["b", "x"]}}},
        "b": {"type": "T", "depends_on": "c"},
        "c": {"type": "T", "metadata": {"m": {"get_resource": "a"}}},
        "free": {"type": "T", "depends_on": "a"},
    }
    with pytest.raises(CircularDependency, match="a -> b -> c -> a") as caught:
        bind(parse(hot(resources))).dependencies()
    assert "free" not in str(caught.value)


def test_a_resource_that_needs_itself_is_a_cycle():
    with pytest.raises(CircularDependency, match="a -> a"):
        bind(parse(hot({"a": {"type": "T", "depends_on": ["a"]}})))


def test_a_reference_to_a_resource_that_is_left_out_is_refused_with_the_reason():
    resources = {"a": {"type": "T", "condition": "no"}, "b": {"type": "T", "metadata": {"m": {"get_resource": "a"}}}}
    with pytest.raises(InvalidTemplateReference, match="condition no leaves it out"):
        bind(parse(hot(resources, conditions={"no": False})))


def test_everything_wrong_is_reported_together():
    text = """heat_template_version: 2016-10-14
resources:
  a:
    type: T
    properties: [1]
    deletion_policy: Keep
    depends_on: bb
    metadata: {x: {get_param: p}, y: {list_join: [",", [1]]}}
  b: {type: {get_attr: [a, type]}, condition: nope}
outputs:
  o: {value: {get_resource: aa}}
"""
    with pytest.raises(InvalidTemplate) as caught:
        bound(text)
    assert {(problem.line, problem.path) for problem in caught.value.problems} == {
        (5, "resources.a.properties"),
        (6, "resources.a.deletion_policy"),
        (7, "resources.a.depends_on"),
        (8, "resources.a.metadata.x"),
        (8, "resources.a.metadata.y.list_join"),
        (9, "resources.b.type"),
        (9, "resources.b.condition"),
        (11, "outputs.o.value.get_resource"),
    }


def test_an_output_that_cannot_be_computed_does_not_keep_a_stack_from_being_created():
    template = parse(hot({}, {"o": {"value": {"str_split": [",", "a", 5]}}, "p": {"value": 1}}))
    found = bind(template)
    assert evaluate(found.outputs["p"].value, Known()) == 1
    with pytest.raises(InvalidTemplate, match="there is no part 5"):
        evaluate(found.outputs["o"].value, Known())


def test_an_output_whose_condition_is_false_stays_with_the_value_null():
    output = bound().outputs["when_large"]
    assert (output.enabled, output.value) == (False, None)
    assert evaluate(bound(big=True).outputs["when_large"].value, Known()) == "id of only_large"


def test_a_definition_keeps_its_fingerprint_until_it_says_something_else():
    before, same, other = bound(), bound(size="4"), bound(size=5)
    for name in before.resources:
        assert before.resources[name].fingerprint == same.resources[name].fingerprint
    assert before.resources["port"].fingerprint != other.resources["port"].fingerprint
    assert before.resources["net"].fingerprint == other.resources["net"].fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"type": "U"},
        {"properties": {"p": 2}},
        {"properties": {"p": "1"}},
        {"properties": {"p": {"get_resource": "b"}}},
        {"metadata": {"m": 1}},
        {"update_policy": {"u": {}}},
        {"depends_on": "b"},
        {"deletion_policy": "Retain"},
        {"external_id": "x"},
    ],
)
def test_every_part_that_makes_an_update_changes_the_fingerprint(change):
    def fingerprint(more):
        resources = {"a": {"type": "T", "properties": {"p": 1}, **more}, "b": {"type": "T"}}
        return bind(parse(hot(resources))).resources["a"].fingerprint

    assert fingerprint({}) != fingerprint(change)


def test_a_deletion_policy_has_one_spelling():
    assert bound().resources["late"].deletion_policy == "Retain"
    assert bound().resources["net"].deletion_policy == "Delete"


def test_definitions_are_bound_one_by_one_when_nothing_is_checked():
    text = "heat_template_version: 2016-10-14\nresources:\n  bad: {type: T, depends_on: x}\n  good: {type: T}\n"
    found = bind(parse(text), check=False)
    assert found.resources["good"].type == "T"
    with pytest.raises(InvalidTemplateReference):
        found.resources["bad"]
    with pytest.raises(KeyError):
        found.resources["other"]


def test_a_condition_that_cannot_be_decided_yet_keeps_its_resource():
    found = bind(parse(TEXT), parameters={"big": UNKNOWN})
    assert found.resources["only_large"].conditional
    assert found.conditions == {"large": UNKNOWN, "small": UNKNOWN}


def test_conditions_are_decided_without_resources():
    text = """heat_template_version: 2016-10-14
parameters: {n: {type: number, default: 1}}
conditions:
  a: {equals: [{get_param: n}, 1]}
  b: {and: [a, {not: c}]}
  c: {or: [false, {equals: [{get_param: n}, 2]}]}
"""
    assert bound(text).conditions == {"a": True, "b": True, "c": False}


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({"a": "b", "b": True}, "must be a boolean or a condition function"),
        ({"a": {"not": "b"}, "b": {"not": "a"}}, "a -> b -> a"),
        ({"a": {"not": "missing"}}, "missing"),
        ({"a": {"get_attr": ["r", "x"]}}, "cannot be used in a condition"),
        ({"a": {"list_join": ["", []]}}, "cannot be used in a condition"),
        ({"a": {"equals": [1]}}, "exactly 2"),
        ({"a": 5}, "true or false"),
        ({"a": {"get_param": "OS::stack_id"}}, "true or false"),
    ],
)
def test_a_wrong_condition_is_refused(conditions, words):
    with pytest.raises(InvalidTemplate, match=words):
        bind(parse(hot({"r": {"type": "T"}}, conditions=conditions)))


def test_the_oldest_version_walks_the_path_itself():
    class Attributes(Known):
        def attribute(self, name, attribute, path):
            assert path == []
            return {"net": ["10.0.0.1"]}

    resources = {
        "a": {"type": "T"},
        "b": {"type": "T", "properties": {"p": {"get_attr": ["a", "addresses", "net", 0]}}},
    }
    found = bind(parse(hot(resources, version="2013-05-23")))
    assert evaluate(found.resources["b"].properties, Attributes()) == {"p": "10.0.0.1"}


def test_a_function_may_give_all_properties():
    text = """heat_template_version: 2017-02-24
parameters: {all: {type: json, default: {a: 1}}}
resources:
  x: {type: T, properties: {get_param: all}}
  y: {type: T, properties: {map_merge: [{get_param: all}, {b: {get_resource: x}}]}}
"""
    found = bound(text)
    assert evaluate(found.resources["x"].properties, Known()) == {"a": 1}
    assert evaluate(found.resources["y"].properties, Known()) == {"a": 1, "b": "id of x"}


def test_a_problem_of_a_type_tells_when_a_newer_version_would_take_the_value_for_a_function():
    text = "heat_template_version: 2013-05-23\nresources:\n  a: {type: T, properties: {p: {str_split: [',', 'a']}}}\n"
    problem = bound(text).resources["a"].problem(("properties", "p"), "this must be a string")
    assert problem.line == 3
    assert "2015-10-15" in problem.message


def test_the_problem_of_a_cfn_property_is_found_by_our_words():
    text = "AWSTemplateFormatVersion: 2010-09-09\nResources:\n  a:\n    Type: T\n    Properties: {Size: 1}\n"
    problem = bound(text).resources["a"].problem(("properties", "Size"), "wrong")
    assert (problem.line, problem.column, problem.path) == (5, 24, "Resources.a.Properties.Size")


def test_cfn_refs_mean_resources_or_parameters():
    text = """AWSTemplateFormatVersion: 2010-09-09
Parameters: {P: {Type: String, Default: v}}
Resources:
  A: {Type: T}
  B: {Type: T, DependsOn: A, Properties: {x: {Ref: A}, y: {Ref: P}, z: {"Fn::GetAtt": [A, Attr]}}}
"""
    found = bound(text)
    assert evaluate(found.resources["B"].properties, Known()) == {"x": "id of A", "y": "v", "z": ["A", "Attr"]}
    assert found.dependencies()["B"] == {"A"}


def test_a_nested_template_reads_what_its_parent_says_of_it():
    resources = {"a": {"type": "T", "metadata": {"resource_facade": "metadata"}}}
    found = bind(parse(hot(resources)), facade={"metadata": {"x": 1}})
    assert found.resources["a"].metadata == {"x": 1}
    with pytest.raises(InvalidTemplate, match="does not stand for a resource"):
        bind(parse(hot(resources)))


def test_files_are_found_by_their_key():
    resources = {"a": {"type": "T", "properties": {"p": {"get_file": "run.sh"}}}}
    found = bind(parse(hot(resources), files={"run.sh": "echo"}))
    assert found.resources["a"].properties == {"p": "echo"}
    with pytest.raises(InvalidTemplate) as caught:
        bind(parse(hot(resources), files={"run.s": ""}))
    assert caught.value.problems[0].suggestion == "run.s"


def test_a_missing_parameter_is_told_where_it_is_asked_for_in_the_words_that_clients_know():
    text = """heat_template_version: 2016-10-14
resources:
  a:
    type: T
    properties:
      names: {list_join: [",", [{get_param: size}]]}
    metadata: {x: {get_param: [size, 0]}}
"""
    with pytest.raises(InvalidTemplate) as caught:
        bound(text)
    inside, outside = caught.value.problems
    path, told = "resources.a.properties.names.list_join[1][0]", "The Parameter (size) was not provided."
    assert (inside.path, inside.message, inside.line, inside.column) == (path, told, 6, 45)
    assert str(caught.value).startswith(f"Property error: : {path}: : {told} (line 6, column 45)")
    assert str(outside).startswith(f"resources.a.metadata.x: {told} (line 7")
