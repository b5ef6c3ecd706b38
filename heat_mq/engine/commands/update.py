"""Update a stack: the new definition against what is there. A running action is superseded."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import ResourceRow, SnapshotRow, StackRow
from heat_mq.db.repo import blobs, resources, snapshots, stacks
from heat_mq.engine.bring_back import bring_back
from heat_mq.engine.commands.create import action_seconds, needs_credential, validate
from heat_mq.engine.credentials import hold, with_credential
from heat_mq.engine.definitions import Source, pseudo_of
from heat_mq.engine.find import find_stack, identity_of
from heat_mq.engine.merge import patched_source, without_unknown
from heat_mq.engine.request import read_source
from heat_mq.engine.rights import stored_rights
from heat_mq.engine.validate import Validation
from heat_mq.errors import BadRequest, Conflict, NotFound, NotSupported
from heat_mq.graph.plan import Plan
from heat_mq.planner.build import build_plan
from heat_mq.planner.definition import StackDefinition
from heat_mq.planner.restored import SAVED
from heat_mq.planner.stored import StoredResource, Wanted
from heat_mq.resources.kit.registry import load
from heat_mq.traversal.finish import stack_event
from heat_mq.traversal.records import SETTLING
from heat_mq.traversal.start import start_traversal

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def update_stack(
    service: Service,
    context: RequestContext,
    stack_identity: Mapping[str, Any],
    template: str | Mapping[str, Any] | None,
    params: Mapping[str, Any] | None,
    files: Mapping[str, str] | None,
    args: Mapping[str, Any],
    environment_files: Sequence[str] | None = None,
    files_container: str | None = None,
) -> dict[str, str]:
    """The stack's identity. Nothing is stored when anything is wrong."""
    stack = find_stack(service, context, stack_identity, live=True)
    check_updatable(stack)
    source, wanted = new_definition(
        service, context, stack, template, params, files, args, environment_files, files_container
    )
    validate(service, context, wanted)
    values: dict[str, Any] = {
        "disable_rollback": args.get("disable_rollback", stack.disable_rollback),
        "timeout_mins": args.get("timeout_mins", stack.timeout_mins),
        "observes": bool(args.get("converge")),
    }
    tags = None if args.get("existing") and args.get("tags") is None else list(args.get("tags") or ())

    def start(**more: str) -> bool:
        changed = {**values, **more}
        return service.database.write(start_update, service, stack, source, wanted, changed, "UPDATE", tags=tags)

    if needs_credential(wanted) and stack.owner_id is None:
        started = with_credential(service, context, lambda credential_id: start(credential_id=credential_id))
    else:
        started = start()
    if not started:
        raise Conflict(f"Stack {stack.name} was changed by another request at the same time; try again.")
    service.bell(1)
    return identity_of(stack)


def new_definition(
    service: Service,
    context: RequestContext,
    stack: StackRow,
    template: str | Mapping[str, Any] | None,
    params: Mapping[str, Any] | None,
    files: Mapping[str, str] | None,
    args: Mapping[str, Any],
    environment_files: Sequence[str] | None,
    files_container: str | None,
) -> tuple[Source, StackDefinition]:
    """What the stack is to be; with ``args["existing"]`` the request is merged into what is stored."""
    existing = bool(args.get("existing"))
    stored = service.definitions.source(stack)
    restored: Mapping[str, Any] = {}
    if template is None:
        if not existing:
            raise BadRequest("No template specified.")
        template, restored = stored.template, stored.restored
    known = stored.files if existing else {}
    source = read_source(service, context, template, params, files, environment_files, files_container, known)
    if existing:
        source = patched_source(stored, source, args.get("clear_parameters") or ())
        source = dataclasses.replace(source, restored=restored)
    previous = service.definitions.stored(stack).bound.parameters
    wanted = service.definitions.define(source, pseudo_of(stack), previous=previous, drop_unknown=existing)
    return (without_unknown(source, wanted.template.parameters) if existing else source), wanted


def check_updatable(stack: StackRow) -> None:
    if stack.action in ("SUSPEND", "DELETE"):
        raise NotSupported(f"Updating a stack when it is in {stack.action} is not supported.")
    if (stack.action, stack.status) == ("ADOPT", "IN_PROGRESS"):
        # What the objects are like is told by the template that adopts them, not by one that changes them.
        raise Conflict(f"Stack {stack.name} is still adopting its resources.")


def start_update(
    connection: Connection,
    service: Service,
    stack: StackRow,
    source: Source,
    wanted: StackDefinition,
    values: Mapping[str, Any],
    action: str,
    *,
    tags: Sequence[str] | None = None,
    rollback: bool | None = None,
    needs: str | None = None,
    tells: bool = False,
) -> bool:
    """ONE transaction: content, the stack's new definition, traversal, nodes, event; False when another request won.

    ``needs`` is the snapshot that a restore comes from; raises NotSupported when it is whole no longer. ``tells``: load
    balancers are told of the members at the end.
    """
    now = service.now()
    hold(connection, values.get("credential_id"))
    blobs.put_blobs(connection, source.bodies())

    # Each update says anew whether it looks at what is there; nothing of it is left for the next one.
    observes = service.observe_on_update or bool(values.get("observes"))

    def planner(rows: Sequence[ResourceRow]) -> Plan:
        if needs is not None:
            _refuse_half(snapshots.lock_snapshot(connection, needs))
        if action == "ROLLBACK" and stack.action == "ADOPT":
            nested = [name for name, cls in load().items() if cls.nested]
            resources.retain_tree(connection, stack.id, ["", *nested])
        if action == "ROLLBACK":
            rows = bring_back(connection, rows, wanted)
        if tags is not None:
            stacks.set_tags(connection, stack.id, tags)
        settled = stack.status == "COMPLETE" and stack.action in SETTLING
        stored = [stored_resource(row) for row in rows]
        looked_at = _looked_at(wanted.wanted(observe=observes), source, action)
        return build_plan(looked_at, stored, settled=settled, tells=tells)

    reason = f"Stack {action} started"
    disable_rollback = values.get("disable_rollback", stack.disable_rollback)
    started = start_traversal(
        connection,
        stack=stack,
        action=action,
        planner=planner,
        stack_values={
            **values,
            **source.columns(service),
            "description": wanted.template.description,
            "action": action,
            "status": "IN_PROGRESS",
            "status_reason": reason,
            "updated_at": now,
            "observes": observes,
        },
        stack_event=stack_event(stack, action, "IN_PROGRESS", reason, now),
        timeout_seconds=action_seconds(service, values.get("timeout_mins", stack.timeout_mins)),
        rollback=not disable_rollback if rollback is None else rollback,
        now=now,
    )
    service.ports.confirm(connection)
    return started is not None


def _refuse_half(row: SnapshotRow | None) -> None:
    if row is None or not row.is_whole:
        raise NotSupported("The snapshot is being deleted, or is gone.")


def _looked_at(wanted: list[Wanted], source: Source, action: str) -> list[Wanted]:
    """In a restore what was saved is brought back though its definition may be the same."""
    if action != "RESTORE":
        return wanted
    saved = source.restored.get(SAVED, {})
    return [dataclasses.replace(item, always=True) if item.name in saved else item for item in wanted]


def stored_resource(row: ResourceRow) -> StoredResource:
    return StoredResource(
        id=row.id,
        name=row.name,
        type=row.type,
        action=row.action,
        status=row.status,
        physical_id=row.physical_id,
        requires=tuple(row.requires or ()),
        fingerprint=row.fingerprint,
        replaced=row.replaced_by is not None,
    )


def update_child(
    service: Service,
    stack: StackRow | None,
    source: Source,
    timeout_mins: int | None = None,
    *,
    observes: bool = False,
    action: str = "UPDATE",
) -> None:
    """Update a nested stack by its owner; one that is as wanted already is left alone, unless it shall look.

    Raises Forbidden as :func:`create_child` does.
    """
    if stack is None or not stack.is_live:
        raise NotFound("The nested stack is gone.")
    if not observes and _is_same(service, stack, source) and not _has_failed(service, stack):
        return
    wanted = service.definitions.define(source, pseudo_of(stack), drop_unknown=True)
    Validation(service, None, may_use=stored_rights(service, stack)).check(wanted, stack.nested_depth)
    values: dict[str, Any] = {"observes": observes}
    if timeout_mins is not None:
        values["timeout_mins"] = timeout_mins
    if not service.database.write(start_update, service, stack, source, wanted, values, action, rollback=False):
        raise Conflict(f"Nested stack {stack.name} was changed by another request at the same time.")
    service.bell(1)


def _has_failed(service: Service, stack: StackRow) -> bool:
    """Whether a resource at this depth of the tree or below was marked as unhealthy, or has failed else."""
    return service.database.read(resources.any_failed, stack.root_id, stack.nested_depth)


def _is_same(service: Service, stack: StackRow, source: Source) -> bool:
    return stack.status == "COMPLETE" and stack.action in SETTLING and has_source(service, stack, source)


def has_source(service: Service, stack: StackRow, source: Source) -> bool:
    """Whether this defines the stack already, whatever has come of it."""
    new = {**source.columns(service)}
    same = all(getattr(stack, name) == new[name] for name in ("template_digest", "environment_digest", "files_digest"))
    return same and service.box.open(stack.parameters) == source.sealed_part()
