"""The contract's methods and arguments are those of Heat's engine, as far as it has them."""

from __future__ import annotations

import inspect
import json
import pathlib
from typing import get_type_hints

import pytest

from heat_mq.rpc import answers, contract

REFERENCE = json.loads((pathlib.Path(__file__).parents[1] / "reference" / "rpc.json").read_text())

#: What Heat's engine takes for its own use when it makes nested stacks by RPC; here they are made in the database.
ENGINE_ONLY = {
    "owner_id",
    "nested_depth",
    "user_creds_id",
    "stack_user_project_id",
    "parent_resource_name",
    "template_id",
}
CREATORS = ("create_stack", "update_stack")
#: Optional here: no caller gives them where they say nothing.
DEFAULTS_OF_OUR_OWN = {("resource_signal", "details"), ("describe_stack_resources", "resource_name")}


@pytest.mark.parametrize("name", contract.METHODS)
def test_a_method_has_heats_arguments_in_heats_order_with_heats_defaults(name: str) -> None:
    wanted = [
        argument
        for argument in REFERENCE["engine"]["methods"][name]["args"]
        if not (name in CREATORS and argument["name"] in ENGINE_ONLY)
    ]
    found = contract.METHODS[name].signature.parameters.values()
    assert [parameter.name for parameter in found] == [argument["name"] for argument in wanted]
    for parameter, argument in zip(found, wanted, strict=True):
        if (name, parameter.name) not in DEFAULTS_OF_OUR_OWN:
            assert parameter.default == argument.get("default", inspect.Parameter.empty)


@pytest.mark.parametrize(
    ("shape", "keys"),
    [
        (answers.Stack, "STACK_KEYS"),
        (answers.Resource, "RES_KEYS"),
        (answers.Event, "EVENT_KEYS"),
        (answers.ResourceSchema, "RES_SCHEMA_KEYS"),
        (answers.Snapshot, "SNAPSHOT_KEYS"),
        (answers.SoftwareConfig, "SOFTWARE_CONFIG_KEYS"),
        (answers.SoftwareDeployment, "SOFTWARE_DEPLOYMENT_KEYS"),
        (answers.StackOutput, "STACK_OUTPUT_KEYS"),
        (answers.ValidationParameter, "VALIDATE_PARAM_KEYS"),
    ],
)
def test_an_answer_has_heats_keys(shape: type, keys: str) -> None:
    assert set(get_type_hints(shape)) == set(REFERENCE["key_tuples"][keys])
