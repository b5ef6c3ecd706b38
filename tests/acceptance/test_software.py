"""Software configuration: the stock client's commands, and guests that are told what to apply and report on it."""

from __future__ import annotations

import base64
import email
import json
import pathlib
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
import requests
import swiftclient
from heatclient.common import deployment_utils
from keystoneauth1.adapter import Adapter
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from tests.acceptance.processes import PATIENCE, until
from tests.acceptance.systems import Deployment, Quickstart
from tests.acceptance.test_cfn import client, session_of

HERE = pathlib.Path(__file__).parent / "templates"
SOFTWARE = (HERE / "software.yaml").read_text()

System = Quickstart | Deployment


@pytest.mark.slow
def test_each_command_of_the_stock_client_about_software_works(system: System, tmp_path: pathlib.Path):
    script = tmp_path / "script.sh"
    script.write_text("echo $place\n")
    definition = tmp_path / "definition.yaml"
    definition.write_text("inputs: [{name: place, default: here}]\noutputs: [{name: answer}]\noptions: {a: 1}\n")
    config, server = f"config-{uuid.uuid4().hex[:8]}", f"server-{uuid.uuid4().hex[:8]}"
    software = system.openstack
    files = ("--config-file", str(script), "--definition-file", str(definition), "--group", "script")
    made = software.json("software", "config", "create", *files, config)
    assert (made["name"], made["group"], made["config"]) == (config, "script", "echo $place\n")
    assert made["inputs"] == [{"name": "place", "type": "String", "default": "here"}]
    assert made["id"] in {item["id"] for item in software.json("software", "config", "list", "--limit", "5")}
    assert software.json("software", "config", "show", made["id"])["options"] == {"a": 1}
    assert software("software", "config", "show", "--config-only", made["id"]).strip() == "echo $place"

    common = ("--config", made["id"], "--server", server)
    quiet = ("--signal-transport", "NO_SIGNAL", "--input-value", "place=there")
    deployed = software.json("software", "deployment", "create", *common, *quiet, "applied")
    assert (deployed["server_id"], deployed["action"], deployed["status"]) == (server, "UPDATE", "IN_PROGRESS")
    listed = software.json("software", "deployment", "list", "--server", server, "--long")
    assert [item["id"] for item in listed] == [deployed["id"]]
    metadata = json.loads(software("software", "deployment", "metadata", "show", server))
    assert {item["name"]: item["value"] for item in metadata[0]["inputs"]}["place"] == "there"
    system.rest.request(
        "PUT", f"/software_deployments/{deployed['id']}", json={"output_values": {"answer": "42", "deploy_stdout": "o"}}
    )
    assert "42" in software("software", "deployment", "output", "show", deployed["id"], "answer")
    assert "answer" in software("software", "deployment", "output", "show", "--all", "--long", deployed["id"])
    assert software.json("software", "deployment", "show", "--long", deployed["id"])["output_values"]["answer"] == "42"
    software("software", "deployment", "delete", deployed["id"])
    assert software.json("software", "deployment", "list", "--server", server) == []
    software("software", "config", "delete", made["id"])
    assert made["id"] in software.refusal("software", "config", "show", made["id"])


def test_a_report_at_a_url_that_a_client_has_made_is_found_when_the_deployment_is_shown(system: System):
    session, server = session_of(system), f"server-{uuid.uuid4().hex[:8]}"
    store = Adapter(session, service_type="object-store")
    swift = swiftclient.Connection(preauthurl=store.get_endpoint(), preauthtoken=session.get_token(), auth_version="3")
    # What the stock client does without --signal-transport, as far as it gets.
    url = deployment_utils.create_temp_url(swift, server, 60)
    derived = deployment_utils.build_derived_config_params(
        "UPDATE", {"outputs": [{"name": "answer"}]}, "config", None, server, "TEMP_URL_SIGNAL", url
    )
    config = system.rest.request("POST", "/software_configs", json=derived).json()["software_config"]
    body = {"config_id": config["id"], "server_id": server, "action": "UPDATE", "status": "IN_PROGRESS"}
    made = system.rest.request("POST", "/software_deployments", json=body).json()["software_deployment"]
    path = f"/software_deployments/{made['id']}"
    assert system.rest.get(path)["software_deployment"]["status"] == "IN_PROGRESS"
    # It takes the service to be at the root of its host.
    there = url.replace("/v1/", "/object-store/v1/")
    requests.put(there, json={"answer": "7", "deploy_status_code": 0}, timeout=PATIENCE).raise_for_status()
    shown = system.rest.get(path)["software_deployment"]
    assert (shown["status"], shown["output_values"]["answer"]) == ("COMPLETE", "7")
    [applied] = system.rest.get(f"/software_deployments/metadata/{server}")["metadata"]
    assert words(applied)["deploy_signal_id"] == url
    assert system.rest.request("DELETE", f"/software_configs/{config['id']}").status_code == 400
    assert system.rest.request("DELETE", path).status_code == 204
    assert system.rest.request("DELETE", f"/software_configs/{config['id']}").status_code == 204


def words(config: Mapping[str, Any]) -> dict[str, Any]:
    return {item["name"]: item.get("value") for item in config["inputs"]}


def collected(system: System, name: str, output: str) -> dict[str, Any]:
    """What os-collect-config on a server is told to do."""
    stack = system.rest.get(f"/stacks/{name}")["stack"]
    return next((item["output_value"] or {} for item in stack["outputs"] if item["output_key"] == output), {})


@pytest.mark.slow
def test_guests_are_told_what_to_apply_and_report_on_it(system: System):
    name = f"software-{uuid.uuid4().hex[:8]}"
    body = {"stack_name": name, "template": SOFTWARE, "disable_rollback": True}
    assert system.rest.request("POST", "/stacks", json=body).status_code == 201
    until(lambda: by_cfn(system, name) and by_url(system, name) and by_queue(system, name), "what is to be applied")

    report = {"answer": "42", "deploy_stdout": "there", "deploy_stderr": "", "deploy_status_code": 0}
    [config] = by_cfn(system, name)
    assert (config["config"], words(config)["place"]) == ("echo $place", "here")
    signal = words(config)["deploy_signal_id"]
    answer = requests.post(signal, json=report, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    [config] = by_url(system, name)
    requests.put(words(config)["deploy_signal_id"], json=report, timeout=PATIENCE).raise_for_status()
    [config] = by_queue(system, name)
    given = words(config)
    messaging = zaqar(
        given["deploy_auth_url"], given["deploy_user_id"], given["deploy_password"], given["deploy_project_id"]
    )
    post(messaging, given["deploy_queue_id"], report)
    until(lambda: system.rest.status(name) == "CREATE_COMPLETE", "the end of the create")

    outputs = {
        item["output_key"]: item["output_value"] for item in system.rest.get(f"/stacks/{name}")["stack"]["outputs"]
    }
    assert (outputs["answer"], outputs["far"]) == ("42", "there")
    assert {part.get_filename(): part.get_content_subtype() for part in user_data(system, name)}[
        "hello.sh"
    ] == "x-shellscript"

    change = {"parameters": {"place": "there"}, "existing": True}
    stack = system.rest.get(f"/stacks/{name}")["stack"]
    assert system.rest.request("PATCH", f"/stacks/{name}/{stack['id']}", json=change).status_code == 202
    until(
        lambda: by_cfn(system, name)[0]["id"] != "" and words(by_cfn(system, name)[0])["place"] == "there", "the update"
    )
    failed = {"deploy_stderr": "no disk", "deploy_status_code": 3}
    requests.post(words(by_cfn(system, name)[0])["deploy_signal_id"], json=failed, timeout=PATIENCE)
    until(lambda: system.rest.status(name) == "UPDATE_FAILED", "the failure")
    assert "non-zero status code: 3" in system.rest.get(f"/stacks/{name}")["stack"]["stack_status_reason"]
    assert "no disk" in system.openstack("stack", "failures", "list", "--long", name)
    system.openstack("stack", "delete", "--yes", name)
    until(lambda: system.rest.status(name) == "gone", "the end of the delete")
    assert [item for item in system.rest.get("/software_configs")["software_configs"] if name in item["name"]] == []
    assert [item for item in system.cloud.names("object-store/containers") if item.startswith(name)] == []
    assert [item for item in system.cloud.names("message/queues") if item.startswith(name)] == []


def by_cfn(system: System, name: str) -> list[dict[str, Any]]:
    """What the server's guest is to apply, by the CloudFormation-compatible API."""
    cfn = collected(system, name, "collect").get("cfn")
    if not cfn:
        return []
    guest = client(system, cfn["access_key_id"], cfn["secret_access_key"], cfn["metadata_url"])
    asked = {"StackName": name, "LogicalResourceId": "server"}
    metadata = json.loads(guest.describe_stack_resource(**asked)["StackResourceDetail"]["Metadata"])
    guest.close()
    return list(metadata.get("deployments") or ())


def by_url(system: System, name: str) -> list[dict[str, Any]]:
    """The same of the server that reads an object at a temporary URL."""
    found = collected(system, name, "elsewhere").get("request")
    if not found:
        return []
    answer = requests.get(found["metadata_url"], timeout=PATIENCE)
    return list(answer.json().get("deployments") or ()) if answer.status_code == 200 else []


def by_queue(system: System, name: str) -> list[dict[str, Any]]:
    """The same of the server that reads a queue."""
    found = collected(system, name, "waiting").get("zaqar")
    if not found:
        return []
    messaging = zaqar(found["auth_url"], found["user_id"], found["password"], found["project_id"])
    answer = messaging.get(f"/queues/{found['queue_id']}/messages", params={"limit": 20}, headers=SELF)
    messages = answer.json()["messages"] if answer.content else []
    return list(messages[-1]["body"].get("deployments") or ()) if messages else []


SELF = {"Client-ID": str(uuid.uuid4())}


def zaqar(auth_url: str, user_id: str, password: str, project_id: str) -> Adapter:
    """The messaging service as a guest reaches it."""
    auth = v3.Password(auth_url=auth_url, user_id=user_id, password=password, project_id=project_id)
    return Adapter(Session(auth), service_type="messaging", endpoint_override=None, version="2")


def post(messaging: Adapter, queue: str, report: dict[str, Any]) -> None:
    body = {"messages": [{"body": report, "ttl": 600}]}
    messaging.post(f"/queues/{queue}/messages", json=body, headers=SELF)


def user_data(system: System, name: str) -> list[Any]:
    """The parts of the server's user data."""
    nova = Adapter(session_of(system, "openrc.admin"), service_type="compute", default_microversion="2.3")
    found = nova.get("/servers/detail?all_tenants=1").json()["servers"]
    [text] = [each["OS-EXT-SRV-ATTR:user_data"] for each in found if each["name"].startswith(f"{name}-server")]
    return list(email.message_from_bytes(base64.b64decode(text)).walk())
