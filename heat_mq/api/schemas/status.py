"""Filters by status."""

from __future__ import annotations

import re

_COMBINED = re.compile(r"(?P<action>[A-Z]+)_(?P<status>COMPLETE|FAILED|IN_PROGRESS)")


def split_status(filters: dict[str, list[str]]) -> dict[str, list[str]]:
    """Filters with the action taken out of ``status``: CREATE_COMPLETE is action CREATE and status COMPLETE.

    Any other text stays as it is and matches nothing.
    """
    if "status" not in filters:
        return filters
    actions = list(filters.get("action", []))
    states = []
    for value in filters["status"]:
        match = _COMBINED.fullmatch(value)
        states.append(match["status"] if match else value)
        if match:
            actions.append(match["action"])
    return {**filters, "status": states, **({"action": actions} if actions else {})}
