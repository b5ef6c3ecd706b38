"""What each action asks of the engine and answers."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from tests.unit.api.fakes import EVENT, IDENTITY, RESOURCE, stack
from tests.unit.api_cfn.fakes import ARN, Cfn

TEMPLATE = '{"heat_template_version": "2018-08-31"}'


def tree(element: ET.Element) -> Any:
    """Elements as maps, ``member`` elements as lists, text."""
    children = list(element)
    if not children:
        return element.text or ""
    if all(child.tag == "member" for child in children):
        return [tree(child) for child in children]
    return {child.tag: tree(child) for child in children}


def result(cfn: Cfn, action: str, **params: str) -> Any:
    """The content of the Result element of an action that succeeds, the same from XML as from JSON."""
    reply = cfn(action, **params)
    assert reply.status == 200, reply.body
    root = reply.xml
    assert root.tag == f"{action}Response"
    assert root.findtext("ResponseMetadata/RequestId") == reply.headers["x-openstack-request-id"]
    found = root.find(f"{action}Result")
    assert found is not None
    as_json = cfn(action, ContentType="JSON", **params).json[f"{action}Response"][f"{action}Result"]
    assert tree(found) == as_text(as_json)
    return as_json


def as_text(value: Any) -> Any:
    """JSON as XML has it: everything is text."""
    match value:
        case None:
            return ""
        case dict():
            return {key: as_text(item) for key, item in value.items()} or ""
        case list():
            return [as_text(item) for item in value] or ""
        case bool():
            return "true" if value else "false"
    return str(value)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_create_stack_takes_its_parameters_from_query_or_form(cfn: Cfn, method: str) -> None:
    reply = cfn(
        "CreateStack",
        method=method,
        StackName="s1",
        TemplateBody=TEMPLATE,
        TimeoutInMinutes="5",
        Parameters__member__1__ParameterKey="a",
        Parameters__member__1__ParameterValue="1",
        Parameters__member__10__ParameterKey="b",
        Parameters__member__10__ParameterValue="",
    )
    assert reply.xml.findtext("CreateStackResult/StackId") == ARN
    name, arguments = cfn.engine.last
    assert name == "create_stack"
    assert arguments["stack_name"] == "s1"
    assert arguments["template"] == TEMPLATE
    assert arguments["params"] == {"parameters": {"a": "1", "b": ""}}
    assert arguments["args"] == {"timeout_mins": 5, "disable_rollback": True}


@pytest.mark.parametrize(
    ("params", "disabled"),
    [
        ({}, True),
        ({"DisableRollback": "false"}, False),
        ({"DisableRollback": "True"}, True),
        ({"OnFailure": "DO_NOTHING"}, True),
        ({"OnFailure": "ROLLBACK"}, False),
        ({"OnFailure": "DELETE"}, False),
    ],
)
def test_rollback_is_asked_for_in_two_ways(cfn: Cfn, params: dict[str, str], disabled: bool) -> None:
    cfn("CreateStack", StackName="s1", TemplateBody=TEMPLATE, **params)
    assert cfn.engine.last[1]["args"]["disable_rollback"] is disabled


def test_update_stack_keeps_what_is_not_given(cfn: Cfn) -> None:
    assert result(cfn, "UpdateStack", StackName="s1", TemplateBody=TEMPLATE) == {"StackId": ARN}
    name, arguments = cfn.engine.last
    assert (name, arguments["stack_identity"], arguments["args"]) == ("update_stack", IDENTITY, {})


@pytest.mark.parametrize(
    ("action", "method"), [("CancelUpdateStack", "stack_cancel_update"), ("DeleteStack", "delete_stack")]
)
def test_cancel_and_delete_answer_nothing(cfn: Cfn, action: str, method: str) -> None:
    assert result(cfn, action, StackName="s1") is None
    assert cfn.engine.last[0] == method
    assert cfn.engine.last[1]["stack_identity"] == IDENTITY


def test_a_stack_is_named_by_name_id_or_arn(cfn: Cfn) -> None:
    result(cfn, "DeleteStack", StackName="s1")
    assert ("identify_stack", {"stack_name": "s1"}) in cfn.engine.calls
    cfn.engine.calls.clear()
    result(cfn, "DeleteStack", StackName=ARN)
    assert {name for name, _ in cfn.engine.calls} == {"delete_stack"}
    assert cfn.engine.last[1]["stack_identity"] == IDENTITY


def test_describe_stacks_shows_one_or_all(cfn: Cfn) -> None:
    [shown] = result(cfn, "DescribeStacks", StackName="s1")["Stacks"]
    assert shown["StackId"] == ARN
    assert shown["StackStatus"] == "CREATE_COMPLETE"
    assert {"ParameterKey": "a", "ParameterValue": "x"} in shown["Parameters"]
    assert shown["Outputs"] == [{"OutputKey": "o", "OutputValue": "x", "Description": "No description given"}]
    assert shown["TimeoutInMinutes"] == 5
    assert "LastUpdatedTime" not in shown
    assert result(cfn, "DescribeStacks")["Stacks"] == [shown]
    assert cfn.engine.last == ("show_stack", {"stack_identity": None, "resolve_outputs": True})


def test_the_time_of_the_last_update_shows_after_one(cfn: Cfn) -> None:
    cfn.engine.answers["show_stack"] = stack(updated_time="2026-01-03T00:00:00Z")
    [shown] = result(cfn, "DescribeStacks", StackName="s1")["Stacks"]
    assert shown["LastUpdatedTime"] == "2026-01-03T00:00:00Z"


def test_outputs_that_are_no_text_are_json(cfn: Cfn) -> None:
    output = {"output_key": "o", "description": "", "output_value": {"b": [1, None]}}
    cfn.engine.answers["show_stack"] = stack(outputs=[output, {**output, "output_value": None}])
    [shown] = result(cfn, "DescribeStacks", StackName="s1")["Stacks"]
    assert [each["OutputValue"] for each in shown["Outputs"]] == ['{"b": [1, null]}', ""]


def test_list_stacks_can_choose_by_status(cfn: Cfn) -> None:
    [shown] = result(cfn, "ListStacks")["StackSummaries"]
    assert set(shown) == {
        *("StackId", "StackName", "TemplateDescription", "CreationTime", "StackStatus", "StackStatusReason")
    }
    chosen = {"StackStatusFilter__member__1": "DELETE_COMPLETE"}
    assert result(cfn, "ListStacks", **chosen)["StackSummaries"] == []
    chosen["StackStatusFilter__member__2"] = "CREATE_COMPLETE"
    assert result(cfn, "ListStacks", **chosen)["StackSummaries"] == [shown]


def test_a_resource_shows_its_metadata_as_json(cfn: Cfn) -> None:
    cfn.engine.answers["describe_stack_resource"] = {**RESOURCE, "description": "d", "metadata": {"a": {"b": 1}}}
    shown = result(cfn, "DescribeStackResource", StackName="s1", LogicalResourceId="v")["StackResourceDetail"]
    assert json.loads(shown.pop("Metadata")) == {"a": {"b": 1}}
    assert shown == {
        "Description": "d",
        "LastUpdatedTimestamp": "2026-01-02T03:04:05Z",
        "LogicalResourceId": "v",
        "PhysicalResourceId": "s1-v-35cbmrh2iawf",
        "ResourceStatus": "CREATE_COMPLETE",
        "ResourceStatusReason": "state changed",
        "ResourceType": "OS::Heat::Value",
        "StackId": ARN,
        "StackName": "s1",
    }


def test_resources_are_described_by_stack_or_by_a_physical_id(cfn: Cfn) -> None:
    [shown] = result(cfn, "DescribeStackResources", StackName="s1", LogicalResourceId="v")["StackResources"]
    assert (shown["Timestamp"], shown["StackId"]) == ("2026-01-02T03:04:05Z", ARN)
    assert cfn.engine.last[1] == {"stack_identity": IDENTITY, "resource_name": "v"}
    assert result(cfn, "DescribeStackResources", PhysicalResourceId="x")["StackResources"] == [shown]
    assert cfn.engine.calls[-2] == ("find_physical_resource", {"physical_resource_id": "x"})
    assert cfn.engine.last[1] == {"stack_identity": IDENTITY, "resource_name": None}


def test_resources_are_listed(cfn: Cfn) -> None:
    [shown] = result(cfn, "ListStackResources", StackName="s1")["StackResourceSummaries"]
    assert (shown["LogicalResourceId"], shown["LastUpdatedTimestamp"]) == ("v", "2026-01-02T03:04:05Z")


@pytest.mark.parametrize(("params", "identity"), [({"StackName": "s1"}, IDENTITY), ({}, None)])
def test_events_are_those_of_a_stack_or_of_all(cfn: Cfn, params: dict[str, str], identity: Any) -> None:
    [shown] = result(cfn, "DescribeStackEvents", **params)["StackEvents"]
    assert cfn.engine.last[1]["stack_identity"] == identity
    assert json.loads(shown["ResourceProperties"]) == EVENT["resource_properties"]
    assert (shown["EventId"], shown["Timestamp"]) == ("e1", "2026-01-02T03:04:05Z")


def test_templates_are_got_as_json(cfn: Cfn) -> None:
    found = result(cfn, "GetTemplate", StackName="s1")
    assert json.loads(found["TemplateBody"]) == {"heat_template_version": "2018-08-31"}


def test_a_template_is_validated(cfn: Cfn) -> None:
    assert result(cfn, "ValidateTemplate", TemplateBody=TEMPLATE) == {
        "Description": "A stack",
        "Parameters": [
            {"ParameterKey": "size", "Description": "How large", "NoEcho": "false", "DefaultValue": "3"},
            {"ParameterKey": "secret", "Description": "", "NoEcho": "true"},
        ],
    }


def test_nothing_has_a_price(cfn: Cfn) -> None:
    assert set(result(cfn, "EstimateTemplateCost")) == {"Url"}


def test_text_that_xml_cannot_hold_is_replaced(cfn: Cfn) -> None:
    cfn.engine.answers["show_stack"] = stack(description="a\x0bb<&\ud800é")
    shown = cfn("DescribeStacks", StackName="s1").xml
    assert shown.findtext(".//Description") == "a\ufffdb<&\ufffdé"


@pytest.mark.parametrize(("kind", "method"), [("waitcondition", "PUT"), ("signal", "POST")])
def test_a_signal_is_delivered(cfn: Cfn, kind: str, method: str) -> None:
    reply = cfn.send(method, f"/v1/{kind}/{ARN}/resources/handle", b'{"status": "SUCCESS"}', X_Auth_Token="good")
    assert reply.status == 200
    synchronous = kind == "waitcondition"
    assert reply.json == ({"resource": "handle", "metadata": {"1": {"status": "SUCCESS"}}} if synchronous else None)
    name, arguments = cfn.engine.last
    assert (name, arguments["stack_identity"], arguments["resource_name"]) == ("resource_signal", IDENTITY, "handle")
    assert (arguments["details"], arguments["sync_call"]) == ({"status": "SUCCESS"}, synchronous)


def test_a_signal_may_have_no_body(cfn: Cfn) -> None:
    assert cfn.send("POST", f"/v1/signal/{ARN}/resources/policy", X_Auth_Token="good").status == 200
    assert cfn.engine.last[1]["details"] is None
