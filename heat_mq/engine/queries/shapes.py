"""Rows to the maps that cross RPC."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from heat_mq.db.records import EventRow, ResourceRow, StackRow
from heat_mq.db.repo.summaries import ResourceSummary, StackSummary
from heat_mq.engine.find import identity_of
from heat_mq.template.describe import NO_DESCRIPTION


def time_text(moment: datetime.datetime | None) -> str | None:
    """``YYYY-MM-DDTHH:MM:SSZ``."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z" if moment is not None else None


def stack_map(stack: StackRow | StackSummary, tags: Sequence[str] | None) -> dict[str, Any]:
    """A stack without outputs and parameters."""
    return {
        "stack_identity": identity_of(stack),
        "stack_name": stack.name,
        "creation_time": time_text(stack.created_at),
        "updated_time": time_text(stack.updated_at),
        "deletion_time": time_text(stack.deleted_at),
        "description": stack.description or NO_DESCRIPTION,
        "template_description": stack.description or NO_DESCRIPTION,
        "notification_topics": [],
        "capabilities": [],
        "stack_action": stack.action,
        "stack_status": stack.status,
        "stack_status_reason": stack.status_reason,
        "disable_rollback": bool(stack.disable_rollback),
        "timeout_mins": stack.timeout_mins,
        "stack_owner": stack.username,
        "parent": stack.owner_id,
        "stack_user_project_id": stack.stack_user_project_id,
        "tags": list(tags) if tags else None,
    }


def resource_map(
    stack: StackRow, row: ResourceRow | ResourceSummary, required_by: Sequence[str], child: StackRow | None = None
) -> dict[str, Any]:
    """A resource without description, metadata and attributes."""
    shown: dict[str, Any] = {
        "resource_identity": identity_of(stack, f"/resources/{row.name}"),
        "stack_identity": identity_of(stack),
        "stack_name": stack.name,
        "resource_name": row.name,
        "resource_type": row.type,
        "resource_action": row.action,
        "resource_status": row.status,
        "resource_status_reason": row.status_reason,
        "physical_resource_id": row.physical_id,
        "creation_time": time_text(row.created_at),
        "updated_time": time_text(row.updated_at or row.created_at),
        "required_by": sorted(required_by),
    }
    if child is not None:
        shown["nested_stack_id"] = identity_of(child)
    if stack.owner_resource_name:
        shown["parent_resource"] = stack.owner_resource_name
    return shown


def pending_map(stack: StackRow, name: str, type_name: str, required_by: Sequence[str]) -> dict[str, Any]:
    """A resource that the template has and no worker has begun."""
    now = time_text(stack.created_at)
    shown: dict[str, Any] = {
        "resource_identity": identity_of(stack, f"/resources/{name}"),
        "stack_identity": identity_of(stack),
        "stack_name": stack.name,
        "resource_name": name,
        "resource_type": type_name,
        "resource_action": "INIT",
        "resource_status": "COMPLETE",
        "resource_status_reason": "",
        "physical_resource_id": None,
        "creation_time": now,
        "updated_time": now,
        "required_by": sorted(required_by),
    }
    if stack.owner_resource_name:
        shown["parent_resource"] = stack.owner_resource_name
    return shown


def event_map(stack: StackRow, event: EventRow, root: StackRow | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "event_identity": identity_of(stack, f"/resources/{event.resource_name}/events/{event.uuid}"),
        "stack_identity": identity_of(stack),
        "stack_name": stack.name,
        "event_time": time_text(event.created_at),
        "resource_name": event.resource_name,
        "resource_type": event.resource_type,
        "resource_action": event.action,
        "resource_status": event.status,
        "resource_status_reason": event.reason,
        "physical_resource_id": event.physical_id,
        "resource_properties": event.properties or {},
    }
    if root is not None:
        shown["root_stack_id"] = identity_of(root)
    return shown


def required_by(dependencies: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    """Resource -> the names of those that need it."""
    found: dict[str, list[str]] = {}
    for name, needs in dependencies.items():
        for need in needs:
            found.setdefault(need, []).append(name)
    return found
