"""Clear a hook that a resource waits at, and let its node go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from heat_mq.db.records import StackRow
from heat_mq.db.repo import events, nodes, resources
from heat_mq.db.session import write_id
from heat_mq.errors import InvalidHook, ResourceNotFound, suggestion
from heat_mq.template.registry import HOOKS
from heat_mq.traversal.event_rows import named_event, was_done

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

UNSET: Final = "unset_hook"
"""The key of a signal that clears a hook; its value names the hook."""


def clear_hook(service: Service, stack: StackRow, resource_name: str, hook: Any) -> None:
    """Raises InvalidHook for a hook that does not exist or at which the resource does not wait."""
    if hook not in HOOKS:
        near = suggestion(hook, HOOKS)
        raise InvalidHook(f"Invalid hook type {hook!r}; there are {', '.join(HOOKS)}.{near}")
    if not service.database.write(_clear, service, stack, resource_name, hook):
        raise InvalidHook(f"The resource {resource_name} of stack {stack.name} does not wait at the hook {hook}.")
    service.bell(1)


def _clear(connection: Connection, service: Service, stack: StackRow, name: str, hook: str) -> bool:
    """ONE transaction: the node and the event, which tells the state that the resource is in."""
    row = next(iter(resources.get_current_resources(connection, [stack.id], [name])), None)
    context = service.definitions.of(stack)
    if row is None and not context.has(name):
        raise ResourceNotFound(f"The Resource ({name}) could not be found in Stack {stack.name}.")
    if not nodes.clear_hook(connection, stack.traversal_id, name, hook):
        return was_done(connection)
    event = named_event(
        stack.id,
        name,
        row.type if row is not None else context.definition(name).type,
        row.action if row is not None else "INIT",
        row.status if row is not None else "COMPLETE",
        f"Hook {hook} is cleared",
        service.now(),
        physical_id=row.physical_id if row is not None else None,
        id=write_id(connection),
    )
    events.insert_events(connection, [event])
    return True
