"""Functions of lists."""

from __future__ import annotations

from typing import Any

from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused, intrinsic, items
from heat_mq.template.limits import DEFAULT_LIMITS


def _concatenated(args: Any) -> list[Any]:
    if not isinstance(args, list):
        raise Refused(f"takes a list of lists, not {shown(args)}")
    joined: list[Any] = []
    for place, part in enumerate(args):
        if part is None:
            continue
        if not isinstance(part, list):
            raise Refused(f"takes a list of lists; {shown(part)} is no list", place)
        joined += part
    if len(joined) > DEFAULT_LIMITS.items:
        raise Refused(f"would give {len(joined)} items; at most {DEFAULT_LIMITS.items} are allowed")
    return joined


@intrinsic("list_concat", since="2017-09-01", structural=True)
def list_concat(args: Any) -> list[Any]:
    """One list of the items of several; null counts as empty.

    ``{list_concat: [[a], [b, a], null]}`` gives ``[a, b, a]``.
    """
    return _concatenated(args)


@intrinsic("list_concat_unique", since="2017-09-01")
def list_concat_unique(args: Any) -> list[Any]:
    """One list of the items of several, each only at its first place.

    ``{list_concat_unique: [[a, b], [b, c]]}`` gives ``[a, b, c]``.
    """
    seen: set[Any] = set()
    unique: list[Any] = []
    for item in _concatenated(args):
        key = _hashable(item)
        if key not in seen:
            seen.add(key)
            unique.append(item)
    return unique


def _hashable(item: Any) -> Any:
    """A key that is equal for equal values (as Python compares them, so 1 and true are one)."""
    if isinstance(item, dict):
        return (dict, frozenset((key, _hashable(value)) for key, value in item.items()))
    if isinstance(item, list):
        return (list, tuple(map(_hashable, item)))
    return item


@intrinsic("filter", since="2017-02-24", shape=items(2, of="values to drop and a list"))
def filter_list(args: list[Any]) -> Any:
    """A list without the given values.

    ``{filter: [[a], [a, b, a, c]]}`` gives ``[b, c]``.
    """
    dropped, values = args
    if not values or dropped is None:
        return values
    if not isinstance(dropped, list) or not isinstance(values, list):
        wrong = dropped if not isinstance(dropped, list) else values
        raise Refused(f"takes two lists; {shown(wrong)} is none")
    return [value for value in values if value not in dropped]


@intrinsic(
    "contains",
    since="2017-09-01",
    condition_since="2017-09-01",
    shape=items(2, of="a value and a list or string"),
)
def contains(args: list[Any]) -> bool:
    """True when a value is in a list, or a text in a longer one.

    ``{contains: [b, [a, b]]}`` gives ``true``.
    """
    value, sequence = args
    if isinstance(sequence, list):
        return value in sequence
    if isinstance(sequence, str) and isinstance(value, str):
        return value in sequence
    raise Refused(f"looks into a list, or for a text in a text, not into {shown(sequence)}", 1)
