"""Deployments and the servers that they are for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from heat_mq.planner.lint import Document, lint

SERVER: dict[str, Any] = {"image": "i", "flavor": "f", "networks": [{"network": "n"}]}


def problems(server: dict[str, Any], deployment: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    template = {
        "heat_template_version": "2018-08-31",
        "parameters": {"format": {"type": "string"}},
        "resources": {"server": server, "run": deployment, **more},
    }
    found = lint(Document(json.dumps(template), "t.yaml"), [], {})
    return [(problem.path, problem.message) for problem in found if problem.severity == "error"]


def nova(**properties: Any) -> dict[str, Any]:
    return {"type": "OS::Nova::Server", "properties": {**SERVER, **properties}}


ONE = {"type": "OS::Heat::SoftwareDeployment", "properties": {"server": {"get_resource": "server"}}}
GROUP = {
    "type": "OS::Heat::StructuredDeploymentGroup",
    "properties": {"servers": {"a": "elsewhere", "b": {"get_resource": "server"}}},
}


@pytest.mark.parametrize(("deployment", "path"), [(ONE, "server"), (GROUP, "servers.b")])
@pytest.mark.parametrize("server", [nova(), nova(user_data_format="RAW")])
def test_a_server_that_was_not_made_for_software_takes_none(
    server: dict[str, Any], deployment: dict[str, Any], path: str
) -> None:
    [(where, message)] = problems(server, deployment)
    assert where == f"resources.run.properties.{path}"
    assert message == "server takes no software deployments: its user_data_format is not SOFTWARE_CONFIG"


@pytest.mark.parametrize(
    "server",
    [
        nova(user_data_format="SOFTWARE_CONFIG"),
        nova(user_data_format={"get_param": "format"}),
        {"type": "OS::Heat::DeployedServer"},
        {"type": "OS::Heat::Value", "properties": {"value": "the id of a server"}},
    ],
)
@pytest.mark.parametrize("deployment", [ONE, GROUP])
def test_any_other_may_take_it(server: dict[str, Any], deployment: dict[str, Any]) -> None:
    assert problems(server, deployment) == []


def test_a_component_has_one_config_for_an_action() -> None:
    configs = [{"tool": "a", "actions": ["CREATE"]}, {"tool": "b", "actions": ["UPDATE", "CREATE"]}]
    component = {"type": "OS::Heat::SoftwareComponent", "properties": {"configs": configs}}
    [(where, message)] = problems({"type": "OS::Heat::DeployedServer"}, ONE, component=component)
    assert where == "resources.component.properties.configs[1].actions"
    assert message == "only one config can be for CREATE; configs[0] is"
