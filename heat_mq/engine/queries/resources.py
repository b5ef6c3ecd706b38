"""Show and list resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import resources, stacks, summaries
from heat_mq.db.repo.summaries import ResourceSummary
from heat_mq.engine.find import check_own_resource, find_stack, identity_of, may_see
from heat_mq.engine.guest_metadata import metadata_of
from heat_mq.engine.queries.shapes import pending_map, required_by, resource_map
from heat_mq.errors import CloudError, NotFound, ResourceNotFound, nearest
from heat_mq.resources.kit.attributes import AttributeReader, attribute_names
from heat_mq.state.context import StackContext
from heat_mq.state.objects import call_of, resource_of
from heat_mq.template import reveal

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def list_stack_resources(
    service: Service,
    context: RequestContext,
    stack_identity: Mapping[str, Any],
    nested_depth: int = 0,
    with_detail: bool = False,
    filters: Mapping[str, Sequence[str]] | None = None,
) -> list[dict[str, Any]]:
    """Resources of the stack and of those nested in it, one statement for each level."""
    stack = find_stack(service, context, stack_identity, live=True)
    depth = min(nested_depth or 0, service.limits.nested_depth)
    level, found = [stack], list[dict[str, Any]]()
    for below in range(depth + 1):
        rows: dict[str, list[ResourceRow | ResourceSummary]] = {}
        for row in _rows(service, [each.id for each in level], with_detail):
            rows.setdefault(row.stack_id, []).append(row)
        children = service.database.read(stacks.get_children, [each.id for each in level])
        by_owner = {child.owner_resource_id: child for child in children}
        for each in level:
            found += _of_stack(service, each, rows.get(each.id, []), by_owner)
        level = children
        if not level or below == depth:
            break
    return [shown for shown in found if _passes(shown, filters or {})]


def describe_stack_resources(
    service: Service, context: RequestContext, stack_identity: Mapping[str, Any], resource_name: str | None = None
) -> list[dict[str, Any]]:
    if resource_name is not None:
        return [describe_stack_resource(service, context, stack_identity, resource_name)]
    return list_stack_resources(service, context, stack_identity)


def describe_stack_resource(
    service: Service,
    context: RequestContext,
    stack_identity: Mapping[str, Any],
    resource_name: str,
    with_attr: Sequence[str] | bool | None = None,
) -> dict[str, Any]:
    """One resource with what the service shows of it now; not that, when ``with_attr`` is False."""
    stack = find_stack(service, context, stack_identity, live=True)
    stack_context = service.definitions.of(stack)
    rows = service.database.read(resources.get_current_resources, [stack.id], [resource_name])
    check_own_resource(service, context, stack, resource_name, rows[0] if rows else None)
    needed_by = _required_by(stack_context).get(resource_name, [])
    if not rows:
        if not stack_context.has(resource_name):
            known = list(stack_context.wanted.bound.resources)
            raise ResourceNotFound(
                f"The Resource ({resource_name}) could not be found in Stack {stack.name}.",
                suggestion=nearest(resource_name, known),
            )
        shown = pending_map(stack, resource_name, stack_context.definition(resource_name).type, needed_by)
        return {**shown, "description": _description(stack_context, resource_name), "metadata": {}, "attributes": {}}
    row = rows[0]
    child = next(
        (item for item in service.database.read(stacks.get_children, [stack.id]) if item.owner_resource_id == row.id),
        None,
    )
    shown = resource_map(stack, row, needed_by, child)
    shown["description"] = _description(stack_context, row.name)
    shown["metadata"] = metadata_of(service, stack_context, row)
    if with_attr is not False:
        extra = with_attr if isinstance(with_attr, Sequence) else ()
        shown["attributes"] = _attributes(service, stack_context, row, extra)
    return shown


def find_physical_resource(service: Service, context: RequestContext, physical_resource_id: str) -> dict[str, str]:
    """The identity of the live resource whose object has this id."""
    for row in service.database.read(resources.find_physical, physical_resource_id):
        stack = service.database.read(stacks.get_stack, row.stack_id)
        if stack is not None and stack.is_live and may_see(context, stack):
            check_own_resource(service, context, stack, row.name, row)
            return identity_of(stack, f"/resources/{row.name}")
    raise NotFound(f"No resource has the physical id {physical_resource_id}.")


def _rows(
    service: Service, stack_ids: Sequence[str], with_detail: bool
) -> Sequence[ResourceRow] | Sequence[ResourceSummary]:
    if with_detail:
        return service.database.read(resources.get_current_resources, stack_ids)
    return service.database.read(summaries.list_resources, stack_ids)


def _of_stack(
    service: Service,
    stack: StackRow,
    rows: Sequence[ResourceRow | ResourceSummary],
    children: Mapping[str | None, StackRow],
) -> list[dict[str, Any]]:
    context = service.definitions.of(stack)
    needed = _required_by(context)
    found = []
    for row in rows:
        shown = resource_map(stack, row, needed.get(row.name, []), children.get(row.id))
        if isinstance(row, ResourceRow):
            shown["description"] = _description(context, row.name)
            shown["attributes"] = _attributes(service, context, row, ())
        found.append(shown)
    there = {row.name for row in rows}
    for name in context.wanted.bound.resources:
        if name not in there and stack.action != "DELETE":
            found.append(pending_map(stack, name, context.definition(name).type, needed.get(name, [])))
    return found


def _required_by(context: StackContext) -> dict[str, list[str]]:
    return required_by(context.wanted.dependencies)


def _description(context: StackContext, name: str) -> str:
    return context.definition(name).description if context.has(name) else ""


def _attributes(service: Service, context: StackContext, row: ResourceRow, extra: Sequence[str]) -> dict[str, Any]:
    """Every attribute, null where it cannot be read; the live object itself when the service shows one."""
    cls = context.class_of_row(row)
    if row.physical_id is None or row.action in ("INIT", "DELETE"):
        return dict.fromkeys(attribute_names(cls))
    resource = resource_of(context, service.box, row)
    reader = AttributeReader(resource, call_of(context, service.box, row, resource))
    try:
        live = reader.live if not cls.nested else {}
    except CloudError:
        live = {}
    names = list(extra) if live else [*attribute_names(cls), *extra]
    found: dict[str, Any] = dict(live)
    for name in names:
        try:
            found[name] = reveal(reader.value(name, []))
        except Exception:
            found[name] = None
    return found


def _passes(shown: Mapping[str, Any], filters: Mapping[str, Sequence[str]]) -> bool:
    """All filters hold; ``type`` is a part of the name, ``status`` may come with the action."""
    for key, values in filters.items():
        match key:
            case "type":
                ok = any(value in shown["resource_type"] for value in values)
            case "status":
                both = f"{shown['resource_action']}_{shown['resource_status']}"
                ok = any(value in (shown["resource_status"], both) for value in values)
            case "action":
                ok = shown["resource_action"] in values
            case "name":
                ok = shown["resource_name"] in values
            case _:
                ok = (shown["physical_resource_id"] or "") in values
        if not ok:
            return False
    return True
