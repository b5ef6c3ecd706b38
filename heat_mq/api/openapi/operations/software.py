"""Software configs and deployments."""

from __future__ import annotations

from heat_mq.api.handlers import software_configs as configs
from heat_mq.api.handlers import software_deployments as deployments
from heat_mq.api.openapi.schema import (
    ANY,
    MAP,
    TEXT,
    TRUTH_TEXT,
    Operation,
    Schema,
    closed,
    flag,
    list_of,
    nullable,
    number,
    of_keys,
    plus,
    text,
)
from heat_mq.api.schemas import software_configs as schema
from heat_mq.api.schemas.software_deployments import LONGEST_PROJECT
from heat_mq.api.views import software as view
from heat_mq.rpc.answers import SoftwareConfig, SoftwareDeployment

_PROJECT = {"project": TEXT}
_SUMMARY = plus(of_keys(SoftwareConfig, view.SUMMARY), {}, optional=_PROJECT)
_CONFIG = plus(of_keys(SoftwareConfig, view.CONFIG), {}, optional=_PROJECT)
_DEPLOYMENT = of_keys(SoftwareDeployment, (*view.DEPLOYMENT, "updated_time"))

_SHORT = {"type": ["string", "null"], "maxLength": schema.LONGEST}
_FLAG = {"anyOf": [{"type": ["boolean", "null"]}, TRUTH_TEXT]}


def _values(names: tuple[str, ...]) -> Schema:
    """The items of inputs and outputs, which have these keys alone."""
    known = {
        "name": {"type": "string", "minLength": 1},
        "type": {"enum": [*schema.TYPES, None]},
        "description": nullable(TEXT),
        "replace_on_change": _FLAG,
        "error_output": _FLAG,
    }
    properties = {name: known.get(name, ANY) for name in names}
    item = {"type": "object", "properties": properties, "required": ["name"], "additionalProperties": False}
    return nullable(list_of(item))


_NEW_CONFIG = {
    "type": "object",
    "properties": {
        "group": _SHORT,
        "name": _SHORT,
        "config": ANY,
        "inputs": _values(schema.INPUT),
        "outputs": _values(schema.OUTPUT),
        "options": nullable(MAP),
    },
}
_STATE = {"action": _SHORT, "status": _SHORT, "status_reason": nullable(TEXT), "input_values": nullable(MAP)}
_NAMED = {"type": "string", "minLength": 1, "maxLength": schema.LONGEST}
_NEW_DEPLOYMENT = {
    "type": "object",
    "properties": {
        **_STATE,
        "server_id": _NAMED,
        "config_id": _NAMED,
        "stack_user_project_id": {"type": ["string", "null"], "maxLength": LONGEST_PROJECT},
    },
    "required": ["config_id", "server_id"],
}
_CHANGED_DEPLOYMENT = {
    "type": "object",
    "properties": {**_STATE, "config_id": _SHORT, "output_values": nullable(MAP)},
}

OPERATIONS = {
    configs.index: Operation(
        closed({"software_configs": list_of(_SUMMARY)}),
        query=number("limit") + text("marker") + flag("global_tenant"),
    ),
    configs.create: Operation(closed({"software_config": _CONFIG}), body=_NEW_CONFIG),
    configs.show: Operation(closed({"software_config": _CONFIG})),
    configs.delete: Operation(None, status=204),
    deployments.index: Operation(closed({"software_deployments": list_of(_DEPLOYMENT)}), query=text("server_id")),
    deployments.metadata: Operation(closed({"metadata": list_of(_CONFIG)})),
    deployments.create: Operation(closed({"software_deployment": _DEPLOYMENT}), body=_NEW_DEPLOYMENT, refusals=(409,)),
    deployments.show: Operation(closed({"software_deployment": _DEPLOYMENT})),
    deployments.update: Operation(closed({"software_deployment": _DEPLOYMENT}), body=_CHANGED_DEPLOYMENT),
    deployments.delete: Operation(None, status=204),
}
