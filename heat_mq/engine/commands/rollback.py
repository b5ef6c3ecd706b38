"""Plan the way back to the previous definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.db.records import StackRow
from heat_mq.db.repo import stacks
from heat_mq.engine.commands.update import start_update
from heat_mq.engine.definitions import pseudo_of

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def begin_rollback(service: Service, stack_id: str) -> None:
    """After a failure; runs as a node, so that it survives whoever found the failure."""
    stack = service.database.read(stacks.get_stack, stack_id)
    if stack is not None and stack.is_live and stack.status != "IN_PROGRESS":
        roll_back(service, stack)


def roll_back(service: Service, stack: StackRow) -> bool:
    """Start a ROLLBACK traversal to the previous definition (an empty one after a create).

    False when another request changed the stack first.
    """
    source = service.definitions.source(stack, previous=True)
    wanted = service.definitions.define(source, pseudo_of(stack), check=False, strict=False, drop_unknown=True)
    started = service.database.write(start_update, service, stack, source, wanted, {}, "ROLLBACK", rollback=False)
    service.bell(1)
    return started
