"""The engine's maps in CloudFormation's words."""

from __future__ import annotations

import json
from typing import Any

from heat_mq.arn import Arn
from heat_mq.rpc.answers import Event, Resource, Stack, StackIdentity


def arn_of(identity: StackIdentity) -> str:
    return str(Arn(identity["tenant"], identity["stack_name"], identity["stack_id"]))


def stack_summary(stack: Stack) -> dict[str, Any]:
    """A member of StackSummaries."""
    shown = {
        "StackId": arn_of(stack["stack_identity"]),
        "StackName": stack["stack_name"],
        "TemplateDescription": stack.get("template_description") or stack["description"],
        "CreationTime": stack["creation_time"],
        "LastUpdatedTime": stack["updated_time"],
        "DeletionTime": stack["deletion_time"],
        "StackStatus": f"{stack['stack_action']}_{stack['stack_status']}",
        "StackStatusReason": stack["stack_status_reason"],
    }
    return _given(shown, "LastUpdatedTime", "DeletionTime")


def stack_detail(stack: Stack) -> dict[str, Any]:
    """A member of Stacks."""
    parameters = stack.get("parameters") or {}
    shown = {
        "StackId": arn_of(stack["stack_identity"]),
        "StackName": stack["stack_name"],
        "Description": stack["description"],
        "CreationTime": stack["creation_time"],
        "LastUpdatedTime": stack["updated_time"],
        "DeletionTime": stack["deletion_time"],
        "StackStatus": f"{stack['stack_action']}_{stack['stack_status']}",
        "StackStatusReason": stack["stack_status_reason"],
        "DisableRollback": stack.get("disable_rollback", True),
        "TimeoutInMinutes": stack.get("timeout_mins"),
        "Capabilities": stack.get("capabilities") or [],
        "NotificationARNs": stack.get("notification_topics") or [],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": as_text(value)} for name, value in sorted(parameters.items())
        ],
        "Outputs": [
            {
                "OutputKey": output["output_key"],
                "OutputValue": as_text(output["output_value"]),
                "Description": output["description"],
            }
            for output in stack.get("outputs") or []
        ],
    }
    return _given(shown, "LastUpdatedTime", "DeletionTime", "TimeoutInMinutes")


def resource_summary(resource: Resource) -> dict[str, Any]:
    """A member of StackResourceSummaries."""
    return {
        "LogicalResourceId": resource["resource_name"],
        "PhysicalResourceId": resource["physical_resource_id"],
        "ResourceType": resource["resource_type"],
        "LastUpdatedTimestamp": resource["updated_time"],
        "ResourceStatus": f"{resource['resource_action']}_{resource['resource_status']}",
        "ResourceStatusReason": resource["resource_status_reason"],
    }


def resource(shown: Resource) -> dict[str, Any]:
    """A member of StackResources."""
    found = {**resource_summary(shown), "Timestamp": shown["updated_time"], **_of_stack(shown)}
    found.pop("LastUpdatedTimestamp")
    return found


def resource_detail(shown: Resource) -> dict[str, Any]:
    """StackResourceDetail; the metadata is JSON text."""
    return {**resource_summary(shown), **_of_stack(shown), "Metadata": json.dumps(shown.get("metadata") or {})}


def event(shown: Event) -> dict[str, Any]:
    """A member of StackEvents; the properties are JSON text."""
    return {
        "EventId": shown["event_identity"]["path"].rpartition("/")[2],
        "StackId": arn_of(shown["stack_identity"]),
        "StackName": shown["stack_name"],
        "LogicalResourceId": shown["resource_name"],
        "PhysicalResourceId": shown["physical_resource_id"],
        "ResourceType": shown["resource_type"],
        "Timestamp": shown["event_time"],
        "ResourceStatus": f"{shown['resource_action']}_{shown['resource_status']}",
        "ResourceStatusReason": shown["resource_status_reason"],
        "ResourceProperties": json.dumps(shown["resource_properties"]),
    }


def template_parameter(name: str, parameter: dict[str, Any]) -> dict[str, Any]:
    """A member of ValidateTemplate's Parameters."""
    shown: dict[str, Any] = {
        "ParameterKey": name,
        "Description": parameter.get("Description", ""),
        "NoEcho": parameter.get("NoEcho", "false"),
    }
    if "Default" in parameter:
        shown["DefaultValue"] = as_text(parameter["Default"])
    return shown


def as_text(value: Any) -> str:
    """A value as text: lists and maps as JSON, nothing as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _of_stack(shown: Resource) -> dict[str, Any]:
    return {
        "StackId": arn_of(shown["stack_identity"]),
        "StackName": shown["stack_name"],
        "Description": shown.get("description", ""),
    }


def _given(shown: dict[str, Any], *optional: str) -> dict[str, Any]:
    """Without those of ``optional`` that have no value."""
    return {name: value for name, value in shown.items() if value is not None or name not in optional}
