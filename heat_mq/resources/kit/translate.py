"""Property values made ready for a step: old names moved to new ones, names turned into ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from heat_mq.resources.kit.schema import Lookup, Prop, Schema
from heat_mq.template.marks import UNKNOWN

UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")
Finder = Callable[[Lookup, str], str]


def translate(schema: type[Schema], values: Mapping[str, Any], find: Finder) -> dict[str, Any]:
    """``values`` with hidden old properties emptied into those that took over, and every name looked up.

    ``find`` answers the id for a name and raises NotFound. What looks like a UUID is taken for an id, so that
    a reference to a resource costs no call.
    """
    return _translate_keys(schema.props, values, find)


def _translate_keys(props: Mapping[str, Prop], values: Mapping[str, Any], find: Finder) -> dict[str, Any]:
    out = dict(values)
    for name, prop in props.items():
        if prop.moved_to and "." not in prop.moved_to and out.get(name) is not None:
            if _is_empty(out.get(prop.moved_to)):
                out[prop.moved_to] = out[name]
            out[name] = None
    for name, prop in props.items():
        if out.get(name) is not None:
            out[name] = _translate_value(prop, out[name], find)
    return out


def _is_empty(value: Any) -> bool:
    return value is None or (value is not UNKNOWN and value in ("", [], {}))


def _translate_value(prop: Prop, value: Any, find: Finder) -> Any:
    if value is UNKNOWN:
        return value
    if prop.lookup is not None and isinstance(value, str):
        return value if not value or UUID.fullmatch(value) else find(prop.lookup, value)
    if prop.kind == "list" and isinstance(value, list):
        of = prop.of
        if of is not None:
            return [_translate_value(of, item, find) for item in value]
        if prop.lookup is not None:
            lookup = prop.lookup
            return [
                find(lookup, item) if isinstance(item, str) and not UUID.fullmatch(item) else item for item in value
            ]
    if prop.kind == "map" and prop.schema is not None and isinstance(value, Mapping):
        return _translate_keys(prop.schema, value, find)
    return value
