"""New stack rows."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from heat_mq.db.records import StackRow
from heat_mq.engine.definitions import Source

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def new_stack(service: Service, source: Source, **values: Any) -> StackRow:
    """The row of a stack that is about to be created; ``values`` are columns that differ from a plain root stack's."""
    stack_id = values["id"]
    columns: dict[str, Any] = {
        "live_name": values["name"],
        "action": "CREATE",
        "status": "IN_PROGRESS",
        "status_reason": "Stack CREATE started",
        "previous_template_digest": None,
        "previous_environment_digest": None,
        "previous_files_digest": None,
        "previous_parameters": None,
        "traversal_id": str(uuid.uuid4()),
        "owner_id": None,
        "owner_resource_id": None,
        "owner_resource_name": None,
        "root_id": stack_id,
        "nested_depth": 0,
        "observes": False,
        "stack_user_project_id": None,
        "created_at": service.now(),
        "updated_at": None,
        "deleted_at": None,
        **source.columns(service),
        **values,
    }
    return StackRow(**columns)
