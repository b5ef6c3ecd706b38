"""Stacks: create, update, cancel, delete, describe, list."""

from __future__ import annotations

from typing import Any

from heat_mq.api_cfn import views
from heat_mq.api_cfn.call import Call, Result
from heat_mq.api_cfn.errors import AwsError
from heat_mq.api_cfn.handlers.templates import required_template
from heat_mq.rpc.answers import StackArgs

ON_FAILURE = ("DO_NOTHING", "ROLLBACK", "DELETE")


def create(call: Call) -> Result:
    name = call.required("StackName")
    on_failure = call.choice("OnFailure", ON_FAILURE)
    if on_failure is not None and call.text("DisableRollback") is not None:
        raise AwsError("InvalidParameterCombination", "DisableRollback and OnFailure say the same: give one of them.")
    args = _args(call)
    if on_failure is not None:
        args["disable_rollback"] = on_failure == "DO_NOTHING"
    # As with the REST API: nothing is rolled back unless asked for.
    args.setdefault("disable_rollback", True)
    identity = call.engine.create_stack(call.context, name, required_template(call), args=args, **_sources(call))
    return {"StackId": views.arn_of(identity)}


def update(call: Call) -> Result:
    identity = call.stack()
    args = _args(call)
    updated = call.engine.update_stack(call.context, identity, required_template(call), args=args, **_sources(call))
    return {"StackId": views.arn_of(updated)}


def cancel_update(call: Call) -> Result:
    """Roll the running update back."""
    call.engine.stack_cancel_update(call.context, call.stack(), cancel_with_rollback=True)
    return None


def delete(call: Call) -> Result:
    call.engine.delete_stack(call.context, call.stack())
    return None


def describe(call: Call) -> Result:
    """One stack, or without StackName all of the project."""
    if call.text("StackName") is None:
        found = call.engine.show_stack(call.context, None)
    else:
        found = [call.engine.show_stack(call.context, call.stack())]
    return {"Stacks": [views.stack_detail(stack) for stack in found]}


def index(call: Call) -> Result:
    """All stacks of the project, or those whose status is in StackStatusFilter."""
    wanted = call.members("StackStatusFilter")
    found = [views.stack_summary(stack) for stack in call.engine.list_stacks(call.context)]
    return {"StackSummaries": [stack for stack in found if not wanted or stack["StackStatus"] in wanted]}


def _args(call: Call) -> StackArgs:
    args: StackArgs = {}
    # 0 minutes is what clients send for "no timeout".
    if minutes := call.count("TimeoutInMinutes"):
        args["timeout_mins"] = minutes
    disable_rollback = call.flag("DisableRollback")
    if disable_rollback is not None:
        args["disable_rollback"] = disable_rollback
    return args


def _sources(call: Call) -> dict[str, Any]:
    parameters = call.pairs("Parameters", "ParameterKey", "ParameterValue")
    return {"params": {"parameters": parameters}, "files": {}}
