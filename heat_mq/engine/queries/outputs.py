"""Outputs: evaluated when they are asked for, from what the resources' last steps have stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.db.records import StackRow
from heat_mq.db.repo import resources
from heat_mq.engine.find import find_stack
from heat_mq.errors import Error, NotFound, nearest
from heat_mq.state.values import RowValues
from heat_mq.template import UNKNOWN, OutputDefinition, evaluate, reveal

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

NO_DESCRIPTION = "No description given"


def list_outputs(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> list[dict[str, Any]]:
    stack = find_stack(service, context, stack_identity, live=True)
    outputs = service.definitions.stored(stack).bound.outputs
    return [
        {"output_key": name, "description": output.description or NO_DESCRIPTION} for name, output in outputs.items()
    ]


def show_output(
    service: Service, context: RequestContext, stack_identity: Mapping[str, Any], output_key: str
) -> dict[str, Any]:
    stack = find_stack(service, context, stack_identity, live=True)
    outputs = service.definitions.stored(stack).bound.outputs
    if output_key not in outputs:
        near = nearest(output_key, outputs)
        raise NotFound(f"Specified output key {output_key} not found.", suggestion=near)
    output = outputs[output_key]
    return _shown(output, values_of(service, stack, [output]))


def stack_outputs(service: Service, stack: StackRow) -> list[dict[str, Any]]:
    """Every output with its value; one that cannot be had says why and keeps none of the others back."""
    outputs = service.definitions.stored(stack).bound.outputs
    values = values_of(service, stack, outputs.values())
    return [_shown(output, values) for output in outputs.values()]


def values_of(service: Service, stack: StackRow, outputs: Iterable[OutputDefinition]) -> RowValues:
    """What these outputs may see: the rows that they refer to, not those of the whole stack."""
    context = service.definitions.of(stack)
    names = sorted(frozenset().union(*(output.references for output in outputs)))
    rows = service.database.read(resources.get_named, stack.id, names) if names else []
    return RowValues(context, {row.name: row for row in rows}, service.box)


def _shown(output: OutputDefinition, values: RowValues) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "output_key": output.name,
        "description": output.description or NO_DESCRIPTION,
        "output_value": None,
    }
    if output.enabled is False:
        return shown
    try:
        shown["output_value"] = _plain(evaluate(output.value, values))
    except Error as error:
        shown["output_error"] = error.message
    except Exception as error:
        shown["output_error"] = f"{type(error).__name__}: {error}"
    return shown


def _plain(value: Any) -> Any:
    """JSON for the owner of the stack: secrets shown, unknown parts null."""
    value = reveal(value)
    if value is UNKNOWN:
        return None
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
