"""Templates with a mistake, each with the line and the words that its report must have."""

from __future__ import annotations

import json
import pathlib

import pytest

from heat_mq.errors import InvalidTemplate, MissingParameter
from heat_mq.template import bind, parse

HERE = pathlib.Path(__file__).parents[2] / "templates" / "invalid"
EXPECT = json.loads((HERE / "EXPECT.json").read_text())
# Wrong by the schema of a resource type, which is known above this library.
BY_TYPE = {
    "unknown_type.yaml",
    "unknown_property.yaml",
    "missing_required_property.yaml",
    "property_out_of_range.yaml",
    "property_wrong_type.yaml",
    "unknown_attribute.yaml",
}
# Accepted, with a warning.
DOUBTFUL = {"duplicate_resource.yaml", "function_too_new.yaml"}
SEVERAL = {"five_mistakes.yaml"}


def problem_of(name):
    with pytest.raises(InvalidTemplate) as caught:
        bind(parse((HERE / name).read_text(), file=name))
    return caught.value.problems[0]


def told(problem):
    return f"{problem.message} {problem.suggestion}"


@pytest.mark.parametrize("name", sorted(set(EXPECT) - BY_TYPE - DOUBTFUL - SEVERAL))
def test_a_mistake_is_reported_at_its_line_with_its_words(name):
    problem = problem_of(name)
    assert problem.line in EXPECT[name]["line"]
    assert problem.column >= 1
    assert problem.file == name
    for word in EXPECT[name]["about"]:
        assert word in told(problem)
    for word in EXPECT[name].get("not_about", []):
        assert word not in told(problem)


@pytest.mark.parametrize("name", sorted(BY_TYPE))
def test_a_mistake_in_a_type_s_schema_is_not_this_library_s(name):
    bind(parse((HERE / name).read_text()))


@pytest.mark.parametrize("name", sorted(DOUBTFUL))
def test_what_heat_accepts_is_accepted_with_a_warning_at_its_line(name):
    _, (warning,) = bind(parse((HERE / name).read_text())).problems()
    assert warning.severity == "warning"
    assert warning.line in EXPECT[name]["line"]
    for word in EXPECT[name]["about"]:
        assert word in told(warning)


def test_five_mistakes_are_reported_together():
    template = parse((HERE / "five_mistakes.yaml").read_text(), keep_errors=True)
    bound = bind(template, strict=False, check=False)
    errors = [*template.errors, *bound.problems()[0]]
    # The other two are a property and a type, which the types know.
    assert [problem.line for problem in errors] == [5, 10, 18]
    assert [problem.suggestion for problem in errors] == ["string", "size", "key"]


def test_the_place_of_a_property_and_a_type_can_be_told():
    bound = bind(parse((HERE / "five_mistakes.yaml").read_text(), keep_errors=True), strict=False, check=False)
    other = bound.resources["other"]
    assert other.problem(("type",), "unknown").line == 14
    template = bound.template
    assert template.problem(("resources", "key", "properties", "sequense"), "unknown", key=True).column == 7


def test_a_template_without_its_parameters_can_be_checked():
    template = parse((HERE / "missing_parameter.yaml").read_text())
    bind(template, strict=False)
    with pytest.raises(MissingParameter, match="size"):
        bind(template)
