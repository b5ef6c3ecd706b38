"""What the texts of cases mean, and that their templates have the size they say."""

from __future__ import annotations

import pytest

from benchmarks import cases, templates
from benchmarks.cases import BadCase, parse
from heat_mq.planner.definition import StackDefinition
from heat_mq.template import Environment
from heat_mq.template import parse as parse_template
from heat_mq.template.values import PseudoParameters


def requirements(template: templates.Template) -> dict[str, set[str]]:
    """What each resource of a template needs."""
    wanted = StackDefinition(parse_template(template), Environment(), {}, PseudoParameters(stack_name="stack"))
    return {name: set(needed) for name, needed in wanted.dependencies.items()}


@pytest.mark.parametrize(
    ("text", "sizes", "resources"),
    [
        ("flat 1000", (1000,), 1000),
        ("layers 50x10", (50, 10), 500),
        ("fan-in 500", (500,), 501),
        ("group 200", (200, 2), 601),
        ("group 200x3", (200, 3), 801),
        ("small 100", (100, 5, 10), 500),
        ("small 20x3", (20, 3, 10), 60),
        ("small 20x3x4", (20, 3, 4), 60),
        (" idle  5 ", (5,), 5),
    ],
)
def test_a_text_gives_sizes_and_the_number_of_resources(text: str, sizes: tuple[int, ...], resources: int):
    case = parse(text)
    assert (case.sizes, case.resources) == (sizes, resources)
    assert parse(str(case)) == case


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("flta 10", "did you mean 'flat'?"),
        ("", "no such case"),
        ("flat", "expected flat N"),
        ("flat 0", "numbers from 1"),
        ("flat -5", "numbers from 1"),
        ("flat ²", "numbers from 1"),
        ("flat 10x10", "1 numbers"),
        ("layers 10", "expected layers WxD"),
        ("small 1x2x3x4", "3 numbers"),
    ],
)
def test_a_text_that_is_no_case_says_what_was_expected(text: str, words: str):
    with pytest.raises(BadCase) as caught:
        parse(text)
    assert words in str(caught.value)


def test_the_default_cases_are_cases():
    assert [str(parse(text)) for text in cases.DEFAULT] == list(cases.DEFAULT)


def test_help_names_every_kind_with_its_numbers():
    said = cases.describe()
    for name, kind in cases.KINDS.items():
        assert f"{name} {kind.form}" in said


@pytest.mark.parametrize(
    "text", ["flat 7", "chain 7", "layers 4x3", "layers 1x3", "fan-in 7", "slow 7", "update-one 7"]
)
def test_a_template_holds_as_many_resources_as_its_case_says(text: str):
    case = parse(text)
    assert len(case.template()["resources"]) == case.resources


def test_a_chain_is_as_deep_as_it_is_long():
    needs = requirements(templates.chain(5))
    assert needs == {"r0": set()} | {f"r{index}": {f"r{index - 1}"} for index in range(1, 5)}


def test_each_of_a_layer_needs_two_of_the_layer_before():
    needs = requirements(templates.layers(3, 2))
    assert needs["r0_2"] == set()
    assert needs["r1_0"] == {"r0_0", "r0_1"}
    assert needs["r1_2"] == {"r0_2", "r0_0"}


def test_a_fan_in_ends_in_one_that_needs_all():
    assert requirements(templates.fan_in(3))["all"] == {"r0", "r1", "r2"}


def test_an_update_of_one_changes_one():
    case = parse("update-one 5")
    before, after = case.template()["resources"], (case.changed() or {})["resources"]
    assert [name for name in before if before[name] != after[name]] == ["r0"]
    assert parse("flat 5").changed() is None


def test_a_group_nests_groups():
    outer = templates.group(4, 3)["resources"]["group"]["properties"]
    assert (outer["count"], outer["resource_def"]["properties"]["count"]) == (4, 3)
