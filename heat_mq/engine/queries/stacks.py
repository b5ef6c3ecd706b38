"""Show and list stacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import StackRow
from heat_mq.db.repo import stack_list, stacks, summaries
from heat_mq.db.repo.stack_list import StackQuery
from heat_mq.engine.find import find_by_name, identity_of, visible
from heat_mq.engine.queries.outputs import stack_outputs
from heat_mq.engine.queries.shapes import stack_map

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def identify_stack(service: Service, context: RequestContext, stack_name: str) -> dict[str, str]:
    return identity_of(find_by_name(service, context, stack_name))


def show_stack(
    service: Service, context: RequestContext, stack_identity: Mapping[str, Any] | None, resolve_outputs: bool = True
) -> dict[str, Any] | list[dict[str, Any]]:
    """The stack, or without an identity every live stack of the caller's project."""
    if stack_identity is None:
        found = service.database.read(_all, query_of(service, context))
        return [_shown(service, stack, tags, resolve_outputs) for stack, tags in found]
    stack, tags = service.database.read(_one, str(stack_identity["stack_id"]))
    return _shown(service, visible(context, stack_identity, stack), tags, resolve_outputs)


def _one(connection: Connection, stack_id: str) -> tuple[StackRow | None, list[str]]:
    return stacks.get_stack(connection, stack_id), stacks.get_tags(connection, [stack_id]).get(stack_id, [])


def _all(connection: Connection, wanted: StackQuery) -> list[tuple[StackRow, list[str]]]:
    found = stack_list.list_stacks(connection, wanted)
    tags = stacks.get_tags(connection, [stack.id for stack in found])
    return [(stack, tags.get(stack.id, [])) for stack in found]


def _shown(service: Service, stack: StackRow, tags: list[str], resolve_outputs: bool) -> dict[str, Any]:
    shown = stack_map(stack, tags)
    wanted = service.definitions.stored(stack)
    shown["parameters"] = wanted.bound.parameters.display()
    if resolve_outputs and stack.is_live:
        shown["outputs"] = stack_outputs(service, stack)
    return shown


def query_of(
    service: Service,
    context: RequestContext,
    *,
    filters: Mapping[str, Sequence[Any]] | None = None,
    tenant_safe: bool = True,
    show_deleted: bool = False,
    show_nested: bool = False,
    show_hidden: bool = False,
    tags: Sequence[str] | None = None,
    tags_any: Sequence[str] | None = None,
    not_tags: Sequence[str] | None = None,
    not_tags_any: Sequence[str] | None = None,
    **page: Any,
) -> StackQuery:
    """The arguments of a list as the database takes them."""
    return StackQuery(
        project_id=context.project_id if tenant_safe else None,
        filters=filters or {},
        show_deleted=show_deleted,
        show_nested=show_nested,
        tags=tags or (),
        tags_any=tags_any or (),
        not_tags=not_tags or (),
        not_tags_any=[*(not_tags_any or ()), *(() if show_hidden else service.hidden_tags)],
        **page,
    )


def list_stacks(service: Service, wanted: StackQuery) -> list[dict[str, Any]]:
    return [stack_map(stack, tags) for stack, tags in service.database.read(summaries.list_stacks, wanted)]


def count_stacks(service: Service, wanted: StackQuery) -> int:
    return service.database.read(stack_list.count_stacks, wanted)
