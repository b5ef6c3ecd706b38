"""OS::Heat::Value: a value with a name, so that templates can pass it on and convert it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from heat_mq.errors import Problem, StepFailed
from heat_mq.resources.kit import IN_PLACE, Call, Props, Resource, Schema, Str, Support
from heat_mq.resources.kit import Any as AnyValue
from heat_mq.template.marks import UNKNOWN, is_known
from heat_mq.text import TRUTHS

TYPES: Final = ["string", "number", "comma_delimited_list", "json", "boolean"]


class Value(Resource, type="OS::Heat::Value"):
    support = Support(version="7.0.0")

    class Properties(Schema):
        value = AnyValue("The value.", required=True, update=IN_PLACE)
        type = Str("Convert the value to this type; by default it stays as it is.", allowed=TYPES, update=IN_PLACE)

    class Attributes(Schema):
        value = AnyValue("The value, converted.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        wanted, value = props.get("type"), props.get("value")
        if wanted is UNKNOWN or not is_known(value) or value is None:
            return
        try:
            convert_to(wanted, value)
        except ValueError as error:
            yield Problem(str(error), path="value", expected=f"a {wanted}")

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return convert_to(self.record.properties.get("type"), self.record.properties.get("value"))

    def create(self, call: Call, props: Props) -> str:
        _checked(props)
        return self.record.physical_name

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        _checked(props)


def _checked(props: Props) -> None:
    try:
        convert_to(props.type, props.value)
    except ValueError as error:
        raise StepFailed(str(error), kind="StackValidationFailed") from error


def convert_to(wanted: str | None, value: Any) -> Any:
    """``value`` as a value of a parameter type; ValueError when it is none."""
    match wanted:
        case "string":
            return (
                value if isinstance(value, str) else json.dumps(value) if isinstance(value, list | dict) else str(value)
            )
        case "number":
            return _number(value)
        case "boolean":
            return _boolean(value)
        case "comma_delimited_list":
            if isinstance(value, list):
                return [item if isinstance(item, str) else str(item) for item in value]
            return str(value).split(",") if value != "" else []
        case "json":
            return _json(value)
        case _:
            return value


def _number(value: Any) -> int | float:
    if isinstance(value, int | float):
        return value
    for kind in (int, float):
        try:
            return kind(value)
        except (TypeError, ValueError):
            continue
    raise ValueError(f"{value!r} is not a number")


def _boolean(value: Any) -> bool:
    found = TRUTHS.get(str(value).lower())
    if found is None:
        raise ValueError(f"{value!r} is not a boolean")
    return found


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError(f"{value!r} is not JSON") from None
