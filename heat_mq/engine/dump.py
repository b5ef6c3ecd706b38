"""A stack as a map that another one can be made of: what abandon and export answer, and what a snapshot shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heat_mq.db.records import ResourceCopyRow, ResourceRow, SnapshotRow, StackRow
from heat_mq.db.repo import resources, stacks
from heat_mq.engine.definitions import Source
from heat_mq.engine.signals import OWN
from heat_mq.state.sealed import open_data
from heat_mq.template import MASK

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def dump_stack(service: Service, stack: StackRow) -> dict[str, Any]:
    """The stack with its nested stacks, and with the values of hidden parameters: whoever has it can adopt it.

    Users that stacks have of their own are left out, with their passwords: a stack that adopts makes its own.
    """
    tree = {item.id: item for item in service.database.read(stacks.get_tree, stack.root_id) if item.is_live}
    rows = service.database.read(resources.get_current_resources, list(tree))
    children = {item.owner_resource_id: item for item in tree.values() if item.owner_resource_id is not None}
    by_stack: dict[str, list[ResourceRow]] = {}
    for row in rows:
        by_stack.setdefault(row.stack_id, []).append(row)

    def shown(item: StackRow) -> dict[str, Any]:
        found = {}
        for row in sorted(by_stack.get(item.id, ()), key=lambda row: row.name):
            found[row.name] = _resource(row, open_data(service.box, row))
            if row.id in children:
                found[row.name]["resources"] = shown(children[row.id])
        return found

    tags = service.database.read(stacks.get_tags, [stack.id]).get(stack.id, [])
    return {
        **_head(stack, service.definitions.source(stack), service, tags, hide=False),
        "action": stack.action,
        "status": stack.status,
        "resources": shown(stack) | _missing(service, stack, {row.name for row in by_stack.get(stack.id, ())}),
    }


def dump_snapshot(
    service: Service, stack: StackRow, row: SnapshotRow, source: Source, copies: Sequence[ResourceCopyRow]
) -> dict[str, Any]:
    """The stack as it was; hidden parameters are masked, as it is restored from what is stored."""
    by_parent: dict[str | None, list[ResourceCopyRow]] = {}
    for copy in copies:
        by_parent.setdefault(copy.parent_id, []).append(copy)

    def shown(parent: str | None) -> dict[str, Any]:
        found = {}
        for copy in by_parent.get(parent, ()):
            kept = service.box.open(copy.data) if copy.data else {}
            found[copy.name] = _resource(copy, {**kept.get("resource", {}), **kept.get("copy", {})})
            if copy.id in by_parent:
                found[copy.name]["resources"] = shown(copy.id)
        return found

    return {
        **_head(stack, source, service, row.tags, hide=True),
        "action": row.stack_action,
        "status": row.stack_status,
        "resources": shown(None),
    }


def _head(stack: StackRow, source: Source, service: Service, tags: Iterable[str], *, hide: bool) -> dict[str, Any]:
    template = service.definitions.template(source)
    hidden = {name for name, schema in template.parameters.items() if schema.hidden} if hide else set()
    environment = source.environment.as_dict(hidden=hidden)
    environment["parameters"].update({name: MASK if name in hidden else v for name, v in source.parameters.items()})
    if not environment["encrypted_param_names"]:
        del environment["encrypted_param_names"]
    return {
        "id": stack.id,
        "name": stack.name,
        "project_id": stack.project_id,
        "stack_user_project_id": stack.stack_user_project_id,
        "tags": list(tags),
        "environment": environment,
        "files": dict(source.files),
        "template": dict(template.raw),
    }


def _resource(row: ResourceRow | ResourceCopyRow, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row.name,
        "resource_id": row.physical_id,
        "type": row.type,
        "action": row.action,
        "status": row.status,
        "metadata": row.metadata or {},
        "resource_data": {key: value for key, value in data.items() if key not in OWN},
    }


def _missing(service: Service, stack: StackRow, there: set[str]) -> dict[str, Any]:
    """What the template has and nobody has made."""
    bound = service.definitions.stored(stack).bound
    return {
        name: {
            "name": name,
            "resource_id": None,
            "type": definition.type,
            "action": "INIT",
            "status": "COMPLETE",
            "metadata": {},
            "resource_data": {},
        }
        for name, definition in bound.resources.items()
        if name not in there
    }
