"""Abandon a stack: its records go, its objects stay. And the dump of it, from which another one can adopt them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import StackRow
from heat_mq.db.repo import events, nodes, resources, snapshots, stacks
from heat_mq.db.session import write_id
from heat_mq.engine.commands.actions import refuse_busy
from heat_mq.engine.credentials import release_credential
from heat_mq.engine.dump import dump_stack
from heat_mq.engine.find import find_stack
from heat_mq.errors import Conflict, NotSupported
from heat_mq.traversal.event_rows import stack_event, was_done
from heat_mq.traversal.notify import tell_of_stacks

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

LOG = logging.getLogger(__name__)
REASON = "Stack DELETE completed successfully"


def export_stack(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> dict[str, Any]:
    """The dump; raises NotSupported where the operator does not allow it, Conflict while the stack is changed."""
    return dump_stack(service, _find(service, context, stack_identity))


def abandon_stack(
    service: Service, context: RequestContext, stack_identity: Mapping[str, Any], abandon: bool = True
) -> dict[str, Any]:
    """The dump, taken before everything that is recorded of the stack and of those nested in it is forgotten.

    What snapshots have saved stays in the cloud too, and so does the project of the stack's own users. Raises as
    :func:`export_stack`, and NotSupported for a nested stack, which is its owner's.
    """
    if not abandon:
        return export_stack(service, context, stack_identity)
    stack = _find(service, context, stack_identity)
    if stack.owner_id is not None:
        raise NotSupported(f"Stack {stack.name} is nested: abandon the stack that owns it.")
    seen = {item.id: item.traversal_id for item in service.database.read(stacks.get_tree, stack.id) if item.is_live}
    dump = dump_stack(service, stack)
    if not service.database.write(_forget, service, stack, seen):
        raise Conflict(f"Stack {stack.name} was changed by another request at the same time; try again.")
    try:
        release_credential(service, stack)
    except Exception:
        # Nobody uses it any more: the next stack that gives one up deletes this one too.
        LOG.warning("stack %s is abandoned and its credential left behind for now", stack.id, exc_info=True)
    return dump


def _find(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> StackRow:
    if not service.may_abandon:
        raise NotSupported("Stack Abandon and Export are not supported here: enable_stack_abandon is off.")
    stack = find_stack(service, context, stack_identity, live=True)
    refuse_busy(stack)
    return stack


def _forget(connection: Connection, service: Service, stack: StackRow, seen: Mapping[str, str]) -> bool:
    """ONE transaction; False when any stack of the tree is no longer as it was ``seen``, or somebody works on it.

    A worker that has a node in hand, of whatever traversal, may be about to make an object.
    """
    tree = [item for item in stacks.lock_tree(connection, stack.id) if item.is_live]
    kept = snapshots.get_snapshots(connection, *seen)
    if (
        {item.id: item.traversal_id for item in tree} != seen
        or "IN_PROGRESS" in {*(item.status for item in tree), *(row.status for row in kept)}
        or nodes.any_unfinished(connection, [*seen, *(row.id for row in kept)])
    ):
        return was_done(connection)
    now = service.now()
    resources.delete_of_stacks(connection, list(seen))
    snapshots.remove_snapshots(connection, [row.id for row in kept])
    gone = {"action": "DELETE", "status": "COMPLETE", "status_reason": REASON, "deleted_at": now, "live_name": None}
    stacks.update_stacks(connection, list(seen), gone)
    ids = {stack.id: write_id(connection)}
    told = [stack_event(item, "DELETE", "COMPLETE", REASON, now, id=ids.get(item.id)) for item in tree]
    events.insert_events(connection, told)
    tell_of_stacks(connection, list(zip(tree, told, strict=True)), now)
    return True
