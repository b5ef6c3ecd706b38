"""What a body may say of an object, and Octavia's words for what it may not."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Callable, Sequence
from typing import Any

from heat_mq.simcloud.refusal import Refusal, bad_request
from heat_mq.simcloud.store import Document

Check = Callable[[Any], str]
"""What is wrong with a value, "" when nothing is."""

REQUIRED: Any = object()


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One key of a body. ``put``: whether it can be changed."""

    name: str
    check: Check
    default: Any = None
    put: bool = True


def text(value: Any) -> str:
    return "" if isinstance(value, str) and len(value) <= 255 else "Value should be text of at most 255 characters"


def long_text(value: Any) -> str:
    return "" if isinstance(value, str) else "Value should be text"


def boolean(value: Any) -> str:
    return "" if isinstance(value, bool) else "Value should be true or false"


def integer(least: int, most: int) -> Check:
    def check(value: Any) -> str:
        good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return "" if good else f"Value should be greater or equal to {least} and lower or equal to {most}"

    return check


def one_of(*values: str) -> Check:
    return lambda value: "" if value in values else f"Value should be one of: {', '.join(values)}"


def texts(value: Any) -> str:
    good = isinstance(value, list) and all(isinstance(each, str) and len(each) <= 255 for each in value)
    return "" if good else "Value should be a list of texts"


def address(value: Any) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return "Value should be IPv4 or IPv6 format"
    return ""


def cidrs(value: Any) -> str:
    try:
        for each in value:
            ipaddress.ip_network(each, strict=False)
    except (TypeError, ValueError):
        return "Value should be a list of IPv4 or IPv6 CIDRs"
    return ""


def mapping(value: Any) -> str:
    return "" if isinstance(value, dict) else "Value should be an object"


COMMON = (
    Field("name", text, ""),
    Field("description", text, ""),
    Field("admin_state_up", boolean, True),
    Field("tags", texts, []),
)
OWNER = (Field("project_id", text, put=False), Field("tenant_id", text, put=False))
PORT = integer(1, 65535)


def created(fields: Sequence[Field], body: Document) -> Document:
    """A new object's values; Refusal 400."""
    _refuse_unknown(body, {field.name for field in fields})
    values = {}
    for field in fields:
        value = body.get(field.name)
        if value is None and field.default is REQUIRED:
            raise _invalid(field.name, value, "Mandatory field missing.")
        values[field.name] = field.default if value is None else _checked(field, value)
    return values


def changed(fields: Sequence[Field], body: Document) -> Document:
    """What a body changes; null gives a key the value that it has by default."""
    known = {field.name: field for field in fields if field.put}
    _refuse_unknown(body, known.keys())
    return {
        name: _checked(known[name], value)
        if value is not None
        else (None if known[name].default is REQUIRED else known[name].default)
        for name, value in body.items()
    }


def _refuse_unknown(body: Document, known: Any) -> None:
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise bad_request(f"Unknown attribute: {', '.join(unknown)}")


def _checked(field: Field, value: Any) -> Any:
    if wrong := field.check(value):
        raise _invalid(field.name, value, wrong)
    return value


def _invalid(name: str, value: Any, why: str) -> Refusal:
    return bad_request(f"Invalid input for field/attribute {name}. Value: '{value}'. {why}")
