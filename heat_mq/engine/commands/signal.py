"""Deliver a signal to a resource, and wake whoever waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import events, nodes, resources
from heat_mq.db.session import write_id
from heat_mq.engine.commands.clear_hook import UNSET, clear_hook
from heat_mq.engine.commands.scale import scale_group
from heat_mq.engine.find import check_own_resource, find_stack, made_for
from heat_mq.engine.reports import take_report
from heat_mq.engine.software import SoftwarePort
from heat_mq.errors import ActionNotSupported, NotSupported, ResourceNotFound
from heat_mq.resources.kit import Resource, SignalResult
from heat_mq.state.context import StackContext
from heat_mq.state.objects import call_of, resource_of
from heat_mq.traversal.event_rows import named_event, was_done

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def signal_resource(
    service: Service,
    context: RequestContext,
    stack_identity: Mapping[str, Any],
    resource_name: str,
    details: Any = None,
    sync_call: bool = False,
) -> Any:
    """Store the signal; the answer is None, or with ``sync_call`` the resource's metadata afterwards.

    A signal ``{"unset_hook": NAME}`` clears a hook, whatever the resource's type.
    """
    stack = find_stack(service, context, stack_identity, live=True)
    found = _addressed(service, context, stack, resource_name)
    check_own_resource(service, context, stack, resource_name, found[0] if found else None)
    if isinstance(details, Mapping) and UNSET in details:
        clear_hook(service, stack, resource_name, details[UNSET])
        return None
    stack_context = service.definitions.of(stack)
    if not found:
        raise ResourceNotFound(
            f"The Resource ({resource_name}) could not be found in Stack {stack.name}.",
        )
    cls = stack_context.class_of_row(found[0])
    if cls.signal is Resource.signal:
        raise ActionNotSupported(f"resource {resource_name} of type {found[0].type} takes no signals")
    for action in (stack.action, found[0].action):
        if action in cls.deaf_in:
            raise NotSupported(f"signals are refused while the stack is in {action}")
    result = service.database.write(_deliver, service, stack_context, found[0], details)
    if result.adjust is not None:
        scale_group(service, stack_context, found[0], result.adjust, result.reason)
    else:
        service.bell(1)
    return result.metadata if sync_call else None


def _addressed(service: Service, context: RequestContext, stack: StackRow, name: str) -> list[ResourceRow]:
    """The resource in force, or for a stack's own user the one of that name that it was made for.

    That one may have been replaced: what is done before it is deleted is reported on too.
    """
    rows = service.database.read(resources.get_by_names, [stack.id], [name])
    if context.project_id != stack.project_id:
        theirs = [row for row in rows if made_for(service, context, row) is not None]
        rows = theirs or rows
    return [row for row in rows if row.replaced_by is None] or rows[:1]


def _deliver(
    connection: Connection, service: Service, context: StackContext, row: ResourceRow, details: Any
) -> SignalResult:
    """ONE transaction: what the type makes of the signal, the event, and the wake-up of the stack's waiting nodes.

    The answer has the metadata as it is then. Nothing is written for a signal that is about a group.
    """
    locked = resources.lock_metadata(connection, row.id)
    if was_done(connection):
        return SignalResult("", dict(locked.metadata or {}) if locked is not None else {})
    if locked is None:
        raise ResourceNotFound(f"The Resource ({row.name}) could not be found in Stack {context.stack.name}.")
    resource = resource_of(context, service.box, locked)
    result = resource.signal(call_of(context, service.box, locked, resource), details)
    if result.adjust is not None:
        return result
    if result.reports:  # wakes whoever waits for it
        deployment_id = SoftwarePort(service, context, locked).deployment_id
        result = result._replace(reason=take_report(connection, service, deployment_id, details, service.now()))
    metadata = result.metadata if result.metadata is not None else dict(locked.metadata or {})
    if result.metadata is not None:
        resources.set_metadata(connection, locked.id, metadata)
    if result.reason:
        told = named_event(
            locked.stack_id,
            locked.name,
            locked.type,
            "SIGNAL",
            "COMPLETE",
            result.reason,
            service.now(),
            physical_id=locked.physical_id,
            id=write_id(connection),
        )
        events.insert_events(connection, [told])
    if not result.reports:
        nodes.wake_nodes(connection, context.stack.id)
    return result._replace(metadata=metadata)
