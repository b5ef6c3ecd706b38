"""A deployment that makes stacks in itself: in its own region, in another one, and by a login of its own."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from tests.acceptance.cloud import added
from tests.acceptance.systems import Deployment, Quickstart

System = Quickstart | Deployment
INNER = {
    "heat_template_version": "2021-04-16",
    "parameters": {"word": {"type": "string"}, "inside": {"type": "string", "default": "none"}},
    "resources": {
        "net": {"type": "OS::Neutron::Net"},
        "said": {"type": "OS::Heat::Value", "properties": {"value": {"get_param": "word"}}},
        "made": {"type": "Own::Part"},
    },
    "outputs": {
        "word": {"value": {"get_attr": ["said", "value"]}},
        "net": {"value": {"get_resource": "net"}},
        "inside": {"value": {"get_param": "inside"}},
    },
}
PART = {"heat_template_version": "2021-04-16", "resources": {"none": {"type": "OS::Heat::None"}}}


def outer(context: dict[str, Any] | None = None, *, inner: dict[str, Any] = INNER) -> dict[str, Any]:
    far = {"template": json.dumps(inner), "parameters": {"word": {"get_param": "word"}}, "context": context or {}}
    return {
        "heat_template_version": "2021-04-16",
        "parameters": {"word": {"type": "string", "default": "first"}},
        "resources": {"far": {"type": "OS::Heat::Stack", "properties": far}},
        "outputs": {
            "word": {"value": {"get_attr": ["far", "outputs", "word"]}},
            "inside": {"value": {"get_attr": ["far", "outputs", "inside"]}},
            "id": {"value": {"get_resource": "far"}},
        },
    }


def write(directory: pathlib.Path, template: dict[str, Any]) -> list[str]:
    """Options of a create or update."""
    (directory / "part.yaml").write_text(json.dumps(PART))
    (directory / "outer.yaml").write_text(json.dumps(template))
    (directory / "env.yaml").write_text(
        json.dumps({"parameter_defaults": {"inside": "defaults"}, "resource_registry": {"Own::Part": "part.yaml"}})
    )
    return ["-t", str(directory / "outer.yaml"), "-e", str(directory / "env.yaml")]


def outputs(system: System, name: str) -> dict[str, Any]:
    listed = system.openstack.json("stack", "show", name)["outputs"]
    return {item["output_key"]: item["output_value"] for item in listed}


def status(system: System, id: str) -> str:
    return str(system.openstack.json("stack", "show", id)["stack_status"])


@pytest.mark.slow
def test_a_stack_in_the_own_region_goes_along(system: System, tmp_path: pathlib.Path) -> None:
    before = system.cloud.objects()
    options = write(tmp_path, outer())
    system.openstack("stack", "create", "--wait", "--poll", "1", *options, "around")
    try:
        found = outputs(system, "around")
        assert (found["word"], found["inside"], status(system, found["id"])) == ("first", "defaults", "CREATE_COMPLETE")
        system.openstack("stack", "update", "--wait", "--existing", "--parameter", "word=second", "around")
        assert outputs(system, "around") == {**found, "word": "second"}
        for action, state in (
            ("suspend", "SUSPEND_COMPLETE"),
            ("resume", "RESUME_COMPLETE"),
            ("check", "CHECK_COMPLETE"),
        ):
            system.openstack("stack", action, "--wait", "around")
            assert status(system, found["id"]) == state
        assert system.cloud.names("network/networks")
    finally:
        system.openstack("stack", "delete", "--yes", "--wait", "around")
    assert added(before, system.cloud.objects()) == {}
    assert status(system, found["id"]) == "DELETE_COMPLETE"


@pytest.mark.slow
def test_what_fails_there_is_told_here_with_its_path(system: System, tmp_path: pathlib.Path) -> None:
    bad = {**INNER, "resources": {**INNER["resources"], "bad": {"type": "OS::Neutron::Subnet"}}}
    bad["resources"]["bad"]["properties"] = {"network": {"get_resource": "net"}, "cidr": "10.0.0.0/24", "ip_version": 6}
    said = system.openstack.refusal(
        "stack", "create", "--wait", "--poll", "1", *write(tmp_path, outer(inner=bad)), "around"
    )
    try:
        reason = system.openstack.json("stack", "show", "around")["stack_status_reason"]
        assert reason.startswith("Resource CREATE failed: "), said
        assert "resources.far.resources.bad" in reason
    finally:
        system.openstack("stack", "delete", "--yes", "--wait", "around")


@pytest.mark.slow
def test_a_login_from_a_secret_leads_to_another_cloud(system: System, tmp_path: pathlib.Path) -> None:
    variables = system.openstack.variables
    auth = {
        "auth_url": variables["OS_AUTH_URL"],
        "username": variables["OS_USERNAME"],
        "password": variables["OS_PASSWORD"],
        "user_domain_name": variables["OS_USER_DOMAIN_NAME"],
        "project_name": variables["OS_PROJECT_NAME"],
        "project_domain_name": variables["OS_PROJECT_DOMAIN_NAME"],
    }
    url = next(
        endpoint["url"]
        for service in system.rest.catalog
        if service["type"] == "key-manager"
        for endpoint in service["endpoints"]
    )
    body = {
        "name": "login",
        "payload": json.dumps({"auth_type": "v3password", "auth": auth}),
        "payload_content_type": "text/plain",
    }
    made = system.rest.session.post(f"{url}/v1/secrets", json=body)
    secret = made.json()["secret_ref"].rpartition("/")[2]
    context = {"credential_secret_id": secret, "region_name": "RegionOne"}
    system.openstack("stack", "create", "--wait", "--poll", "1", *write(tmp_path, outer(context)), "around")
    try:
        assert outputs(system, "around")["word"] == "first"
    finally:
        system.openstack("stack", "delete", "--yes", "--wait", "around")
        system.rest.session.delete(f"{url}/v1/secrets/{secret}").raise_for_status()
    assert not any(variables["OS_PASSWORD"] in text for name, text in system.logs().items() if "engine" in name)
