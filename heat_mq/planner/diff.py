"""What an update would do with each resource: the plan told in the words of a preview."""

from __future__ import annotations

import enum
from collections.abc import Mapping
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


def _differs(old: Any, new: Any) -> bool:
    if new is UNKNOWN or not is_known(new):
        return True
    return bool(reveal(new) != old)
