"""Change the size of a group because a policy was signalled.

Invariant: a size is decided on a state that still holds in the transaction that stores it (the group's row, and the
running traversal of its nested stack, compared under their locks), so that of two signals at once one acts, and the
other sees the change under way, the cooldown or the new size.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from heat_mq.db.models.traversal import TraversalState
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import resources, stacks, traversals
from heat_mq.db.session import is_repeated, write_id
from heat_mq.engine.children import ChildStacksPort
from heat_mq.engine.commands.update import start_update
from heat_mq.engine.definitions import Source, pseudo_of
from heat_mq.engine.rights import stored_rights
from heat_mq.engine.validate import Validation
from heat_mq.errors import (
    CloudError,
    Conflict,
    NotFound,
    NotSupported,
    ResourceNotFound,
    StepFailed,
    UserError,
)
from heat_mq.planner.definition import StackDefinition
from heat_mq.resources.kit.scaling import Adjustment, Resize
from heat_mq.state.context import StackContext
from heat_mq.state.objects import call_of, resource_of
from heat_mq.traversal.scaling import Scaling, begin_scaling, end_scaling

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

TRIES: Final = 10
DEAF: Final = ("SUSPEND", "DELETE")
"""Actions of a stack or a resource after which signals are refused."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Seen:
    """The state that a decision rests on."""

    group: ResourceRow
    child: StackRow


def scale_group(service: Service, context: StackContext, policy: ResourceRow, wish: Adjustment, reason: str) -> bool:
    """Begin the change that ``policy`` asks for; False when the group takes none now or has the size already.

    ``reason`` is that of the policy's event, which is written when the change has come to its end. Raises NotFound
    for an unknown group, NotSupported while the stack is suspended or deleted, UserError when the new members cannot be
    told, LimitExceeded when they are too many, Forbidden when they have a type that is not for the stack's owner.
    """
    for _ in range(TRIES):
        seen = _look(service, context, policy, wish)
        if seen is None:
            return False
        resize = _decide(service, context, seen.group, wish)
        if resize is None:
            return False
        source = ChildStacksPort(service, context, seen.group).source(resize.child)
        wanted = service.definitions.define(source, pseudo_of(seen.child), drop_unknown=True)
        may_use = stored_rights(service, seen.child)
        Validation(service, None, may_use=may_use).check(wanted, seen.child.nested_depth)
        if resize.after > resize.before:
            service.tree_sizes.admit(seen.child.root_id, resize.after - resize.before, service.limits.resources)
        scaling = Scaling(
            group_id=seen.group.id,
            policy_id=policy.id,
            stack_id=context.stack.id,
            reason=reason,
            cause=wish.text,
            seconds=resize.cooldown,
            kind=wish.shown_kind or wish.kind,
            amount=wish.amount,
            before=resize.before,
            after=resize.after,
            group=seen.child.id,
        )
        if service.database.write(_begin, service, seen, source, wanted, scaling, resize.told):
            service.bell(1)
            return True
    raise Conflict(f"Group {wish.group} is being changed by many requests at the same time; try again.")


def _look(service: Service, context: StackContext, policy: ResourceRow, wish: Adjustment) -> _Seen | None:
    """The child is read before its members: while its traversal stays the same they do too."""
    group = service.database.read(resources.find_in_stack, context.stack.id, wish.group)
    if group is None:
        raise NotFound(f"The policy {policy.name} finds no group {wish.group} in the stack {context.stack.name}.")
    child = service.database.read(stacks.get_stack, group.physical_id) if group.physical_id else None
    return _Seen(group, child) if child is not None and child.is_live and child.owner_resource_id == group.id else None


def _decide(service: Service, context: StackContext, group: ResourceRow, wish: Adjustment) -> Resize | None:
    resource = resource_of(context, service.box, group)
    try:
        return resource.adjust(call_of(context, service.box, group, resource), wish)
    except (StepFailed, CloudError) as error:
        raise UserError(f"The group {group.name} cannot change its size: {error.message}") from error


def _begin(
    connection: Connection,
    service: Service,
    seen: _Seen,
    source: Source,
    wanted: StackDefinition,
    scaling: Scaling,
    tells: bool,
) -> bool:
    """ONE transaction: the child's update, the group's metadata, the notification; False when something has changed.

    Locks are taken in the order in which the end of a traversal takes them: the nested stack, then the group.
    """
    if is_repeated(connection) and traversals.get_traversals(connection, [write_id(connection)]):
        return True  # committed before, and the answer was lost
    stack = stacks.get_stack(connection, seen.group.stack_id)
    if stack is None or stack.action in DEAF:
        raise NotSupported(f"signals are refused while the stack is in {stack.action if stack else 'DELETE'}")
    child = stacks.lock_stack(connection, seen.child.id)
    group = resources.lock_metadata(connection, seen.group.id)
    if child is None or child.traversal_id != seen.child.traversal_id or group != seen.group:
        return False
    if not start_update(connection, service, child, source, wanted, {}, "UPDATE", rollback=False, tells=tells):
        return False
    started = stacks.get_stack(connection, child.id)
    if started is None:
        raise ResourceNotFound(f"The nested stack of {seen.group.name} is gone.")
    now = service.now()
    begin_scaling(connection, scaling, started.traversal_id, now)
    traversal = traversals.get_traversal(connection, started.traversal_id)
    if traversal.state != TraversalState.RUNNING:
        end_scaling(connection, traversal, now)  # there was nothing to do
    return True
