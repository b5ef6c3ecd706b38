from __future__ import annotations

import pytest

from heat_mq.template import Environment, bind, parse
from heat_mq.template.describe import describe


def observed(reference):
    cases = reference("api")["observed"]["cases"]
    return [
        case
        for case in cases
        if case["request"].endswith("/validate") and case["status"] == 200 and isinstance(case.get("body"), dict)
    ]


def test_the_answer_is_what_was_observed_of_heat(reference):
    cases = observed(reference)
    assert cases
    for case in cases:
        body = case["body"]
        bound = bind(parse(body["template"]), parameters=body.get("parameters"), strict=False)
        answer = describe(bound)
        assert answer == {name: case["answer"][name] for name in answer}


def test_groups_are_told_as_they_were_written():
    groups = [{"label": "g", "parameters": ["a"]}]
    template = parse(
        {"heat_template_version": "rocky", "parameter_groups": groups, "parameters": {"a": {"type": "json"}}}
    )
    assert describe(bind(template, strict=False))["ParameterGroups"] == groups


@pytest.mark.parametrize("given", ["parameters", "environment"])
def test_the_value_of_a_hidden_parameter_is_masked(given):
    template = parse({"heat_template_version": "rocky", "parameters": {"p": {"type": "string", "hidden": True}}})
    values = {"p": "s3cret"}
    more = {"parameters": values} if given == "parameters" else {"environment": Environment(parameters=values)}
    assert describe(bind(template, **more))["Parameters"]["p"]["Value"] == "******"
