"""Create a stack: validate, plan, store; workers do the rest."""

from __future__ import annotations

import dataclasses
import functools
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from oslo_db import exception as db_errors
from sqlalchemy import Connection

from heat_mq.clients.credentials import TokenCredential
from heat_mq.context import RequestContext
from heat_mq.db.repo import blobs, events, resources, stacks, traversals
from heat_mq.db.session import is_repeated
from heat_mq.engine.adoption import adopted_rows, check_dump, environment_of
from heat_mq.engine.credentials import hold, with_credential
from heat_mq.engine.definitions import Source
from heat_mq.engine.find import identity_of
from heat_mq.engine.lazy_cloud import LazyCloud
from heat_mq.engine.remote import fetch_missing
from heat_mq.engine.request import read_source
from heat_mq.engine.rows import new_stack
from heat_mq.engine.validate import Validation
from heat_mq.errors import LimitExceeded, NotSupported, StackExists, UserError
from heat_mq.graph.plan import Plan
from heat_mq.planner.build import build_plan
from heat_mq.planner.definition import StackDefinition
from heat_mq.template.values import PseudoParameters
from heat_mq.traversal.finish import finish_traversal, stack_event
from heat_mq.traversal.notify import tell_of_stacks
from heat_mq.traversal.start import store_plan

if TYPE_CHECKING:
    from heat_mq.db.records import ResourceRow, StackRow
    from heat_mq.engine.service import Service

NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_.-]{0,254}")


def create_stack(
    service: Service,
    context: RequestContext,
    stack_name: str,
    template: str | Mapping[str, Any],
    params: Mapping[str, Any] | None,
    files: Mapping[str, str] | None,
    args: Mapping[str, Any],
    environment_files: Sequence[str] | None = None,
    files_container: str | None = None,
) -> dict[str, str]:
    """The identity of the new stack. Nothing is stored when anything is wrong.

    With ``args["adopt_stack_data"]``, the dump of another stack, it is made of the objects that the dump names.
    """
    check_name(stack_name)
    dump = args.get("adopt_stack_data")
    if dump is not None:
        if not service.may_adopt:
            raise NotSupported("Stack Adopt is not supported here: enable_stack_adopt is off.")
        check_dump(dump)
        template, files = dump["template"], {**(dump.get("files") or {}), **(files or {})}
    project_id = context.project_id or ""
    _check_room(service, project_id, stack_name)
    source = read_source(service, context, template, params, files, environment_files, files_container)
    if dump is not None:
        source = dataclasses.replace(source, environment=environment_of(service, dump).merge(source.environment))
        source = dataclasses.replace(source, files={**source.files, **fetch_missing(service, source)})
    stack_id = str(uuid.uuid4())
    pseudo = PseudoParameters(stack_name=stack_name, stack_id=stack_id, project_id=project_id)
    wanted = service.definitions.define(source, pseudo)
    validate(service, context, wanted)
    plan = build_plan(wanted.wanted(), ())
    adopted = adopted_rows(service, stack_id, wanted, dump.get("resources") or {}) if dump is not None else []
    action = "CREATE" if dump is None else "ADOPT"
    tags = list(args.get("tags") or ())

    def store(credential_id: str | None) -> StackRow:
        stack = new_stack(
            service,
            source,
            id=stack_id,
            name=stack_name,
            project_id=project_id,
            username=context.user_name,
            user_id=context.user_id,
            description=wanted.template.description,
            disable_rollback=args.get("disable_rollback", True),
            timeout_mins=args.get("timeout_mins"),
            credential_id=credential_id,
            action=action,
            status_reason=f"Stack {action} started",
        )
        service.database.write(store_stack, service, stack, source, plan, tags, adopted)
        return stack

    try:
        stack = with_credential(service, context, store) if needs_credential(wanted) else store(None)
    except db_errors.DBDuplicateEntry:
        raise StackExists(f"The Stack ({stack_name}) already exists.") from None
    service.bell(len(plan.nodes))
    return identity_of(stack)


def store_stack(
    connection: Connection,
    service: Service,
    stack: StackRow,
    source: Source,
    plan: Plan,
    tags: Sequence[str],
    adopted: Sequence[ResourceRow] = (),
) -> None:
    """ONE transaction: content, stack, resources to adopt, traversal, nodes, event."""
    if is_repeated(connection) and stacks.get_stack(connection, stack.id) is not None:
        return
    now = service.now()
    if stack.owner_id is None:
        hold(connection, stack.credential_id)
    blobs.put_blobs(connection, source.bodies())
    stacks.insert_stack(connection, {name: getattr(stack, name) for name in stack.__slots__}, tags)
    if adopted:
        resources.write_resources(connection, adopted)
    begun = stack_event(stack, stack.action, "IN_PROGRESS", stack.status_reason, now)
    events.insert_events(connection, [begun])
    tell_of_stacks(connection, [(stack, begun)], now)
    store_plan(
        connection,
        traversal_id=stack.traversal_id,
        stack_id=stack.id,
        action=stack.action,
        plan=plan,
        timeout_seconds=action_seconds(service, stack.timeout_mins),
        rollback=not stack.disable_rollback,
        now=now,
    )
    if not plan.nodes:
        finish_traversal(connection, traversals.get_traversal(connection, stack.traversal_id), now)
    service.ports.confirm(connection)


def validate(service: Service, context: RequestContext, wanted: StackDefinition) -> None:
    """Check everything that can be checked now, with the caller's own rights."""
    cloud = LazyCloud(lambda: service.clouds.cloud(TokenCredential.of(context), context.region_name), lambda: None)
    Validation(service, cloud, may_use=functools.partial(service.enforcer.may_use_type, context)).check(wanted)


def needs_credential(wanted: StackDefinition) -> bool:
    """Whether any resource works with a cloud, or may later, or the stack tells its events to one."""
    if wanted.environment.event_sinks:
        return True
    classes = (wanted.implementation(name).cls for name in wanted.bound.resources)
    return any(cls.service or cls.deferred_auth or cls.nested for cls in classes)


def action_seconds(service: Service, timeout_mins: int | None) -> float:
    return service.limits.of_action(timeout_mins)


def check_name(name: str) -> None:
    """Raise UserError unless it is a letter followed by letters, digits, underscore, dot or hyphen, 255 at most."""
    if not NAME.fullmatch(name or ""):
        raise UserError(
            f"Invalid stack name {name!r:.280}: a letter followed by letters, digits, '_', '.' or '-', 255 at most",
            kind="StackValidationFailed",
        )


def _check_room(service: Service, project_id: str, name: str) -> None:
    if service.database.read(stacks.find_live, project_id, name) is not None:
        raise StackExists(f"The Stack ({name}) already exists.")
    limit = service.limits.stacks
    if 0 <= limit <= service.database.read(stacks.count_live, project_id):
        raise LimitExceeded(f"You have reached the maximum stacks per project, {limit}. Delete some first.")
