from __future__ import annotations

from heat_mq.template import UNKNOWN, Secret, parse
from heat_mq.template.constraints import parse_constraint
from heat_mq.template.provider import child_parameters, facade_problems, has_reference_output, provider_schema

TEXT = """heat_template_version: 2015-04-30
parameters:
  name: {type: string, description: Its name, constraints: [{length: {max: 5}}]}
  size: {type: number, default: 1}
  tags: {type: comma_delimited_list, default: ""}
  data: {type: json, default: {}}
  enabled: {type: boolean, default: true}
outputs:
  url: {value: x, description: Where it is}
  OS::stack_id: {value: y}
"""


def test_parameters_are_properties_and_outputs_attributes():
    schema = provider_schema(parse(TEXT))
    assert {name: item["type"] for name, item in schema["properties"].items()} == {
        "name": "string",
        "size": "number",
        "tags": "list",
        "data": "map",
        "enabled": "boolean",
    }
    assert schema["properties"]["name"] == {
        "type": "string",
        "required": True,
        "update_allowed": True,
        "immutable": False,
        "description": "Its name",
        "constraints": [{"length": {"max": 5}}],
    }
    assert not schema["properties"]["size"]["required"]
    assert schema["attributes"]["url"] == {"description": "Where it is"}


def test_constraints_are_in_the_shape_that_is_parsed_again():
    (constraint,) = provider_schema(parse(TEXT))["properties"]["name"]["constraints"]
    assert parse_constraint(constraint).check("abcdef")


def test_properties_become_parameters_with_their_marks():
    given = {"name": Secret("n"), "size": None, "data": {"a": UNKNOWN}, "other": 1}
    assert child_parameters(parse(TEXT).parameters, given) == {"name": Secret("n"), "data": {"a": UNKNOWN}}


def test_a_template_may_say_its_own_reference_id():
    assert has_reference_output(parse(TEXT))
    assert not has_reference_output(parse("heat_template_version: 2015-04-30"))


def test_a_template_that_replaces_a_type_must_offer_what_the_type_offers():
    replaced = {
        "properties": {
            "name": {"type": "string", "required": True},
            "size": {"type": "map", "required": False},
            "image": {"type": "string", "required": True},
            "count": {"type": "integer", "required": False},
        },
        "attributes": {"url": {}, "address": {}, "show": {}},
    }
    problems = facade_problems(parse(TEXT), "OS::X", replaced)
    assert [problem.line for problem in problems] == [4, None, None]
    assert ["size" in problems[0].message, "image" in problems[1].message, "address" in problems[2].message] == [
        True
    ] * 3
    assert facade_problems(parse(TEXT), "OS::X", {"properties": {}, "attributes": {}})[0].line == 3
