from __future__ import annotations

import pytest

from heat_mq.errors import InvalidTemplate, InvalidTemplateSection, InvalidTemplateVersion
from heat_mq.template import parse


def refused(text, error=InvalidTemplate):
    with pytest.raises(error) as caught:
        parse(text)
    return caught.value.problems


def test_an_alias_names_a_version():
    assert parse("heat_template_version: newton").version == "heat_template_version.2016-10-14"


def test_a_template_may_be_empty_but_for_its_version():
    template = parse({"heat_template_version": "2013-05-23"})
    assert (template.format, template.resource_names, template.description) == ("hot", [], "")


def test_the_cfn_format_has_its_own_words():
    template = parse("AWSTemplateFormatVersion: 2010-09-09\nDescription: d\nResources: {a: {Type: T}}\n")
    assert (template.format, template.resource_names, template.description) == ("cfn", ["a"], "d")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# nothing", "heat_template_version"),
        ("heat_template_version: 5", "5"),
        ("heat_template_version: rocki", "rocky"),
        ("heat_template_version: rocky\nAWSTemplateFormatVersion: 2010-09-09", "both"),
        ("heat_template_versoin: rocky", "heat_template_version"),
    ],
)
def test_a_version_that_cannot_be_told_is_refused(text, words):
    (problem,) = refused(text, InvalidTemplateVersion)
    assert words in f"{problem.message} {problem.suggestion}"
    assert problem.line is not None


@pytest.mark.parametrize("version", ["2013-05-23", "2016-04-08"])
def test_conditions_are_a_section_from_2016_10_14_on(version):
    text = f"heat_template_version: {version}\nconditions: {{a: true}}"
    assert refused(text, InvalidTemplateSection)[0].path == "conditions"


def test_all_mistakes_of_a_template_are_reported_at_once():
    text = """heat_template_version: 2015-04-30
parameter_groups: [{parameters: [p, p, q]}]
parameters:
  p: {type: string, constrants: []}
resources:
  a: {}
  b: {type: T, propertys: {}}
  c/d: {type: T}
  p: {type: T}
  e: []
  f: {type: T, depends_on: [1]}
outputs:
  o: {}
  x: {value: 1, valeu: 2}
"""
    assert {(problem.line, problem.path) for problem in refused(text)} == {
        (2, "parameter_groups[0].parameters[1]"),
        (2, "parameter_groups[0].parameters[2]"),
        (4, "parameters.p.constrants"),
        (6, "resources.a"),
        (7, "resources.b.propertys"),
        (8, "resources.c/d"),
        (9, "resources.p"),
        (10, "resources.e"),
        (11, "resources.f.depends_on[0]"),
        (13, "outputs.o"),
        (14, "outputs.x.valeu"),
    }


def test_cfn_ignores_unknown_keys_of_a_resource():
    parse("HeatTemplateFormatVersion: 2012-12-12\nResources: {a: {Type: T, Whatever: 1}}")


@pytest.mark.parametrize("name", ["OS::stack_name", "OS::region"])
def test_a_resource_may_not_have_the_name_of_a_pseudo_parameter(name):
    refused({"heat_template_version": "2015-04-30", "resources": {name: {"type": "T"}}})


@pytest.mark.parametrize("section", ["resources", "outputs", "parameters"])
def test_a_section_must_be_a_map(section):
    (problem,) = refused(f"heat_template_version: 2015-04-30\n{section}: [1]")
    assert problem.path == section


def test_the_raw_template_is_what_was_written():
    written = {"heat_template_version": "2015-04-30", "resources": {"a": {"type": "T", "properties": {"x": None}}}}
    assert parse(written).raw == written


def test_versions_and_sections_are_refused_in_the_words_that_clients_know():
    (version,) = refused("heat_template_version: invalid", InvalidTemplateVersion)
    assert version.message.startswith("The template version is invalid: ")
    (section,) = refused("heat_template_version: 2013-05-23\nresource: {}", InvalidTemplateSection)
    assert (section.message, section.suggestion) == ("The template section is invalid: resource", "resources")
    assert (section.path, section.line) == ("resource", 2)
