"""The CloudFormation-compatible API as AWS's own client, curl and the guests use it."""

from __future__ import annotations

import base64
import configparser
import email
import json
import pathlib
import subprocess
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from keystoneauth1.adapter import Adapter
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from tests.acceptance.processes import PATIENCE, Running, program, until
from tests.acceptance.stock_client import read_openrc
from tests.acceptance.systems import Deployment, Quickstart
from tests.ports import free_ports

HERE = pathlib.Path(__file__).parent / "templates"
WAITING = (HERE / "waiting.yaml").read_text()
POLLING = (HERE / "polling.yaml").read_text()

System = Quickstart | Deployment


def client(system: System, access: str, secret: str, url: str = "") -> Any:
    """AWS's client, which signs by version 4."""
    return boto3.client(
        "cloudformation",
        endpoint_url=url or system.cfn_url,
        region_name="RegionOne",
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE, connect_timeout=PATIENCE),
    )


def session_of(system: System, openrc: str = "openrc") -> Session:
    """As the user of an openrc."""
    variables = read_openrc(system.state / openrc)
    names = ("auth_url", "username", "password", "project_name", "user_domain_name", "project_domain_name")
    return Session(v3.Password(**{name: variables[f"OS_{name.upper()}"] for name in names}))


def key_pair(system: System) -> tuple[str, str]:
    """EC2 keys of the user demo, as ``openstack ec2 credentials create`` makes them."""
    keystone = Adapter(session_of(system), service_type="identity", version="3")
    path = f"/users/{keystone.get_user_id()}/credentials/OS-EC2"
    pair = keystone.post(path, json={"tenant_id": keystone.get_project_id()}).json()["credential"]
    return pair["access"], pair["secret"]


@pytest.fixture
def aws(system: System) -> Iterator[Any]:
    made = client(system, *key_pair(system))
    yield made
    made.close()


def status(aws: Any, name: str) -> str:
    return str(aws.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])


def outputs(aws: Any, name: str) -> dict[str, str]:
    [stack] = aws.describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def gone(aws: Any, name: str) -> bool:
    try:
        return status(aws, name) == "DELETE_COMPLETE"
    except ClientError as error:
        return "could not be found" in str(error)


def refused(call: Any, **arguments: Any) -> str:
    """The code of the error that a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    return str(caught.value.response["Error"]["Code"])


def curl(method: str, url: str, body: Any) -> tuple[int, str]:
    """Status and answer of the command that a guest's script would give."""
    command = ["curl", "-s", "-X", method, "--data-binary", json.dumps(body), "-w", "\n%{http_code}", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    answer, _, code = done.stdout.rpartition("\n")
    return int(code), answer


def word(status: str, id: str) -> dict[str, str]:
    return {"Status": status, "UniqueId": id, "Data": f"data {id}", "Reason": "ready"}


def test_awss_client_leads_a_stack_through_its_life(system: System, aws: Any):
    name = f"waiting-{uuid.uuid4().hex[:8]}"
    validated = aws.validate_template(TemplateBody=WAITING)
    assert validated["Parameters"][0]["ParameterKey"] == "Greeting"
    said = [{"ParameterKey": "Greeting", "ParameterValue": "hé & <you>"}]
    arn = aws.create_stack(StackName=name, TemplateBody=WAITING, Parameters=said, TimeoutInMinutes=10)["StackId"]
    assert refused(aws.create_stack, StackName=name, TemplateBody=WAITING) == "AlreadyExists"
    assert status(aws, arn) == "CREATE_IN_PROGRESS"
    until(lambda: outputs(aws, name).get("Url", "").startswith("http"), "the handle's URL")

    url = outputs(aws, name)["Url"]
    assert url.startswith(f"{system.cfn_url}waitcondition/arn%3Aopenstack")
    assert curl("PUT", url, {"Status": "SUCCESS"})[0] == 400
    assert curl("POST", url, word("SUCCESS", "1"))[0] == 403
    assert curl("PUT", url.replace("Handle", "Condition"), word("SUCCESS", "1"))[0] == 403
    code, answer = curl("PUT", url, word("SUCCESS", "1"))
    assert (code, json.loads(answer)["resource"]) == (200, "Handle")
    assert status(aws, name) == "CREATE_IN_PROGRESS"
    assert curl("PUT", url, word("SUCCESS", "2"))[0] == 200
    until(lambda: status(aws, name) == "CREATE_COMPLETE", "the end of the create")

    found = outputs(aws, name)
    assert json.loads(found["Data"]) == {"1": "data 1", "2": "data 2"}
    assert found["Said"] == "hé & <you>"
    summaries = aws.list_stack_resources(StackName=name)["StackResourceSummaries"]
    kinds = {item["LogicalResourceId"]: item for item in summaries}
    assert kinds["Condition"]["ResourceStatus"] == "CREATE_COMPLETE"
    physical = kinds["Condition"]["PhysicalResourceId"]
    for asked in ({"StackName": arn}, {"PhysicalResourceId": physical}):
        shown = aws.describe_stack_resources(**asked)["StackResources"]
        assert {item["LogicalResourceId"] for item in shown} == {"Handle", "Condition"}
    detail = aws.describe_stack_resource(StackName=name, LogicalResourceId="Handle")["StackResourceDetail"]
    assert json.loads(detail["Metadata"])["1"]["Data"] == "data 1"
    events = aws.describe_stack_events(StackName=name)["StackEvents"]
    assert ("Handle", "SIGNAL_COMPLETE") in {(event["LogicalResourceId"], event["ResourceStatus"]) for event in events}
    template = aws.get_template(StackName=name)["TemplateBody"]
    assert json.loads(template if isinstance(template, str) else json.dumps(template))["Outputs"]["Said"]
    listed = aws.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    assert arn in {item["StackId"] for item in listed}
    assert arn in {item["StackId"] for item in aws.describe_stacks()["Stacks"]}

    said[0]["ParameterValue"] = "bye"
    assert aws.update_stack(StackName=name, TemplateBody=WAITING, Parameters=said)["StackId"] == arn
    until(lambda: status(aws, name) == "UPDATE_COMPLETE", "the end of the update")
    assert outputs(aws, name)["Said"] == "bye"
    assert refused(aws.cancel_update_stack, StackName=name) == "InvalidAction"
    aws.delete_stack(StackName=name)
    until(lambda: gone(aws, name), "the end of the delete")
    # What signed the URL is gone with the handle.
    assert curl("PUT", url, word("SUCCESS", "3"))[0] == 403


def test_a_signal_of_failure_fails_the_stack_with_its_reason(system: System, aws: Any):
    name = f"failing-{uuid.uuid4().hex[:8]}"
    aws.create_stack(StackName=name, TemplateBody=WAITING, OnFailure="DO_NOTHING")
    until(lambda: outputs(aws, name).get("Url", "").startswith("http"), "the handle's URL")
    failed = {**word("FAILURE", "1"), "Reason": "the disk is full"}
    assert curl("PUT", outputs(aws, name)["Url"], failed)[0] == 200
    until(lambda: status(aws, name) == "CREATE_FAILED", "the failure")
    assert "the disk is full" in aws.describe_stacks(StackName=name)["Stacks"][0]["StackStatusReason"]
    aws.delete_stack(StackName=name)
    until(lambda: gone(aws, name), "the end of the delete")


def test_wrong_keys_and_wrong_requests_are_told(system: System, aws: Any):
    access, _ = key_pair(system)
    assert refused(client(system, access, "wrong").list_stacks) in ("SignatureDoesNotMatch", "AccessDenied")
    assert refused(client(system, "nobody", "wrong").list_stacks) in ("InvalidClientTokenId", "AccessDenied")
    assert refused(aws.describe_stacks, StackName="no-such-stack") == "InvalidParameterValue"
    assert refused(aws.create_stack, StackName="x", TemplateBody="heat_template_version: 1") == "InvalidParameterValue"
    assert refused(aws.create_stack, StackName="x") == "MissingParameter"
    unsigned = requests.get(f"{system.cfn_url}?Action=ListStacks", timeout=PATIENCE)
    assert (unsigned.status_code, "MissingAuthenticationToken" in unsigned.text) == (403, True)
    token = system.rest.session.headers["X-Auth-Token"]
    url = f"{system.cfn_url}?Action=ListStacks&ContentType=JSON"
    by_token = requests.get(url, headers={"X-Auth-Token": token}, timeout=PATIENCE)
    assert "StackSummaries" in by_token.json()["ListStacksResponse"]["ListStacksResult"]


def test_guests_read_their_own_metadata_and_can_do_nothing_else(system: System, aws: Any):
    name = f"polling-{uuid.uuid4().hex[:8]}"
    aws.create_stack(StackName=name, TemplateBody=POLLING)
    until(lambda: status(aws, name) == "CREATE_COMPLETE", "the end of the create")
    cfn = json.loads(outputs(aws, name)["collect"])["cfn"]
    assert (cfn["metadata_url"], cfn["stack_name"], cfn["path"]) == (system.cfn_url, name, "polling.Metadata")
    keys = boto_config(system, name)
    assert keys["aws_access_key_id"] != cfn["access_key_id"]
    for resource, access, secret in (
        ("polling", cfn["access_key_id"], cfn["secret_access_key"]),
        ("initialised", keys["aws_access_key_id"], keys["aws_secret_access_key"]),
    ):
        guest = client(system, access, secret, cfn["metadata_url"])
        shown = guest.describe_stack_resource(StackName=name, LogicalResourceId=resource)["StackResourceDetail"]
        assert set(json.loads(shown["Metadata"])) & {"greeting", "AWS::CloudFormation::Init"}
        for other in {"polling", "initialised", "handle", "other", "port", "nothing"} - {resource}:
            assert refused(guest.describe_stack_resource, StackName=name, LogicalResourceId=other) == "AccessDenied"
        for call in (guest.list_stacks, guest.describe_stacks):
            assert refused(call) == "AccessDenied"
        for call in (
            *(guest.describe_stacks, guest.delete_stack, guest.get_template, guest.cancel_update_stack),
            *(guest.describe_stack_events, guest.list_stack_resources, guest.describe_stack_resources),
        ):
            assert refused(call, StackName=name) == "AccessDenied"
        assert refused(guest.create_stack, StackName="mine", TemplateBody=POLLING) == "AccessDenied"
        assert refused(guest.update_stack, StackName=name, TemplateBody=POLLING) == "AccessDenied"
        guest.close()

    signal = json.loads(outputs(aws, name)["signal"])["alarm_url"]
    act(system, name, "suspend")
    assert curl("PUT", signal, {"data": "up"})[0] == 403
    guest = client(system, cfn["access_key_id"], cfn["secret_access_key"])
    polled = {"StackName": name, "LogicalResourceId": "polling"}
    assert refused(guest.describe_stack_resource, **polled) == "AccessDenied"
    act(system, name, "resume")
    assert guest.describe_stack_resource(**polled)["StackResourceDetail"]["LogicalResourceId"] == "polling"
    guest.close()
    assert curl("PUT", signal, {"data": "up"})[0] == 200
    detail = aws.describe_stack_resource(StackName=name, LogicalResourceId="handle")["StackResourceDetail"]
    assert json.loads(detail["Metadata"])["1"]["data"] == "up"
    aws.delete_stack(StackName=name)
    until(lambda: gone(aws, name), "the end of the delete")
    left = [user["name"] for user in system.cloud.documents("identity/users") if user["name"].startswith(name)]
    assert left == []


def act(system: System, name: str, action: str) -> None:
    """Suspend or resume a stack, and wait for the end of it."""
    stack = system.rest.get(f"/stacks/{name}")["stack"]
    answer = system.rest.request("POST", f"/stacks/{name}/{stack['id']}/actions", json={action: None})
    assert answer.status_code == 200, answer.text
    until(lambda: system.rest.status(name) == f"{action.upper()}_COMPLETE", f"the end of {action}")


def boto_config(system: System, name: str) -> dict[str, str]:
    """Section [Credentials] of what the cfn tools in the server ``initialised`` read."""
    nova = Adapter(session_of(system, "openrc.admin"), service_type="compute", default_microversion="2.3")
    found = nova.get("/servers/detail?all_tenants=1").json()["servers"]
    [text] = [
        server["OS-EXT-SRV-ATTR:user_data"] for server in found if server["name"].startswith(f"{name}-initialised")
    ]
    message = email.message_from_bytes(base64.b64decode(text))
    parts = {part.get_filename(): part for part in message.walk()}
    assert parts["cfn-metadata-server"].get_payload(decode=True).decode() == system.cfn_url
    boto = configparser.ConfigParser()
    boto.read_string(parts["cfn-boto-cfg"].get_payload(decode=True).decode())
    return dict(boto["Credentials"])


def test_a_configuration_without_a_keystone_is_told_before_anything_is_served(tmp_path: pathlib.Path):
    conf = tmp_path / "heat_mq.conf"
    conf.write_text(f"[DEFAULT]\ntransport_url = fake://\n[heat_api_cfn]\nbind_port = {free_ports()}\n")
    command = [program("heat-mq-api-cfn"), "--config-file", str(conf)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 2
    assert "[ec2authtoken] does not say where Keystone is" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_api_is_served_by_gunicorn_too(deployment: Deployment):
    port = free_ports()
    gunicorn = Running(
        deployment.directory / "gunicorn-cfn.log",
        "gunicorn",
        *("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"),
        "heat_mq.api_cfn.wsgi:application",
        environment={"HEAT_MQ_CONFIG_FILES": ":".join(deployment.files[1::2])},
    )
    try:
        gunicorn.serves(port)
        aws = client(deployment, *key_pair(deployment), url=f"http://127.0.0.1:{port}/v1/")
        assert "StackSummaries" in aws.list_stacks()
        aws.close()
    finally:
        assert gunicorn.stop() == 0
    assert "Traceback" not in gunicorn.said()
