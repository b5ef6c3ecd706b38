"""Which stack a caller means, and whether it is theirs to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.db.records import StackRow
from heat_mq.db.repo import stacks
from heat_mq.errors import NotFound

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

Identity = Mapping[str, Any]


def find_stack(service: Service, context: RequestContext, identity: Identity, *, live: bool = False) -> StackRow:
    """The stack of an identity; name and id must both be right.

    Another project's stack does not exist for the caller, except for a stack's own users.
    """
    stack = service.database.read(stacks.get_stack, str(identity["stack_id"]))
    if stack is None or stack.name != identity["stack_name"] or not may_see(context, stack):
        raise missing(str(identity["stack_name"]))
    if live and not stack.is_live:
        raise missing(stack.name)
    return stack


def find_by_name(service: Service, context: RequestContext, name: str) -> StackRow:
    """A live stack by name, or any by id."""
    project_id = context.project_id or ""
    stack = service.database.read(stacks.find_live, project_id, name)
    if stack is None:
        stack = service.database.read(stacks.get_stack, name)
    if stack is None or not may_see(context, stack):
        raise missing(name)
    return stack


def may_see(context: RequestContext, stack: StackRow) -> bool:
    mine = context.project_id
    return context.is_admin or mine == stack.project_id or (mine is not None and mine == stack.stack_user_project_id)


def missing(name: str) -> NotFound:
    return NotFound(f"The Stack ({name}) could not be found.")


def identity_of(stack: StackRow, path: str = "") -> dict[str, str]:
    """The identity as RPC carries it."""
    return {"tenant": stack.project_id, "stack_name": stack.name, "stack_id": stack.id, "path": path}
