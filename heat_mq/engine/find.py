"""Which stack a caller means, and whether it is theirs to see."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import resources, stacks
from heat_mq.db.repo.summaries import StackSummary
from heat_mq.engine.signals import USER
from heat_mq.errors import Forbidden, NotFound
from heat_mq.resources.kit.registry import get, load
from heat_mq.state.sealed import open_data

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

Identity = Mapping[str, Any]


def find_stack(service: Service, context: RequestContext, identity: Identity, *, live: bool = False) -> StackRow:
    """The stack of an identity; name and id must both be right.

    Another project's stack does not exist for the caller, except for a stack's own users.
    """
    return visible(context, identity, service.database.read(stacks.get_stack, str(identity["stack_id"])), live=live)


def visible(context: RequestContext, identity: Identity, stack: StackRow | None, *, live: bool = False) -> StackRow:
    """The stack that was read for an identity, as :func:`find_stack` gives it."""
    if stack is None or stack.name != identity["stack_name"] or not may_see(context, stack):
        raise missing(str(identity["stack_name"]))
    if live and not stack.is_live:
        raise missing(stack.name)
    return stack


def find_by_name(service: Service, context: RequestContext, name: str) -> StackRow:
    """A live stack by name, or any by id. A stack's own users know it by its name too."""
    project_id = context.project_id or ""
    stack = service.database.read(stacks.find_live, project_id, name)
    if stack is None and project_id:
        stack = service.database.read(stacks.find_live_of_users, project_id, name)
    if stack is None:
        stack = service.database.read(stacks.get_stack, name)
    if stack is None or not may_see(context, stack):
        raise missing(name)
    return stack


def may_see(context: RequestContext, stack: StackRow) -> bool:
    mine = context.project_id
    return context.is_admin or mine == stack.project_id or (mine is not None and mine == stack.stack_user_project_id)


def check_own_resource(
    service: Service, context: RequestContext, stack: StackRow, name: str, row: ResourceRow | None
) -> None:
    """A stack's own user may read and signal the resource that it was made for, and what that one's type lets it.

    ``row`` is the resource of that name, None when it does not exist yet. Others may what the policy lets them. Raises
    Forbidden.
    """
    if context.is_admin or context.project_id == stack.project_id:
        return
    if row is not None and made_for(service, context, row) is not None:
        return
    for other in service.database.read(resources.get_of_types, stack.id, sharing_types()):
        data = made_for(service, context, other)
        if data is not None and get(other.implementation).user_reads(data, name):
            return
    raise Forbidden("A stack's own user has access to the resource that it was made for, and to no other.")


def made_for(service: Service, context: RequestContext, row: ResourceRow) -> dict[str, Any] | None:
    """The resource's data when the caller is its own user."""
    data = open_data(service.box, row)
    user = data.get(USER)
    return data if user is not None and user["user_id"] == context.user_id else None


@functools.cache
def sharing_types() -> tuple[str, ...]:
    """Types whose users may read other resources."""
    return tuple(name for name, cls in load().items() if cls.shares_user)


def missing(name: str) -> NotFound:
    return NotFound(f"The Stack ({name}) could not be found.")


def identity_of(stack: StackRow | StackSummary, path: str = "") -> dict[str, str]:
    """The identity as RPC carries it."""
    return {"tenant": stack.project_id, "stack_name": stack.name, "stack_id": stack.id, "path": path}
