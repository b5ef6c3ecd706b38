"""Templates that stand for types: what the nested stack is given and what it gives back."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.engine.commands.create import create_stack
from heat_mq.engine.commands.update import update_stack
from heat_mq.engine.queries.outputs import show_output
from heat_mq.engine.queries.preview import preview_stack
from heat_mq.engine.queries.validate import validate_template
from heat_mq.errors import InvalidTemplate, LimitExceeded, Problem
from heat_mq.template.merge import ConflictingMergeStrategy, InvalidMergeStrategy
from tests.simulation.world import World

INNER = """
heat_template_version: 2018-08-31
parameters:
  value: {type: string, default: own}
  sizes: {type: comma_delimited_list, default: "1,2"}
  secret: {type: string, hidden: true, default: d3fault}
resources:
  thing: {type: Sim::Thing, properties: {value: {get_param: value}}}
outputs:
  value: {value: {get_attr: [thing, value]}}
  sizes: {value: {get_param: sizes}}
  secret: {value: {get_param: secret}}
"""
WITH_REFERENCE = INNER + "  OS::stack_id: {value: {get_resource: thing}}\n"
URL = "https://templates.example.com/inner.yaml"


class Web:
    """A fetcher over texts."""

    def __init__(self, **texts: str) -> None:
        self.texts = {URL: INNER, **texts}
        self.asked: list[str] = []

    def fetch(self, url: str) -> str:
        self.asked.append(url)
        if url not in self.texts:
            raise InvalidTemplate([Problem(f"the template {url} cannot be fetched: 404")])
        return self.texts[url]


def hot(resources: dict[str, Any], outputs: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    values = {name: {"value": value} for name, value in (outputs or {}).items()}
    return {"heat_template_version": "2018-08-31", "resources": resources, "outputs": values, **more}


def create(world: World, template: dict[str, Any], files: dict[str, str] | None = None, **more: Any) -> str:
    args: dict[str, Any] = {}
    identity = create_stack(
        world.service, world.context, "stack", template, more.pop("params", None), files, args, **more
    )
    world.run()
    return identity["stack_id"]


def output(world: World, stack: str, name: str) -> Any:
    return show_output(world.service, world.context, world.identity(stack), name)["output_value"]


def update(
    world: World, stack: str, template: dict[str, Any] | None, files: dict[str, str] | None = None, **args: Any
) -> None:
    update_stack(world.service, world.context, world.identity(stack), template, None, files, args)
    world.run()


def test_null_and_what_is_not_given_leave_a_parameter_to_its_defaults(world: World) -> None:
    resources = {
        "a": {"type": "in.yaml", "properties": {"value": None}},
        "b": {"type": "in.yaml", "properties": {"value": "", "sizes": ["x", None]}},
        "c": {"type": "in.yaml", "properties": {"sizes": "7,8"}},
    }
    outputs = {f"{name}_{key}": {"get_attr": [name, key]} for name in "abc" for key in ("value", "sizes")}
    stack = create(world, hot(resources, outputs), {"in.yaml": INNER})
    assert world.state(stack) == "CREATE_COMPLETE"
    assert [output(world, stack, f"{name}_value") for name in "abc"] == ["own", "", "own"]
    assert [output(world, stack, f"{name}_sizes") for name in "abc"] == [["1", "2"], ["x", ""], ["7", "8"]]


def test_parameter_defaults_of_the_environment_come_before_the_template_s(world: World) -> None:
    params = {"parameter_defaults": {"value": "from above"}}
    stack = create(
        world, hot({"a": {"type": "in.yaml"}}, {"v": {"get_attr": ["a", "value"]}}), {"in.yaml": INNER}, params=params
    )
    assert output(world, stack, "v") == "from above"


def test_a_template_may_say_what_its_reference_id_is(world: World) -> None:
    resources = {"a": {"type": "in.yaml"}, "b": {"type": "Sim::Thing", "properties": {"uses": [{"get_resource": "a"}]}}}
    stack = create(world, hot(resources, {"id": {"get_resource": "a"}}), {"in.yaml": WITH_REFERENCE})
    (thing,) = world.cloud.named("thing")
    assert world.state(stack) == "CREATE_COMPLETE"
    assert world.cloud.objects[output(world, stack, "id")] == thing
    update(world, stack, hot(resources, {"id": {"get_resource": "a"}}), {"in.yaml": INNER})
    assert output(world, stack, "id").startswith("arn:")


def test_a_resource_of_the_nested_stack_is_an_attribute(world: World) -> None:
    outputs = {
        "value": {"get_attr": ["a", "resource.thing", "value"]},
        "id": {"get_attr": ["a", "resource.thing"]},
        "none": {"get_attr": ["a", "resource.nothing", "value"]},
    }
    stack = create(world, hot({"a": {"type": "in.yaml"}}, outputs), {"in.yaml": INNER})
    assert output(world, stack, "value") == "own"
    assert output(world, stack, "id") in world.cloud.objects
    assert output(world, stack, "none") is None


def test_a_template_for_a_built_in_type_must_offer_what_the_type_does(world: World) -> None:
    params = {"resource_registry": {"OS::Heat::RandomString": "in.yaml"}}
    with pytest.raises(InvalidTemplate, match="needs the output 'value', an attribute") as caught:
        create(
            world,
            hot({"a": {"type": "OS::Heat::RandomString"}}),
            {"in.yaml": "heat_template_version: rocky"},
            params=params,
        )
    assert caught.value.problems[0].path.startswith("resources.a<OS::Heat::RandomString>")


def test_a_template_at_a_url_is_fetched_once_and_kept(world: World) -> None:
    world.service.fetcher = web = Web()  # type: ignore[assignment]
    resources = {"a": {"type": URL}, "b": {"type": URL}}
    stack = create(world, hot(resources))
    assert (world.state(stack), web.asked) == ("CREATE_COMPLETE", [URL])
    web.texts.clear()
    update(world, stack, None, existing=True)
    assert (world.state(stack), web.asked) == ("UPDATE_COMPLETE", [URL])


def test_templates_that_fetched_ones_name_are_fetched_too_up_to_a_number(world: World) -> None:
    deeper = {
        f"https://x/{n}.yaml": f"heat_template_version: rocky\nresources: {{a: {{type: 'https://x/{n + 1}.yaml'}}}}"
        for n in range(100)
    }
    world.service.fetcher = Web(**deeper)  # type: ignore[assignment]
    with pytest.raises(LimitExceeded, match="more than 50"):
        create(world, hot({"a": {"type": "https://x/0.yaml"}}))


def test_a_template_that_cannot_be_fetched_is_told_before_anything_is_made(world: World) -> None:
    world.service.fetcher = Web()  # type: ignore[assignment]
    with pytest.raises(InvalidTemplate, match="cannot be fetched"):
        create(world, hot({"a": {"type": "https://x/none.yaml"}}))
    assert not world.all_stacks()


def cfn(url: Any, **properties: Any) -> dict[str, Any]:
    return {
        "HeatTemplateFormatVersion": "2012-12-12",
        "Parameters": {"url": {"Type": "String", "Default": URL}},
        "Resources": {
            "a": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, **properties}},
        },
        "Outputs": {
            "value": {"Value": {"Fn::GetAtt": ["a", "Outputs.value"]}},
            "id": {"Value": {"Ref": "a"}},
        },
    }


@pytest.mark.parametrize("url", [URL, {"Ref": "url"}], ids=["literal", "parameter"])
def test_a_cloudformation_stack_is_made_from_its_url(world: World, url: Any) -> None:
    world.service.fetcher = Web()  # type: ignore[assignment]
    stack = create(world, cfn(url, Parameters={"value": "given"}, TimeoutInMinutes=7))
    assert world.state(stack) == "CREATE_COMPLETE"
    assert output(world, stack, "value") == "given"
    assert output(world, stack, "id").startswith("arn:openstack:heat::project:stacks/stack-a-")
    child = next(world.stack(id) for id in world.all_stacks() if id != stack)
    assert child.timeout_mins == 7
    update(world, stack, cfn(url, Parameters={"value": "changed"}))
    assert output(world, stack, "value") == "changed"


def test_what_is_wrong_with_a_cloudformation_stack_is_told_before_anything_is_made(world: World) -> None:
    world.service.fetcher = Web()  # type: ignore[assignment]
    with pytest.raises(InvalidTemplate, match="no parameter 'valu'"):
        create(world, cfn(URL, Parameters={"valu": "x"}))
    with pytest.raises(InvalidTemplate, match="no http or https URL"):
        create(world, cfn("file:///etc/passwd"))
    assert not world.all_stacks()


def test_a_hidden_value_shows_neither_in_problems_nor_in_previews_nor_in_events(world: World) -> None:
    template = hot(
        {
            "a": {"type": "in.yaml", "properties": {"secret": {"get_param": "word"}}},
            "b": {"type": "Sim::Thing", "properties": {"value": {"get_attr": ["a", "secret"]}}},
            "g": {
                "type": "OS::Heat::ResourceGroup",
                "properties": {
                    "resource_def": {"type": "OS::Heat::RandomString", "properties": {"length": {"get_param": "word"}}}
                },
            },
        },
        parameters={"word": {"type": "string", "hidden": True}},
    )
    files, params = {"in.yaml": INNER}, {"parameters": {"word": "s3cret"}}
    with pytest.raises(InvalidTemplate) as caught:
        create(world, template, files, params=params)
    assert "s3cret" not in str(caught.value.fields)
    del template["resources"]["g"]
    shown = preview_stack(world.service, world.context, "stack", template, params, files, {})
    assert "s3cret" not in str(shown)
    assert "s3cret" not in str(validate_template(world.service, world.context, template, params, files))
    stack = create(world, template, files, params=params)
    assert world.state(stack) == "CREATE_COMPLETE"
    assert "s3cret" not in str(world.events(stack))


FILES = {
    "one": "parameters: {tags: 'a,b', data: {k: 1}}\nparameter_merge_strategies: {tags: merge, data: deep_merge}",
    "two": "parameters: {tags: 'c', data: {l: 2}}\nparameter_merge_strategies: {tags: merge, data: deep_merge}",
    "odd": "parameters: {tags: 'c'}\nparameter_merge_strategies: {tags: overwrite}",
    "bad": "parameters: {flag: true}\nparameter_merge_strategies: {default: merge}",
}
MERGED = hot(
    {},
    {"tags": {"get_param": "tags"}, "data": {"get_param": "data"}},
    parameters={
        "tags": {"type": "comma_delimited_list"},
        "data": {"type": "json"},
        "flag": {"type": "boolean", "default": False},
    },
)


def test_environment_files_are_merged_as_they_ask_for(world: World) -> None:
    stack = create(world, MERGED, FILES, environment_files=["one", "two"])
    assert output(world, stack, "tags") == ["a", "b", "c"]
    assert output(world, stack, "data") == {"k": 1, "l": 2}


def test_environment_files_that_cannot_be_merged_are_refused(world: World) -> None:
    with pytest.raises(ConflictingMergeStrategy):
        create(world, MERGED, FILES, environment_files=["one", "odd"])
    with pytest.raises(InvalidMergeStrategy):
        create(world, MERGED, FILES, environment_files=["bad", "bad"])


def test_a_nested_template_that_is_too_large_is_refused(world: World) -> None:
    with pytest.raises(LimitExceeded, match=r"in\.yaml has \d+ bytes"):
        create(world, hot({"a": {"type": "in.yaml"}}), {"in.yaml": INNER + "#" * 600_000})
