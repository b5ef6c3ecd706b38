"""Cancel an action that is under way: back to what was before, or no further."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import StackRow
from heat_mq.db.repo import stacks
from heat_mq.db.session import is_repeated
from heat_mq.engine.commands.rollback import roll_back
from heat_mq.engine.find import find_stack
from heat_mq.errors import Conflict, NotSupported
from heat_mq.traversal.stop import CANCELLED, cancel

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

STOPPABLE = ("CREATE", "UPDATE")


def cancel_stack(
    service: Service,
    context: RequestContext,
    stack_identity: Mapping[str, Any],
    cancel_with_rollback: bool = True,
) -> None:
    """End an update with a rollback, whatever disable_rollback says; or an update or create where it is.

    Raises NotSupported when nothing of that kind is under way.
    """
    stack = find_stack(service, context, stack_identity, live=True)
    actions = ("UPDATE",) if cancel_with_rollback else STOPPABLE
    if stack.status != "IN_PROGRESS" or stack.action not in actions:
        raise NotSupported(
            f"Cancelling {'with' if cancel_with_rollback else 'without'} rollback when stack is "
            f"{stack.action}_{stack.status} is not supported; it must be {' or '.join(actions)}_IN_PROGRESS."
        )
    stopped = roll_back(service, stack) if cancel_with_rollback else _stop(service, stack)
    if not stopped:
        raise Conflict(f"Stack {stack.name} was changed by another request at the same time; try again.")


def _cancel(connection: Connection, stack: StackRow, now: datetime.datetime) -> bool:
    """ONE transaction; False when the action has ended by itself, or another one has begun."""
    if cancel(connection, stack.traversal_id, now) is not None:
        return True
    seen = stacks.get_stack(connection, stack.id) if is_repeated(connection) else None
    return seen is not None and (seen.traversal_id, seen.status_reason) == (stack.traversal_id, CANCELLED)


def _stop(service: Service, stack: StackRow) -> bool:
    """The owner before its nested stacks, so that it does not fail by their failure; what is being deleted goes on."""
    if not service.database.write(_cancel, stack, service.now()):
        return False
    for child in service.database.read(stacks.get_children, [stack.id]):
        if child.status == "IN_PROGRESS" and child.action in STOPPABLE:
            _stop(service, child)
    return True
