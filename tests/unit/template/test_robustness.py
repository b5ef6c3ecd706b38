"""Whatever is written, the answer is a value or a template error, never another exception."""

from __future__ import annotations

import contextlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from heat_mq.errors import InvalidTemplate, UserError
from heat_mq.template import UNKNOWN, Environment, Secret, all_versions, bind, evaluate, mask, parse
from heat_mq.template.describe import describe
from heat_mq.template.functions import REGISTRY
from heat_mq.template.provider import provider_schema
from heat_mq.template.tree import canonical_text

FUNCTIONS = sorted({form.name for form in REGISTRY})
KEYS = ["template", "params", "for_each", "expression", "data", "keys", "values", "host", "port", "permutations"]
SECTIONS = ["description", "parameter_groups", "parameters", "resources", "outputs", "conditions", "mappings"]
WORDS = ["type", "properties", "metadata", "depends_on", "deletion_policy", "condition", "value", "default", "Type"]
WORDS += ["constraints", "external_id", "update_policy", "hidden", "string", "number", "json", "Properties"]

scalars = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.sampled_from(["r", "p", "c", "", "a,b", "$x"])
)
keys = st.sampled_from([*KEYS, "a"])


def calls(inner):
    return st.one_of(
        st.builds(lambda name, args: {name: args}, st.sampled_from(FUNCTIONS), inner),
        st.lists(inner, max_size=4),
        st.dictionaries(keys, inner, max_size=3),
    )


expressions = st.recursive(scalars, calls, max_leaves=10)
shapeless = st.recursive(
    scalars | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*WORDS, "r", "p", "a/b", "OS::stack_id"]), inner, max_size=4)
    ),
    max_leaves=12,
)
versions = st.sampled_from([tuple(name.split(".")) for name in all_versions()])


class Cloud:
    def __init__(self, value):
        self.value = value

    def reference(self, name):
        return self.value

    def attribute(self, name, attribute, path):
        return self.value


def template_with(version, expression, condition):
    key, date = version
    if key == "heat_template_version":
        template = {
            "parameters": {"p": {"type": "json", "default": {"a": [1]}}},
            "resources": {
                "r": {"type": "T"},
                "x": {"type": "T", "properties": {"p": expression}, "metadata": expression},
            },
            "outputs": {"o": {"value": expression}},
        }
        if date >= "2016-10-14":
            template["conditions"] = {"c": condition}
    else:
        template = {
            "Parameters": {"p": {"Type": "Json", "Default": {"a": [1]}}},
            "Resources": {"r": {"Type": "T"}, "x": {"Type": "T", "Properties": {"p": expression}}},
            "Outputs": {"o": {"Value": expression}},
        }
        if key == "AWSTemplateFormatVersion":
            template["Conditions"] = {"c": condition}
    return {key: date, **template}


@settings(max_examples=400)
@given(versions, expressions, expressions, st.sampled_from([UNKNOWN, Secret("s"), {"a": [1]}, "text", None]))
def test_any_expression_gives_a_value_or_a_template_error(version, expression, condition, attribute):
    with contextlib.suppress(InvalidTemplate):
        bound = bind(parse(template_with(version, expression, condition)), check=False)
        errors, _ = bound.problems()
        assert all(problem.path for problem in errors)
        bound.check()
        for tree in [bound.resources["x"].properties, bound.resources["x"].metadata, bound.outputs["o"].value]:
            canonical_text(tree)
            json.dumps(mask(evaluate(tree, Cloud(attribute))))
        bound.dependencies()


@settings(max_examples=400)
@given(versions, st.dictionaries(st.sampled_from(SECTIONS), shapeless, max_size=4))
def test_any_shape_gives_a_template_or_a_template_error(version, sections):
    hot = version[0] == "heat_template_version"
    named = {name if hot else name.capitalize(): content for name, content in sections.items()}
    with contextlib.suppress(InvalidTemplate):
        template = parse({version[0]: version[1], **named})
        provider_schema(template)
        bound = bind(template, strict=False)
        describe(bound)
        bound.dependencies()


@given(st.dictionaries(st.sampled_from(["parameters", "resource_registry", "event_sinks", "x"]), shapeless, max_size=3))
def test_any_shape_gives_an_environment_or_a_user_error(sections):
    with contextlib.suppress(UserError):
        environment = Environment.parse(sections)
        environment.as_dict()
        for name in ("r", "a"):
            environment.resource_registry.resolve("T", name)
            environment.child(name)
