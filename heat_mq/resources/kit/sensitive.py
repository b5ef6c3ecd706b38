"""Values of secret properties, marked as what a hidden parameter gives is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heat_mq.resources.kit.schema import Prop, Schema
from heat_mq.template.marks import UNKNOWN, Secret


def marked(schema: type[Schema], raw: Mapping[str, Any]) -> dict[str, Any]:
    """``raw`` with the values of secret properties marked, at any depth, so that masking hides them.

    Values are as the template gives them, and need not fit the schema.
    """
    return _marked_keys(schema.props, raw)


def _marked_keys(props: Mapping[str, Prop], raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _marked(props[key], value) if key in props else value for key, value in raw.items()}


def _marked(prop: Prop, value: Any) -> Any:
    if value is None or value is UNKNOWN or isinstance(value, Secret):
        return value
    if prop.secret:
        return Secret(value)
    if prop.schema is not None and isinstance(value, Mapping):
        return _marked_keys(prop.schema, value)
    if prop.of is not None and isinstance(value, list):
        return [_marked(prop.of, item) for item in value]
    return value
