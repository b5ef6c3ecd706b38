"""Load balancers that follow groups: their nested stacks are updated when the members behind them have changed.

A load balancer is a resource with a nested stack and a property with the servers behind it. What it is told follows
from what is stored alone, so that telling it twice changes nothing, and whoever dies on the way is followed by one who
tells it again: the group's own step, or the last node of a change of size.

Invariant: what a load balancer was told last is not older than any change that somebody has told it of. The nested
stack's row is read before the members are, and its definition is only changed while its traversal is still the one of
that row; while the load balancer itself is being changed it is left alone, and told when that has ended.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import resources, stacks
from heat_mq.engine.children import ChildStacksPort
from heat_mq.engine.commands.update import has_source, update_child
from heat_mq.engine.peers import PeersPort
from heat_mq.errors import Conflict, StepFailed, UserError
from heat_mq.resources.groups.instances import LOOK_AGAIN
from heat_mq.resources.kit import Props
from heat_mq.resources.kit.nested import NestedStack, servers_property
from heat_mq.state.context import StackContext
from heat_mq.state.objects import call_of
from heat_mq.state.sealed import open_properties

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

RESTING: Final = ("SUSPEND", "DELETE")


def members_behind(service: Service, context: StackContext, balancer: str, leaving: Collection[str] = ()) -> list[str]:
    """Reference ids of the members of every group of the stack that names the load balancer.

    They are those whose last action has succeeded, the oldest of each group first, without those in ``leaving``.
    """
    found: dict[str, None] = {}
    for row in _groups(service, context):
        names = open_properties(service.box, row).get(context.cls(row.name).balancers) or ()
        if balancer not in names or row.physical_id is None:
            continue
        members = ChildStacksPort(service, context, row).members(row.physical_id)
        for member in sorted(members, key=lambda item: (item.created_at, item.name)):
            if member.status == "COMPLETE" and member.name not in leaving:
                found[str(member.reference_id)] = None
    return list(found)


def tell_balancers(
    service: Service, context: StackContext, balancers: Sequence[str], leaving: Collection[str] = ()
) -> bool:
    """Bring them to what is behind them; False while that has not come to its end (see ``Peers.tell``)."""
    done = [_tell(service, context, name, leaving) for name in dict.fromkeys(balancers)]
    return all(done)


def tell_of_group(service: Service, nested: StackRow) -> float | None:
    """Tell the load balancers of the group whose nested stack it is; seconds until it is to be called again."""
    group = service.database.read(resources.get_resource, nested.owner_resource_id or "")
    parent = service.database.read(stacks.get_stack, nested.owner_id or "")
    if group is None or parent is None or not parent.is_live or parent.action in RESTING:
        return None
    context = service.definitions.of(parent)
    balancers = open_properties(service.box, group).get(context.class_of_row(group).balancers) or ()
    return None if tell_balancers(service, context, balancers) else LOOK_AGAIN


def _groups(service: Service, context: StackContext) -> list[ResourceRow]:
    """Groups in force that the template still has: the members of others are about to go."""
    names = sorted(name for name in context.wanted.bound.resources if context.cls(name).balancers)
    if not names:
        return []
    rows = service.database.read(resources.get_by_names, [context.stack.id], names)
    return sorted((row for row in rows if row.replaced_by is None), key=lambda row: row.name)


def _tell(service: Service, context: StackContext, name: str, leaving: Collection[str]) -> bool:
    row = service.database.read(resources.find_in_stack, context.stack.id, name)
    if row is None:
        raise StepFailed(f"LoadBalancerNames: {name} is no resource of this stack")
    _type_of(context, row)
    if row.physical_id is None or row.action in RESTING:
        return row.status != "IN_PROGRESS"  # it learns of the members when it is made
    nested = service.database.read(stacks.get_stack, row.physical_id)
    if row.status == "IN_PROGRESS" or (nested is not None and nested.status == "IN_PROGRESS"):
        return False
    if nested is None or not nested.is_live:
        raise StepFailed(f"LoadBalancerNames: {name} has no nested stack that could be told")
    source = ChildStacksPort(service, context, row).source(_child(service, context, row, leaving))
    if not has_source(service, nested, source):
        try:
            update_child(service, nested, source)
        except Conflict:
            return False  # another was faster, and may have known less
        except UserError as error:
            raise StepFailed(f"load balancer {name}: {error.message}") from error
        return False
    if nested.status == "FAILED":
        raise StepFailed(f"load balancer {name}: {nested.status_reason}")
    return True


def _child(service: Service, context: StackContext, row: ResourceRow, leaving: Collection[str]) -> dict[str, Any]:
    """The nested stack as the resource describes it."""
    properties = open_properties(service.box, row)
    cls = _type_of(context, row)
    resource = cls(context.record(row, cls, properties))
    call = call_of(context, service.box, row, resource)
    call.peers = PeersPort(service, context, leaving)
    return resource.child(call, Props(properties))


def _type_of(context: StackContext, row: ResourceRow) -> type[NestedStack]:
    """The load balancer's type; raises StepFailed when it is none."""
    cls = context.cls(row.name) if context.has(row.name) else context.class_of_row(row)
    if servers_property(cls) is None or not issubclass(cls, NestedStack):
        raise StepFailed(f"LoadBalancerNames: {row.name} is a {row.type}, not a load balancer that follows a group")
    return cls
