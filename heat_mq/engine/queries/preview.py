"""Preview: what a create would make, and what an update would change. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from heat_mq.context import RequestContext
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import resources
from heat_mq.engine.commands.create import check_name, validate
from heat_mq.engine.commands.update import new_definition, stored_resource
from heat_mq.engine.find import find_stack, identity_of
from heat_mq.engine.queries.live import Live, before, read_live
from heat_mq.engine.queries.shapes import pending_map, required_by, resource_map
from heat_mq.engine.queries.validate import children_of
from heat_mq.engine.request import read_source
from heat_mq.engine.rows import new_stack
from heat_mq.errors import CloudGone
from heat_mq.planner.build import build_plan
from heat_mq.planner.definition import StackDefinition
from heat_mq.planner.diff import Change, compare, refusal
from heat_mq.resources.kit.convert import convert
from heat_mq.resources.kit.translate import translate
from heat_mq.state.context import StackContext
from heat_mq.state.values import RowValues
from heat_mq.template import UNKNOWN, evaluate, mask
from heat_mq.template.values import PseudoParameters

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

AFTER_APPLY = "known after apply"


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
    source = read_source(service, template, params, files, environment_files, files_container)
    pseudo = PseudoParameters(stack_name=stack_name, project_id=context.project_id or "")
    wanted = service.definitions.define(source, pseudo)
    validate(service, context, wanted)
    stack = new_stack(
        service,
        source,
        id="None",
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
        "description": wanted.template.description,
        "template_description": wanted.template.description,
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
            found.append(_previewed(service, stack, nested[name]))
            continue
        shown = pending_map(stack, name, wanted.definition(name).type, needed.get(name, []))
        shown["description"] = wanted.definition(name).description
        shown["properties"] = mask(wanted.known_properties(name) or {}, unknown=AFTER_APPLY)
        shown["metadata"] = {}
        shown["attributes"] = {}
        found.append(shown)
    return found


def preview_update_stack(
    service: Service,
    context: RequestContext,
    stack_identity: Mapping[str, Any],
    template: str | Mapping[str, Any] | None,
    params: Mapping[str, Any] | None,
    files: Mapping[str, str] | None,
    args: Mapping[str, Any],
    environment_files: Sequence[str] | None = None,
    files_container: str | None = None,
) -> dict[str, Any]:
    """Resources by what the update would do with them; ``refusal`` says why one of them would make it fail."""
    stack = find_stack(service, context, stack_identity, live=True)
    _, wanted = new_definition(service, stack, template, params, files, args, environment_files, files_container)
    validate(service, context, wanted)
    rows = {row.name: row for row in service.database.read(resources.get_current_resources, [stack.id])}
    observe = service.observe_on_update or bool(args.get("converge"))
    changes = _changes(service, stack, wanted, rows, observe=observe)
    needed = required_by(wanted.dependencies)
    answer: dict[str, list[dict[str, Any]]] = {change.value: [] for change in Change}
    for name, (change, refused) in changes.items():
        if name in rows:
            shown = resource_map(stack, rows[name], needed.get(name, []))
        else:
            shown = pending_map(stack, name, wanted.definition(name).type, needed.get(name, []))
        answer[change.value].append({**shown, "refusal": refused} if refused else shown)
    return answer


class Fate(NamedTuple):
    """What happens to a resource, and why it would not."""

    change: Change
    refusal: str = ""


def _changes(
    service: Service, stack: StackRow, wanted: StackDefinition, rows: Mapping[str, ResourceRow], *, observe: bool
) -> dict[str, Fate]:
    """The fate of each resource, those it needs first: what will be replaced is not known to those that use it."""
    plan = build_plan(wanted.wanted(observe=observe), [stored_resource(row) for row in rows.values()])
    context = StackContext(stack, wanted, service.ports)
    live = read_live(service, context, rows.values()) if observe else Live()
    settled = dict(rows)
    changes = dict.fromkeys(plan.kept, Fate(Change.UNCHANGED))
    for node in plan.nodes:
        name = node.operation.name
        if name in changes or name not in wanted.bound.resources:
            continue
        row = rows.get(name)
        if row is None:
            changes[name] = Fate(Change.ADDED)
            continue
        changes[name] = fate = _fate(service, context, row, settled, live)
        if fate.change in (Change.REPLACED, Change.UPDATED):
            settled.pop(name)
    for name in rows:
        changes.setdefault(name, Fate(Change.DELETED))
    return changes


def _fate(
    service: Service, context: StackContext, row: ResourceRow, settled: Mapping[str, ResourceRow], live: Live
) -> Fate:
    implementation = context.wanted.implementation(row.name)
    cls = implementation.cls
    restricted = context.wanted.environment.resource_registry.restricted_actions(row.name)
    if implementation.name != row.implementation:
        return Fate(Change.REPLACED, refusal(cls, Change.REPLACED, {}, {}, restricted))
    values = RowValues(context, settled, service.box, on_error=lambda *_: UNKNOWN)
    raw = evaluate(context.definition(row.name).properties, values) or {}
    typed = convert(cls.Properties, raw, lambda problem: None)
    new = translate(cls.Properties, typed, context.ports.finder(context))
    stored = service.box.open(row.properties) if row.properties else {}
    try:
        old = before(service, context, row, stored, new, live)
    except CloudGone:
        return Fate(Change.REPLACED, refusal(cls, Change.REPLACED, {}, {}, restricted))
    change = compare(
        cls,
        old,
        new,
        same_definition=row.fingerprint == context.fingerprint(row.name) and not (cls.nested or cls.passes_on),
        healthy=row.status != "FAILED" or cls.nested,
    )
    return Fate(change, refusal(cls, change, old, new, restricted))
