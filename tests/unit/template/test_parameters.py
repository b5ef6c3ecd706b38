from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.errors import (
    ImmutableParameter,
    InvalidSchema,
    InvalidTemplate,
    MissingParameter,
    UnknownParameter,
)
from heat_mq.template import UNKNOWN, Environment, PseudoParameters, Secret, bind, parse
from heat_mq.template.parameters import ParameterSchema


def template(version="2017-02-24", **parameters):
    return parse({"heat_template_version": version, "parameters": parameters})


def values(schemas, given=None, **more):
    return bind(template(**schemas), parameters=given, **more).parameters


@pytest.mark.parametrize(
    ("kind", "given", "typed", "shown"),
    [
        ("string", "a", "a", "a"),
        ("string", 5, "5", "5"),
        ("string", True, "True", "True"),
        ("number", "5", 5, "5"),
        ("number", "1.5", 1.5, "1.5"),
        ("number", "1e5", 1e5, "100000.0"),
        ("number", 7, 7, "7"),
        ("boolean", "YES", True, "True"),
        ("boolean", "off", False, "False"),
        ("boolean", 1, True, "True"),
        ("comma_delimited_list", "a, b,c", ["a", " b", "c"], "a, b,c"),
        ("comma_delimited_list", "", [], ""),
        ("comma_delimited_list", ["a", 1], ["a", "1"], "a,1"),
        ("json", '{"a": [1]}', {"a": [1]}, '{"a": [1]}'),
        ("json", {"a": 1}, {"a": 1}, '{"a": 1}'),
        ("json", "5", 5, "5"),
        ("json", "", "", ""),
    ],
)
def test_a_value_gets_the_type_of_its_parameter(kind, given, typed, shown):
    found = values({"p": {"type": kind}}, {"p": given})
    assert found["p"] == typed
    assert type(found["p"]) is type(typed)
    assert found.display()["p"] == shown


@pytest.mark.parametrize(
    ("kind", "given"),
    [("number", "five"), ("boolean", "maybe"), ("json", "{a"), ("comma_delimited_list", 5), ("number", [1])],
)
def test_a_value_of_another_type_is_refused_with_the_parameter_s_name(kind, given):
    with pytest.raises(InvalidTemplate, match="'p' does not fit"):
        values({"p": {"type": kind}}, {"p": given})


def test_a_value_that_breaks_a_constraint_is_refused():
    with pytest.raises(InvalidTemplate, match="from 1 to 10"):
        values({"p": {"type": "number", "constraints": [{"range": {"min": 1, "max": 10}}]}}, {"p": "11"})


def test_a_hidden_value_stands_in_no_error_and_no_answer():
    schema = {"p": {"type": "number", "hidden": True, "constraints": [{"range": {"max": 10}}]}}
    for wrong in ("s3cret", "1234567"):
        with pytest.raises(InvalidTemplate) as caught:
            values(schema, {"p": wrong})
        assert wrong not in str(caught.value)
    found = values(schema, {"p": "7"})
    assert found.display()["p"] == "******"
    assert found["p"] == 7
    assert found.secrets == {"p"}


def test_the_user_s_value_comes_before_the_environment_s_default_and_the_template_s():
    schemas = {name: {"type": "string", "default": "template"} for name in ("a", "b", "c", "d")}
    environment = Environment.parse(
        {"parameters": {"a": "environment", "b": "environment"}, "parameter_defaults": {"b": "default", "c": "default"}}
    )
    found = values(schemas, {"a": "given"}, environment=environment)
    assert {name: found[name] for name in "abcd"} == {
        "a": "given",
        "b": "environment",
        "c": "default",
        "d": "template",
    }
    assert found.given == {"a", "b"}


def test_a_value_for_no_parameter_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownParameter) as caught:
        values({"size": {"type": "number", "default": 1}}, {"sise": 3})
    assert caught.value.problems[0].suggestion == "size"


def test_a_value_for_no_parameter_is_dropped_where_that_is_asked_for():
    assert "sise" not in values({"size": {"type": "number", "default": 1}}, {"sise": 3}, drop_unknown=True)


def test_defaults_of_the_environment_may_name_anything():
    environment = Environment(parameter_defaults={"elsewhere": 1})
    assert values({}, environment=environment).given == frozenset()


def test_every_parameter_without_a_value_is_named():
    with pytest.raises(MissingParameter) as caught:
        values({"a": {"type": "string"}, "b": {"type": "string", "default": None}, "c": {"type": "json"}})
    assert [problem.path for problem in caught.value.problems] == ["parameters.a", "parameters.b", "parameters.c"]


def test_without_strictness_a_parameter_without_a_value_is_unknown():
    assert values({"a": {"type": "string"}}, strict=False)["a"] is UNKNOWN


def test_an_immutable_parameter_may_be_given_again_but_not_changed():
    schemas = {"p": {"type": "number", "immutable": True}, "q": {"type": "number"}}
    old = values(schemas, {"p": "1", "q": 1})
    values(schemas, {"p": 1, "q": 2}, previous=old)
    with pytest.raises(ImmutableParameter, match="p"):
        values(schemas, {"p": 2, "q": 1}, previous=old)


def test_an_immutable_number_given_as_text_counts_as_changed_as_in_heat():
    schemas = {"p": {"type": "number", "immutable": True}}
    with pytest.raises(ImmutableParameter):
        values(schemas, {"p": "1"}, previous=values(schemas, {"p": 1}))


def test_a_new_immutable_parameter_may_have_any_value():
    values({"p": {"type": "number", "immutable": True}}, {"p": 2}, previous={})


def test_custom_constraints_are_listed_for_the_engine():
    schema = {"image": {"type": "string", "constraints": [{"custom_constraint": "glance.image"}]}}
    bound = bind(template(**schema), parameters={"image": "cirros"})
    assert bound.custom_constraints() == [("image", "glance.image", "cirros")]


def test_secret_and_unknown_values_stay_what_they_are():
    found = values({"a": {"type": "number"}, "b": {"type": "string"}}, {"a": Secret("5"), "b": UNKNOWN})
    assert found["a"] == 5
    assert found.secrets == {"a"}
    assert found["b"] is UNKNOWN


def test_a_stack_knows_its_name_id_and_project():
    pseudo = PseudoParameters(stack_name="s", stack_id="1-2", project_id="p")
    assert values({}, pseudo=pseudo).display() == {
        "OS::stack_name": "s",
        "OS::stack_id": "1-2",
        "OS::project_id": "p",
    }
    cfn = bind(parse("HeatTemplateFormatVersion: 2012-12-12"), pseudo=pseudo).parameters
    assert cfn["AWS::StackId"] == "arn:openstack:heat::p:stacks/s/1-2"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({}, "type"),
        ({"type": "list"}, "comma_delimited_list"),
        ({"type": "String"}, "string"),
        ({"type": "string", "constraints": {}}, "list"),
        ({"type": "string", "constraints": [{"range": {"min": 1}}]}, "range does not apply"),
        ({"type": "number", "constraints": [{"length": {"min": 1}}]}, "length does not apply"),
        ({"type": "string", "hidden": "perhaps"}, "true or false"),
        ({"type": "string", "tags": "a"}, "tags"),
        ({"type": "number", "default": "x"}, "default"),
        ("string", "map"),
    ],
)
def test_a_wrong_schema_is_refused(schema, words):
    with pytest.raises(InvalidSchema, match=words):
        template("2018-03-02", p=schema)


def test_modulo_and_tags_have_their_versions():
    with pytest.raises(InvalidSchema, match="2017-02-24"):
        template("2016-10-14", p={"type": "number", "constraints": [{"modulo": {"step": 2}}]})
    with pytest.raises(InvalidSchema, match="tags"):
        template("2017-02-24", p={"type": "number", "tags": ["x"]})


def test_cfn_parameters_have_their_own_words():
    found = parse(
        {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Parameters": {
                "Name": {
                    "Type": "String",
                    "Default": "abc",
                    "NoEcho": "TRUE",
                    "MinLength": "1",
                    "MaxLength": 5,
                    "AllowedPattern": "[a-z]+",
                    "ConstraintDescription": "only small letters",
                }
            },
        }
    ).parameters["Name"]
    assert found.hidden
    assert found.check("ABC") == "only small letters"
    assert found.check("abcdef") == "only small letters"
    assert found.check("abc") is None


KINDS = {
    "string": st.text(),
    "number": st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "comma_delimited_list": st.lists(st.text("abc .", min_size=1), min_size=1),
    "json": st.dictionaries(st.text(), st.integers()),
}


@given(st.sampled_from(sorted(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind])))
def test_what_is_shown_of_a_value_gives_the_value_again(drawn):
    kind, value = drawn
    schema = ParameterSchema("p", kind)
    assert schema.convert(schema.display(schema.convert(value))) == schema.convert(value)
