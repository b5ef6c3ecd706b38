"""Rows of events: about a stack, about a resource in its present state, or about one by name.

The event of a request bears the id of the request's write, by which a write that is repeated knows itself again
(:func:`was_done`).
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import Connection

from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import events
from heat_mq.db.session import is_repeated, write_id

STACK_TYPE = "OS::Heat::Stack"


def was_done(connection: Connection) -> bool:
    """Whether this very write was committed before, unheard; asks only where it is repeated."""
    return is_repeated(connection) and events.has_event(connection, write_id(connection))


def stack_event(
    stack: StackRow, action: str, status: str, reason: str, now: datetime.datetime, *, id: str | None = None
) -> dict[str, Any]:
    """The row of an event about the stack itself."""
    return {
        "uuid": id or str(uuid.uuid4()),
        "stack_id": stack.id,
        "resource_name": stack.name,
        "resource_type": STACK_TYPE,
        "physical_id": stack.id,
        "action": action,
        "status": status,
        "reason": reason,
        "properties": None,
        "engine_id": None,
        "created_at": now,
    }


def named_event(
    stack_id: str,
    name: str,
    type_name: str,
    action: str,
    status: str,
    reason: str,
    now: datetime.datetime,
    *,
    physical_id: str | None = None,
    engine_id: str | None = None,
    id: str | None = None,
) -> dict[str, Any]:
    """The row of an event about a resource that need not have a row, or whose row stays as it is."""
    return {
        "uuid": id or str(uuid.uuid4()),
        "stack_id": stack_id,
        "resource_name": name,
        "resource_type": type_name,
        "physical_id": physical_id,
        "action": action,
        "status": status,
        "reason": reason,
        "properties": None,
        "engine_id": engine_id,
        "created_at": now,
    }


def resource_event(
    row: ResourceRow,
    now: datetime.datetime,
    *,
    engine_id: str | None = None,
    properties: Any = None,
    id: str | None = None,
) -> dict[str, Any]:
    """The row of an event that tells a resource's present state; ``properties`` are masked."""
    return {
        "uuid": id or str(uuid.uuid4()),
        "stack_id": row.stack_id,
        "resource_name": row.name,
        "resource_type": row.type,
        "physical_id": row.physical_id,
        "action": row.action,
        "status": row.status,
        "reason": row.status_reason,
        "properties": properties,
        "engine_id": engine_id,
        "created_at": now,
    }
