"""The body with which a software config is created."""

from __future__ import annotations

from typing import Any, Final

from heat_mq import errors
from heat_mq.api.refusals import BadValue
from heat_mq.api.schemas import fields
from heat_mq.web.body import kind

LONGEST: Final = 255
TYPES: Final = ("String", "Number", "CommaDelimitedList", "Json", "Boolean")
TEXTS: Final = ("name", "description", "type")
INPUT: Final = (*TEXTS, "default", "replace_on_change", "value")
OUTPUT: Final = (*TEXTS, "error_output")


def read_config(body: dict[str, Any]) -> dict[str, Any]:
    """Arguments for the engine; inputs and outputs have the defaults of their keys filled in. Raises ``BadRequest``."""
    return {
        "group": short_text(body, "group"),
        "name": short_text(body, "name"),
        "config": body.get("config"),
        "inputs": [_input(item, where) for item, where in _items(body, "inputs")],
        "outputs": [_output(item, where) for item, where in _items(body, "outputs")],
        "options": fields.mapping(body, "options"),
    }


def short_text(body: dict[str, Any], name: str, longest: int = LONGEST) -> str | None:
    """Text that fits its column."""
    found = fields.text(body, name)
    if found is not None and len(found) > longest:
        raise BadValue(f"{name!r} has {len(found)} characters; {longest} at most are taken.")
    return found


def _items(body: dict[str, Any], name: str) -> list[tuple[dict[str, Any], str]]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise errors.BadRequest(f"{name!r} is a list of maps, not {kind(value)}.")
    for position, item in enumerate(value):
        if not isinstance(item, dict):
            raise errors.BadRequest(f"{name}[{position}] is a map, not {kind(item)}.")
    return [(item, f"{name}[{position}]") for position, item in enumerate(value)]


def _input(item: dict[str, Any], where: str) -> dict[str, Any]:
    read = _common(item, where, INPUT)
    read |= {key: item[key] for key in ("default", "value") if item.get(key) is not None}
    if _flag(item, "replace_on_change", where):
        read["replace_on_change"] = True
    return read


def _output(item: dict[str, Any], where: str) -> dict[str, Any]:
    return {**_common(item, where, OUTPUT), "error_output": _flag(item, "error_output", where)}


def _common(item: dict[str, Any], where: str, known: tuple[str, ...]) -> dict[str, Any]:
    for key in item:
        if key not in known:
            raise BadValue(f"{where} has no key {key!r}.{errors.suggestion(key, known)}")
    for key in TEXTS:
        if item.get(key) is not None and not isinstance(item[key], str):
            raise BadValue(f"{where}.{key} is text, not {kind(item[key])}.")
    if not item.get("name"):
        raise BadValue(f"{where} needs a name.")
    read = {"type": "String"} | {key: item[key] for key in TEXTS if item.get(key) is not None}
    if read["type"] not in TYPES:
        near = errors.suggestion(read["type"], TYPES)
        raise BadValue(f"{where}.type is one of {', '.join(TYPES)}, not {read['type']!r}.{near}")
    return read


def _flag(item: dict[str, Any], key: str, where: str) -> bool:
    """A boolean property: true or false, as such or as text."""
    value = item.get(key)
    words = {"true": True, "false": False}
    found = words.get(value.strip().lower()) if isinstance(value, str) else value
    if value is not None and not isinstance(found, bool):
        raise BadValue(f"{where}.{key} is true or false, not {value!r}.")
    return bool(found)
