"""Resources and events."""

from __future__ import annotations

from heat_mq.api_cfn import views
from heat_mq.api_cfn.call import Call, Result
from heat_mq.api_cfn.errors import AwsError


def show(call: Call) -> Result:
    """One resource with its metadata: what guests poll."""
    name = call.required("LogicalResourceId")
    # The cloud need not be asked for attributes that the answer does not have.
    found = call.engine.describe_stack_resource(call.context, call.stack(), name, with_attr=False)
    return {"StackResourceDetail": views.resource_detail(found)}


def describe(call: Call) -> Result:
    """Resources of the stack named by StackName or by the physical id of one of them."""
    physical_id = call.text("PhysicalResourceId")
    if physical_id is not None and call.text("StackName") is not None:
        raise AwsError("InvalidParameterCombination", "StackName or PhysicalResourceId name the stack, not both.")
    name = call.text("LogicalResourceId")
    if physical_id is None:
        identity = call.stack()
    else:
        identity = {**call.engine.find_physical_resource(call.context, physical_id), "path": ""}
    found = call.engine.describe_stack_resources(call.context, identity, name)
    return {"StackResources": [views.resource(resource) for resource in found]}


def index(call: Call) -> Result:
    found = call.engine.list_stack_resources(call.context, call.stack())
    return {"StackResourceSummaries": [views.resource_summary(resource) for resource in found]}


def events(call: Call) -> Result:
    """Events of a stack, or without StackName of all stacks of the project."""
    identity = call.stack() if call.text("StackName") is not None else None
    found = call.engine.list_events(call.context, identity)
    return {"StackEvents": [views.event(event) for event in found]}
