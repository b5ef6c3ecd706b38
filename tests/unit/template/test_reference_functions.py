"""Every function and version against what was observed of Heat."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from heat_mq.errors import InvalidTemplate
from heat_mq.template import PseudoParameters, all_versions, bind, evaluate, parse, select, template_versions
from heat_mq.template.compile import Compiler, Names, Surroundings
from heat_mq.template.conditions import Conditions
from heat_mq.template.environment import Environment
from heat_mq.template.problems import Problems
from heat_mq.template.values import choose_values

FACTS = json.loads((pathlib.Path(__file__).parents[2] / "reference" / "functions.json").read_text())
CONTEXT = FACTS["case_context"]
ATTRIBUTES = {**CONTEXT["attributes_of_resource_r"], "value": "random"}
CFN_TYPES = {
    "string": "String",
    "number": "Number",
    "json": "Json",
    "comma_delimited_list": "CommaDelimitedList",
    "boolean": "Boolean",
}
# Heat's class -> ours; the rest stand inside a validation error.
CLASSES = {"UserParameterMissing": "UserParameterMissing", "InvalidTemplateReference": "InvalidTemplateReference"}

# What this library answers otherwise, and why.
OTHERWISE = {
    # The case had a number as a key, which JSON cannot say; here keys are text from the start.
    '{"str_replace": {"params": {"1": "x"}, "template": "a1b"}}': "axb",
    # Which attributes a type has is known to the type, above this library.
    '{"get_attr": ["r", "wrong"]}': None,
}
# Heat's text lists every part of the URL.
UNMENTIONED = {"host"}


class Created:
    """Resource ``r`` exists, all others do not."""

    def reference(self, name: str) -> Any:
        return CONTEXT["reference_id_of_r"] if name == "r" else name

    def attribute(self, name: str, attribute: str | None, path: list[Any]) -> Any:
        if name != "r":
            return None
        return ATTRIBUTES if attribute is None else select(ATTRIBUTES.get(attribute), path)


def written(version: str, body: Any) -> dict[str, Any]:
    """A template of the version with ``body`` as a property of the resource ``x``."""
    if version in ("aws", "cfn"):
        names = {"type": "Type", "default": "Default"}
        template = {
            "AWSTemplateFormatVersion" if version == "aws" else "HeatTemplateFormatVersion": (
                "2010-09-09" if version == "aws" else "2012-12-12"
            ),
            "Parameters": {
                name: {names[key]: CFN_TYPES[value] if key == "type" else value for key, value in schema.items()}
                for name, schema in CONTEXT["parameters"].items()
            },
            "Mappings": {"M": CONTEXT["mapping_M"]},
            "Resources": {"r": {"Type": "T"}, "raw": {"Type": "T"}, "x": {"Type": "T", "Properties": {"p": body}}},
        }
        if version == "aws":
            template["Conditions"] = CONTEXT["cfn_conditions"]
        return template
    template = {
        "heat_template_version": version,
        "parameters": CONTEXT["parameters"],
        "resources": {"r": {"type": "T"}, "raw": {"type": "T"}, "x": {"type": "T", "properties": {"p": body}}},
    }
    if version >= "2016-10-14":
        template["conditions"] = {
            name: raw
            for name, raw in CONTEXT["conditions"].items()
            if not name.startswith("loop") or "loop" in json.dumps(body)
        }
    return template


def value_of(version: str, body: Any) -> Any:
    template = parse(written(version, body), files=CONTEXT["files"])
    pseudo = PseudoParameters(stack_name="stk", project_id="test_tenant_id", stack_id="None")
    # Only the parameter named "unset" has no value; a template that asks for it cannot be bound.
    names = json.dumps(body)
    if '"unset"' in names:
        return bind(template, pseudo=pseudo)
    bound = bind(template, pseudo=pseudo, parameters={"unset": ""})
    properties = evaluate(bound.resources["x"].properties, Created())
    return properties.get("p")


def condition_of(version: str, body: Any) -> Any:
    """What an expression comes to where a condition stands (also when that is no boolean)."""
    template = parse(written(version, ""), files=CONTEXT["files"])
    problems = Problems(template.source)
    given = {"unset": ""}
    values = choose_values(
        template,
        Environment(),
        given,
        PseudoParameters(stack_name="stk"),
        problems,
        strict=True,
        drop_unknown=False,
        previous=None,
    )
    scope = Surroundings(values.marked, {}, template.mappings, None, ("nova",), template.limits)

    def decide(raw: Any, path: Any, holds: Any, problems: Problems) -> Any:
        nothing = Names(frozenset(), {})
        return Compiler(template.dialect, scope, nothing, holds, problems, in_condition=True).bind(raw, path)

    conditions = Conditions(template.conditions, "conditions", problems, decide)
    value = decide(body, (), conditions.holds, problems)
    problems.raise_errors()
    return value


def outcome(case: dict[str, Any]) -> Any:
    evaluated = condition_of if case.get("condition") else value_of
    return evaluated(case["v"], case["in"])


def name_of(case: dict[str, Any]) -> str:
    return f"{case['v']}-{json.dumps(case['in'])}"


GOOD = [case for case in FACTS["cases"] if "error" not in case]
BAD = [case for case in FACTS["cases"] if "error" in case]


@pytest.mark.parametrize("case", GOOD, ids=name_of)
def test_a_case_gives_what_heat_gives(case):
    value = outcome(case)
    assert value == case["result"]
    assert type(value) is type(case["result"])


@pytest.mark.parametrize("case", BAD, ids=name_of)
def test_a_case_that_heat_refuses_is_refused_with_its_words(case):
    key = json.dumps(case["in"])
    if key in OTHERWISE:
        assert outcome(case) == OTHERWISE[key]
        return
    with pytest.raises(InvalidTemplate) as caught:
        outcome(case)
    assert caught.value.type == CLASSES.get(case["error"], "StackValidationFailed")
    for word in case.get("mentions", []):
        assert word in UNMENTIONED or str(word) in str(caught.value)


@pytest.mark.parametrize("name", [name for name, facts in FACTS["versions"].items() if "alias_of" not in facts])
def test_a_version_knows_what_heat_s_version_knows(name):
    facts, version = FACTS["versions"][name], all_versions()[name]
    assert sorted(version.functions) == sorted(facts["functions"])
    assert sorted(version.condition_functions) == sorted(facts["condition_functions"])
    assert sorted(version.removed) == sorted(facts["removed_but_parsed"])
    assert list(version.words.sections.values()) == facts["sections"]
    assert list(version.words.resource.values()) == facts["resource_keys"]
    assert list(version.words.output.values()) == facts["output_keys"]
    assert sorted(version.deletion_policies) == sorted(facts["deletion_policies"])


def test_the_published_list_of_versions_is_heat_s():
    assert template_versions() == FACTS["version_list_rest"]


def test_no_version_is_missing():
    assert set(all_versions()) == {name for name, facts in FACTS["versions"].items() if "alias_of" not in facts}
