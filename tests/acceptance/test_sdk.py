"""The OpenStack SDK, which Horizon and many tools are built on: its orchestration calls, through a stack's life."""

from __future__ import annotations

import pathlib
import uuid
from collections.abc import Iterator
from typing import Any

import openstack
import pytest
from openstack import exceptions

from tests.acceptance.systems import Quickstart

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("clients"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),  # the SDK, of itself
]

HERE = pathlib.Path(__file__).parent / "templates"
WORD = (HERE / "word.yaml").read_text()


@pytest.fixture
def cloud(quickstart: Quickstart) -> Iterator[Any]:
    names = {name.removeprefix("OS_").lower(): value for name, value in quickstart.openstack.variables.items()}
    with openstack.connect(load_envvars=False, load_yaml_config=False, **names) as connection:
        yield connection


@pytest.fixture
def stack(cloud: Any) -> Iterator[Any]:
    made = cloud.orchestration.create_stack(name="word", template=WORD, parameters={"length": 5}, tags="a,b")
    yield cloud.orchestration.wait_for_status(made, "CREATE_COMPLETE", failures=["CREATE_FAILED"], interval=0.2)
    cloud.orchestration.delete_stack(made)
    cloud.orchestration.wait_for_delete(made, interval=0.2)


def output(stack: Any, name: str) -> Any:
    return next(item["output_value"] for item in stack.outputs if item["output_key"] == name)


def test_a_stack_is_found_read_changed_and_led_through_its_actions(cloud: Any, stack: Any):
    heat = cloud.orchestration
    found = heat.find_stack("word")
    assert (found.id, found.tags, len(output(found, "word"))) == (stack.id, ["a", "b"], 5)
    assert heat.find_stack("none") is None
    with pytest.raises(exceptions.NotFoundException):
        heat.find_stack("none", ignore_missing=False)
    assert [each.id for each in heat.stacks(tags="a")] == [stack.id]
    assert list(heat.stacks(tags="c")) == []

    assert heat.get_stack_template(stack).parameters["length"]["default"] == 8
    assert heat.get_stack_environment(stack).parameters == {"length": 5}
    assert heat.get_stack_files(stack) == {}
    (resource,) = heat.resources(stack)
    assert (resource.name, resource.resource_type, resource.status) == (
        "word",
        "OS::Heat::RandomString",
        "CREATE_COMPLETE",
    )
    assert {event.resource_name for event in heat.stack_events(stack)} == {"word"}

    heat.update_stack(stack.id, template=WORD, parameters={"length": 7})
    changed = heat.wait_for_status(heat.get_stack(stack.id), "UPDATE_COMPLETE", ["UPDATE_FAILED"], interval=0.2)
    assert len(output(changed, "word")) == 7
    for act, status in (
        (heat.check_stack, "CHECK_COMPLETE"),
        (heat.suspend_stack, "SUSPEND_COMPLETE"),
        (heat.resume_stack, "RESUME_COMPLETE"),
    ):
        act(heat.get_stack(stack.id))
        heat.wait_for_status(heat.get_stack(stack.id), status, interval=0.2)


def test_the_layer_for_people_makes_waits_and_deletes_by_name(cloud: Any):
    made = cloud.create_stack(
        "people",
        template_file=str(HERE / "word.yaml"),
        environment_files=[str(HERE / "word_environment.yaml")],
        length=6,
        wait=True,
    )
    assert (made.status, output(made, "suffix"), len(output(made, "word"))) == ("CREATE_COMPLETE", "given", 6)
    changed = cloud.update_stack("people", template_file=str(HERE / "word.yaml"), length=8, wait=True)
    assert (changed.status, len(output(changed, "word"))) == ("UPDATE_COMPLETE", 8)
    assert cloud.delete_stack("people", wait=True)
    assert not cloud.delete_stack("people", wait=True)
    with pytest.raises(exceptions.BadRequestException, match="OS::Heat::RandomString"):
        cloud.create_stack("broken", template_file=str(HERE / "broken.yaml"), wait=True)
    assert cloud.get_stack("broken") is None


def test_templates_are_validated(cloud: Any):
    assert cloud.orchestration.validate_template(template=WORD).parameters["length"]["Default"] == 8
    with pytest.raises(exceptions.BadRequestException, match="OS::Heat::RandomString"):
        cloud.orchestration.validate_template(template=(HERE / "broken.yaml").read_text())


def test_software_configs_and_deployments(cloud: Any):
    heat = cloud.orchestration
    config = heat.create_software_config(name="greet", group="script", config="echo", inputs=[], outputs=[])
    assert heat.get_software_config(config.id).config == "echo"
    assert config.id in [each.id for each in heat.software_configs()]
    server = str(uuid.uuid4())
    given = {"server_id": server, "config_id": config.id, "action": "CREATE", "status": "IN_PROGRESS"}
    deployment = heat.create_software_deployment(**given)
    assert [each.id for each in heat.software_deployments(server_id=server)] == [deployment.id]
    changed = heat.update_software_deployment(deployment.id, status="COMPLETE", output_values={"said": "hello"})
    assert (changed.status, heat.get_software_deployment(deployment.id).output_values) == (
        "COMPLETE",
        {"said": "hello"},
    )
    heat.delete_software_deployment(deployment.id)
    heat.delete_software_config(config.id)
    with pytest.raises(exceptions.NotFoundException):
        heat.get_software_config(config.id)
