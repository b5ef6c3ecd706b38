"""The validate answer: what a template takes, in the words of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from heat_mq.template.bind import Bound
from heat_mq.template.marks import MASK, UNKNOWN
from heat_mq.template.parameters import TYPE_NAMES, ParameterSchema, limits_of

NO_DESCRIPTION: Final = "No description"


def describe(bound: Bound) -> dict[str, Any]:
    """Description, Parameters and (when there are any) ParameterGroups of a template bound to what the user gave."""
    template = bound.template
    answer: dict[str, Any] = {
        "Description": template.description or NO_DESCRIPTION,
        "Parameters": describe_parameters(bound),
    }
    if template.parameter_groups:
        answer["ParameterGroups"] = list(template.parameter_groups)
    return answer


def describe_parameters(bound: Bound) -> dict[str, dict[str, Any]]:
    """Each parameter with its type, limits, default and, when the user gave one, value.

    A default stays in clear, as in Heat; the value of a hidden parameter is masked.
    """
    given = bound.parameters.given
    return {
        name: _described(schema, bound.parameters, name in given) for name, schema in bound.template.parameters.items()
    }


def _described(schema: ParameterSchema, values: Mapping[str, Any], given: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "Type": TYPE_NAMES[schema.type],
        "Description": schema.description,
        "NoEcho": "true" if schema.hidden else "false",
        "Label": schema.label or schema.name,
        **limits_of(schema),
    }
    if schema.default is not None:
        answer["Default"] = schema.default
    if given and values.get(schema.name, UNKNOWN) is not UNKNOWN:
        answer["Value"] = MASK if schema.hidden else values[schema.name]
    if schema.tags:
        answer["Tags"] = list(schema.tags)
    return answer
