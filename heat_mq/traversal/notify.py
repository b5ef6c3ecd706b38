"""Notifications of what becomes of stacks, for the transaction in which it does.

They are written only where somebody wants them (``Database(outbox=True)``): otherwise nothing is read or written here.
A transaction that is repeated tells nothing twice, as little as it writes its events twice: both come from the same
place.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from heat_mq.db.records import StackRow
from heat_mq.db.repo import notices, stacks
from heat_mq.db.session import has_outbox

EVENT_TYPE: Final = "orchestration.stack"
SUFFIXES: Final = {"IN_PROGRESS": "start", "COMPLETE": "end", "FAILED": "error"}


def tell_of_stacks(
    connection: Connection, told: Sequence[tuple[StackRow, Mapping[str, Any]]], now: datetime.datetime
) -> None:
    """Tell of each stack what its event (action, status, reason) says, with two statements for all of them."""
    if not told or not has_outbox(connection):
        return
    tags = stacks.get_tags(connection, {stack.id for stack, _ in told})
    rows = []
    for stack, event in told:
        values = {"action": event["action"], "status": event["status"], "status_reason": event["reason"]}
        rows.append(
            notices.notice_row(
                f"{EVENT_TYPE}.{event['action'].lower()}.{SUFFIXES[event['status']]}",
                payload_of(dataclasses.replace(stack, **values), tags.get(stack.id, [])),
                now,
                failed=event["status"] == "FAILED",
            )
        )
    notices.add_notices(connection, rows)


def payload_of(stack: StackRow, tags: Sequence[str]) -> dict[str, Any]:
    """What every notification says of a stack, under Heat's keys."""
    return {
        "tenant_id": stack.project_id,
        "user_id": stack.user_id,
        "user_identity": stack.user_id,
        "username": stack.username,
        "stack_identity": stack.id,
        "stack_name": stack.name,
        "state": f"{stack.action}_{stack.status}",
        "state_reason": stack.status_reason,
        "create_at": stack.created_at.isoformat(),
        "updated_at": stack.updated_at.isoformat() if stack.updated_at is not None else None,
        "description": stack.description,
        "tags": list(tags),
    }
