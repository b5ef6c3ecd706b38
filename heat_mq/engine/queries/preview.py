"""Preview: what a create would make, and what an update would change. Nothing is stored."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.db.records import StackRow
from heat_mq.engine.commands.create import check_name, validate
from heat_mq.engine.find import identity_of
from heat_mq.engine.queries.foretold import AFTER_APPLY, new_map
from heat_mq.engine.queries.shapes import required_by
from heat_mq.engine.queries.validate import children_of
from heat_mq.engine.request import read_source
from heat_mq.engine.rows import new_stack
from heat_mq.planner.definition import StackDefinition
from heat_mq.resources.kit.convert import convert
from heat_mq.resources.kit.sensitive import marked
from heat_mq.template import UNKNOWN, mask
from heat_mq.template.describe import NO_DESCRIPTION
from heat_mq.template.values import PseudoParameters

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

#: What clients of Heat know as the id of a stack that was not made.
NO_ID = "None"


def preview_stack(
    service: Service,
    context: RequestContext,
    stack_name: str,
    template: str | Mapping[str, Any],
    params: Mapping[str, Any] | None,
    files: Mapping[str, str] | None,
    args: Mapping[str, Any],
    environment_files: Sequence[str] | None = None,
    files_container: str | None = None,
) -> dict[str, Any]:
    """The stack that a create would make."""
    check_name(stack_name)
    source = read_source(service, context, template, params, files, environment_files, files_container)
    pseudo = PseudoParameters(stack_name=stack_name, stack_id=NO_ID, project_id=context.project_id or "")
    wanted = service.definitions.define(source, pseudo)
    validate(service, context, wanted)
    stack = new_stack(
        service,
        source,
        id=NO_ID,
        name=stack_name,
        project_id=context.project_id or "",
        username=context.user_name,
        user_id=context.user_id,
        description=wanted.template.description,
        disable_rollback=args.get("disable_rollback", True),
        timeout_mins=args.get("timeout_mins"),
        credential_id=None,
    )
    return {
        "stack_identity": identity_of(stack),
        "stack_name": stack_name,
        "description": wanted.template.description or NO_DESCRIPTION,
        "template_description": wanted.template.description or NO_DESCRIPTION,
        "parameters": wanted.bound.parameters.display(),
        "resources": _previewed(service, stack, wanted),
        "capabilities": [],
        "notification_topics": [],
        "creation_time": None,
        "updated_time": None,
        "deletion_time": None,
        "disable_rollback": stack.disable_rollback,
        "timeout_mins": stack.timeout_mins,
        "stack_owner": stack.username,
        "parent": None,
        "stack_user_project_id": None,
        "tags": list(args.get("tags") or ()) or None,
    }


def _previewed(service: Service, stack: StackRow, wanted: StackDefinition) -> list[Any]:
    """A map for each resource, a list of them for each nested stack."""
    needed = required_by(wanted.dependencies)
    nested = dict(children_of(service, wanted))
    found: list[Any] = []
    for name in wanted.bound.resources:
        if name in nested:
            child = dataclasses.replace(stack, name=f"{stack.name}-{name}", owner_resource_name=name)
            found.append(_previewed(service, child, nested[name]))
            continue
        shown = new_map(stack, wanted, name, needed.get(name, []))
        found.append({**shown, "properties": _properties(wanted, name)})
    return found


def _properties(wanted: StackDefinition, name: str) -> Any:
    """All properties as they may be shown: those given, and the others by their defaults."""
    given = wanted.known_properties(name)
    if given is UNKNOWN:
        return AFTER_APPLY
    schema = wanted.implementation(name).cls.Properties
    typed = convert(schema, given, lambda problem: None)
    return mask(marked(schema, {**typed, **given}), unknown=AFTER_APPLY)
