"""The examples that the function list prints are true."""

from __future__ import annotations

import re

import pytest
import yaml

from heat_mq.template import bind, evaluate, parse, template_functions
from heat_mq.template.functions import REGISTRY

EXAMPLE = re.compile(r"``([^`]+)``\s+gives\s+``([^`]+)``")
EXAMPLES = [(form, source, result) for form in REGISTRY for source, result in EXAMPLE.findall(form.description)]


def version_of(form):
    if form.since:
        return {"heat_template_version": form.until or "2021-04-16"}
    return {"AWSTemplateFormatVersion": "2010-09-09"}


def evaluated(form, source):
    template = version_of(form)
    hot = "heat_template_version" in template
    body = yaml.safe_load(source)
    if form.kind in ("condition", "logic"):
        template["conditions" if hot else "Conditions"] = {"c": body}
        return bind(parse(template)).conditions["c"]
    words = ("resources", "type", "properties") if hot else ("Resources", "Type", "Properties")
    template[words[0]] = {"x": {words[1]: "T", words[2]: {"p": body}}}
    return evaluate(bind(parse(template)).resources["x"].properties["p"], None)


# What depends on a stack is only described.
DESCRIBED = {"get_param", "get_resource", "get_attr", "get_file", "Ref", "Fn::GetAtt", "Fn::FindInMap"}
DESCRIBED |= {"resource_facade", "Fn::ResourceFacade"}


@pytest.mark.parametrize(
    ("form", "source", "result"),
    [example for example in EXAMPLES if example[0].name not in DESCRIBED],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_an_example_gives_what_it_says(form, source, result):
    assert evaluated(form, source) == yaml.safe_load(result)


@pytest.mark.parametrize("form", REGISTRY, ids=lambda form: f"{form.name}-{form.since}")
def test_every_function_is_described_and_has_an_example(form):
    assert form.description
    assert form.name in DESCRIBED or EXAMPLE.search(form.description)


def test_the_function_list_has_names_and_descriptions():
    listed = template_functions("heat_template_version.newton")
    assert [item["functions"] for item in listed] == sorted(item["functions"] for item in listed)
    assert all(item["description"] for item in listed)
    assert "equals" not in {item["functions"] for item in listed}


def test_condition_functions_are_listed_when_asked_for():
    listed = template_functions("heat_template_version.2016-10-14", with_conditions=True)
    assert {"equals", "not", "and", "or", "if"} <= {item["functions"] for item in listed}


def test_there_are_no_functions_of_no_version():
    assert template_functions("heat_template_version.2000-01-01") is None


def test_get_file_has_the_description_that_clients_of_heat_know():
    listed = template_functions("heat_template_version.2016-04-08")
    (shown,) = [each["description"] for each in listed if each["functions"] == "get_file"]
    assert shown == "A function for including a file inline."
