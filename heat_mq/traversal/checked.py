"""How a check ends: what could not be looked at is said, and every failure is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from heat_mq.db.repo import resources
from heat_mq.resources.kit.outcome import NOT_CHECKED, PARTLY_CHECKED

PREFIX: Final = "Resource CHECK failed: "


def completion_note(connection: Connection, stack_id: str) -> str:
    """What follows the reason of a stack whose check is complete; "" when everything was looked at."""
    partly = resources.has_reason(connection, stack_id, (NOT_CHECKED, PARTLY_CHECKED))
    return f". {PARTLY_CHECKED}" if partly else ""


def joined(failures: Sequence[str]) -> str | None:
    """Failures of one traversal as one text: of a check all of them, else the first; None when there are none."""
    if not failures or not failures[0].startswith(PREFIX):
        return failures[0] if failures else None
    return "; ".join([failures[0], *(failure.removeprefix(PREFIX) for failure in failures[1:])])
