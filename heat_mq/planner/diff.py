"""What an update would do with each resource: the plan told in the words of a preview."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from typing import Any

from heat_mq.resources.kit import Resource
from heat_mq.template import UNKNOWN, is_known, reveal


class Change(enum.StrEnum):
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    REPLACED = "replaced"
    ADDED = "added"
    DELETED = "deleted"


def compare(
    cls: type[Resource], old: Mapping[str, Any], new: Mapping[str, Any], *, same_definition: bool, healthy: bool
) -> Change:
    """What happens to a resource whose properties were ``old`` and shall be ``new`` (which may be UNKNOWN in parts).

    A value that is not known yet, because something it refers to changes, counts as changed.
    """
    if not healthy or cls.always_replaced:
        return Change.REPLACED
    changed = [
        name for name, prop in cls.Properties.props.items() if _differs(old.get(name, prop.default), new.get(name))
    ]
    if any(not cls.Properties.props[name].in_place for name in changed):
        return Change.REPLACED
    return Change.UPDATED if changed or not same_definition else Change.UNCHANGED


def refusal(
    cls: type[Resource], change: Change, old: Mapping[str, Any], new: Mapping[str, Any], restricted: Collection[str]
) -> str:
    """Why the update would fail at a resource without touching it, "" when it would not.

    ``restricted`` are the actions that the environment forbids for it. What is not known yet is not foretold.
    """
    fixed = [name for name, prop in cls.Properties.props.items() if prop.immutable and name in new]
    changed = sorted(name for name in fixed if is_known(new[name]) and _differs(old.get(name), new[name]))
    if changed and old:
        return f"properties {', '.join(changed)} cannot be changed"
    action = {Change.UPDATED: "update", Change.REPLACED: "replace"}.get(change, "")
    return f"{action} is restricted for resource." if action in restricted else ""


def _differs(old: Any, new: Any) -> bool:
    if new is UNKNOWN or not is_known(new):
        return True
    return bool(reveal(new) != old)
