"""Functions of maps."""

from __future__ import annotations

from typing import Any

from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused, intrinsic


@intrinsic("map_merge", since="2016-04-08", structural=True)
def map_merge(args: Any) -> dict[str, Any]:
    """One map of several; of equal keys the later map's value counts, and null counts as empty.

    ``{map_merge: [{a: 1, b: 2}, {a: 3}]}`` gives ``{a: 3, b: 2}``.
    """
    if not isinstance(args, list):
        raise Refused(f"takes a list of maps, not {shown(args)}")
    merged: dict[str, Any] = {}
    for place, part in enumerate(args):
        if part is None:
            continue
        if not isinstance(part, dict):
            raise Refused(f"takes a list of maps; {shown(part)} is no map", place)
        merged.update(part)
    return merged


@intrinsic("map_replace", since="2016-10-14")
def map_replace(args: Any) -> dict[str, Any]:
    """A map with some of its keys and values replaced by others (at the top level only).

    ``{map_replace: [{a: x, b: y}, {keys: {a: A}, values: {y: Y}}]}`` gives ``{A: x, b: Y}``.
    """
    match args:
        case [dict() | None as source, dict(changes)]:
            pass
        case _:
            raise Refused("takes a list of two maps: the map, and a map with keys and values")
    unknown = [name for name in changes if name not in ("keys", "values")]
    if unknown:
        raise Refused(f"knows no {unknown[0]!r}; its second map takes keys and values", 1)
    new_keys, new_values = (changes.get(name) or {} for name in ("keys", "values"))
    for name, given in (("keys", new_keys), ("values", new_values)):
        if not isinstance(given, dict):
            raise Refused(f"needs a map of {name}, not {shown(given)}", 1, name)
    source = source or {}
    replaced: dict[str, Any] = {}
    for key, value in source.items():
        new_key = new_keys.get(key, key)
        if not isinstance(new_key, str):
            raise Refused(f"needs a string for the key {key!r}, not {shown(new_key)}", 1, "keys")
        if new_key in replaced or (new_key != key and new_key in source):
            raise Refused(f"would give the key {new_key!r} twice", 1, "keys")
        replaced[new_key] = new_values.get(value, value) if isinstance(value, str) else _by_text(value, new_values)
    return replaced


def _by_text(value: Any, new_values: dict[str, Any]) -> Any:
    """Numbers, booleans and null find their replacement by their JSON text, since map keys are text."""
    if isinstance(value, dict | list):
        return value
    text = {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else value
    return new_values.get(str(text), value)
