"""The old side of a comparison with what is really there: an update that observes.

A type tells what it sees by :meth:`Resource.live_properties`; whether that is what the template asks for is decided
here, once for all types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from heat_mq.resources.kit.schema import Prop, Schema


def observed(
    schema: type[Schema], stored: Mapping[str, Any], live: Mapping[str, Any], wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """``stored`` with the live values of what can be updated in place and what the template gives.

    What the template leaves to the service is not compared, so neither is a name that was generated. A live value
    that fulfils the wanted one counts as equal to it.
    """
    found = dict(stored)
    for name, value in live.items():
        prop = schema.props.get(name)
        if prop is None or not prop.in_place or _is_left_open(prop, wanted.get(name)):
            continue
        found[name] = wanted[name] if fulfils(value, wanted[name], prop) else value
    return found


def fulfils(live: Any, wanted: Any, prop: Prop | None = None) -> bool:
    """Whether a live value is as wanted.

    Lists are compared without order. Of a map whose keys ``prop`` lists, those count that are wanted; any other map
    has to be the same. Nothing, "", [] and {} are equal.
    """
    if _is_empty(wanted) or _is_empty(live):
        return _is_empty(wanted) and _is_empty(live)
    if isinstance(wanted, Mapping) and isinstance(live, Mapping):
        keys = prop.schema if prop is not None else None
        if keys is None:
            return dict(live) == dict(wanted)
        return all(fulfils(live.get(key), value, keys.get(key)) for key, value in wanted.items() if value is not None)
    if _is_list(wanted) and _is_list(live):
        return _same_items(live, wanted, prop.of if prop is not None else None)
    return bool(live == wanted)


def _is_left_open(prop: Prop, wanted: Any) -> bool:
    """Whether the template says nothing of a property: no value, or an empty one by default."""
    return wanted is None or (_is_empty(wanted) and wanted == prop.default)


def _same_items(live: Sequence[Any], wanted: Sequence[Any], of: Prop | None) -> bool:
    """Each wanted item is met by a live one of its own, and no live one is left; the same text twice counts once."""
    if all(isinstance(item, str) for item in (*live, *wanted)):
        return set(live) == set(wanted)
    left = list(live)
    # What asks for most is served first, so that it is not left with what others could have done without.
    for item in sorted(wanted, key=_demands, reverse=True):
        match = next((at for at, other in enumerate(left) if fulfils(other, item, of)), None)
        if match is None:
            return False
        del left[match]
    return not left


def _demands(item: Any) -> int:
    return sum(value is not None for value in item.values()) if isinstance(item, Mapping) else 0


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | Sequence | Mapping) and not value)
