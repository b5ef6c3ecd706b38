"""What an update would do with each resource. Nothing is stored."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from heat_mq.context import RequestContext
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import resources, stacks
from heat_mq.engine.commands.create import validate
from heat_mq.engine.commands.update import new_definition, stored_resource
from heat_mq.engine.definitions import pseudo_of
from heat_mq.engine.find import find_stack
from heat_mq.engine.queries.foretold import new_map, present_map, successor_part
from heat_mq.engine.queries.live import Live, before, read_live
from heat_mq.engine.queries.shapes import required_by
from heat_mq.engine.queries.validate import children_of
from heat_mq.engine.remote import text_at
from heat_mq.errors import CloudGone, UserError
from heat_mq.planner.build import build_plan
from heat_mq.planner.check import child_of, with_text
from heat_mq.planner.definition import StackDefinition
from heat_mq.planner.diff import Change, compare, refusal
from heat_mq.resources.implementation import TemplateResource
from heat_mq.resources.kit.convert import convert
from heat_mq.resources.kit.translate import translate
from heat_mq.state.context import StackContext
from heat_mq.state.sealed import is_marked, open_properties
from heat_mq.state.values import RowValues
from heat_mq.template import UNKNOWN, evaluate, is_known

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


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
    """Resources by what the update would do with them; ``refusal`` says why one of them would make it fail.

    With ``args["show_nested"]`` those of nested stacks too, each beside those of the stack itself.
    """
    stack = find_stack(service, context, stack_identity, live=True)
    _, wanted = new_definition(
        service, context, stack, template, params, files, args, environment_files, files_container
    )
    validate(service, context, wanted)
    observe = service.observe_on_update or bool(args.get("converge"))
    answer: dict[str, list[dict[str, Any]]] = {change.value: [] for change in Change}
    family = _Family(service, stack) if args.get("show_nested") else None
    for change, shown in _told(service, stack, wanted, observe=observe, family=family):
        answer[change.value].append(shown)
    return answer


class _Family:
    """The stacks of a tree by the resources that made them, and the resources of each."""

    def __init__(self, service: Service, stack: StackRow) -> None:
        tree = [each for each in service.database.read(stacks.get_tree, stack.root_id) if each.deleted_at is None]
        self._children = {(each.owner_id, each.owner_resource_name): each for each in tree}
        self._rows: dict[str, dict[str, ResourceRow]] = {each.id: {} for each in tree}
        for row in service.database.read(resources.get_current_resources, list(self._rows)):
            self._rows[row.stack_id][row.name] = row

    def child(self, stack: StackRow, name: str) -> StackRow | None:
        return self._children.get((stack.id, name))

    def rows(self, stack: StackRow) -> dict[str, ResourceRow]:
        return self._rows[stack.id]


def _told(
    service: Service, stack: StackRow, wanted: StackDefinition, *, observe: bool, family: _Family | None
) -> Iterator[tuple[Change, dict[str, Any]]]:
    """Each resource of a stack that is there with its change; with a family those of its nested stacks follow."""
    if family is not None:
        rows = family.rows(stack)
    else:
        rows = {row.name: row for row in service.database.read(resources.get_current_resources, [stack.id])}
    changes, settled = _changes(service, stack, wanted, rows, observe=observe)
    needed = required_by(wanted.dependencies)
    for name, (change, refused) in changes.items():
        if name not in rows:
            shown = new_map(stack, wanted, name, needed.get(name, []))
        else:
            shown = _present(service, stack, rows[name], needed.get(name, []))
            if change is Change.REPLACED:
                shown |= successor_part(wanted, name)
            elif change is Change.UNCHANGED:
                shown["description"] = wanted.definition(name).description
        yield change, {**shown, "refusal": refused} if refused else shown
    if family is None:
        return
    made = dict(children_of(service, wanted))
    for name, (change, _) in changes.items():
        child = family.child(stack, name)
        if child is not None and change in (Change.UNCHANGED, Change.UPDATED):
            nested = _nested(service, stack, child, wanted, name, settled)
            if nested is not None:
                yield from _told(service, child, nested, observe=observe, family=family)
            continue
        if child is not None:
            yield from _all_deleted(service, child, family)
        if name in made and change is not Change.DELETED:
            yield from _all_added(service, stack, name, made[name])


def _nested(
    service: Service,
    stack: StackRow,
    child: StackRow,
    wanted: StackDefinition,
    name: str,
    settled: Mapping[str, ResourceRow],
) -> StackDefinition | None:
    """What a nested stack that is there is to be; None when too little is known of it before the update."""
    implementation = wanted.implementation(name)
    values = RowValues(StackContext(stack, wanted, service.ports), settled, service.box, on_error=lambda *_: UNKNOWN)
    raw = evaluate(wanted.definition(name).properties, values) or {}
    if raw is UNKNOWN:
        return None
    typed = convert(implementation.cls.Properties, raw, lambda problem: None)
    if 0 <= service.limits.resources < implementation.cls.child_size(typed):
        return None  # a number that was not known when the template was checked, and that the update will refuse
    made = child_of(implementation, raw, typed)
    if made is not None and not is_known(made.get("template")):
        return None
    made = with_text(made, lambda url: text_at(service, wanted.files, url)) if made is not None else None
    if made is None:
        return None
    return wanted.nested(name, made, pseudo=pseudo_of(child), strict=False, check=False)


def _all_deleted(service: Service, stack: StackRow, family: _Family) -> Iterator[tuple[Change, dict[str, Any]]]:
    for name, row in family.rows(stack).items():
        yield Change.DELETED, _present(service, stack, row, [])
        child = family.child(stack, name)
        if child is not None:
            yield from _all_deleted(service, child, family)


def _all_added(
    service: Service, owner: StackRow, name: str, wanted: StackDefinition
) -> Iterator[tuple[Change, dict[str, Any]]]:
    """Resources of a nested stack that is not there yet: it has no id, and is named after what makes it."""
    stack = dataclasses.replace(owner, id="None", name=f"{owner.name}-{name}", owner_id=owner.id)
    needed = required_by(wanted.dependencies)
    for each in wanted.bound.resources:
        yield Change.ADDED, new_map(stack, wanted, each, needed.get(each, []))
    for each, nested in children_of(service, wanted):
        yield from _all_added(service, stack, each, nested)


def _present(service: Service, stack: StackRow, row: ResourceRow, required_by: Sequence[str]) -> dict[str, Any]:
    """A resource as it is, with the description of the template that it is of."""
    context = service.definitions.of(stack)
    cls, description = context.class_of_row(row), ""
    if context.has(row.name):
        description = context.definition(row.name).description
        if cls is TemplateResource:
            with contextlib.suppress(UserError):  # a template that the operator's environment has no longer
                cls = context.cls(row.name)
    return present_map(service.box, stack, row, cls, description, required_by)


class Fate(NamedTuple):
    """What happens to a resource, and why it would not."""

    change: Change
    refusal: str = ""


def _changes(
    service: Service, stack: StackRow, wanted: StackDefinition, rows: Mapping[str, ResourceRow], *, observe: bool
) -> tuple[dict[str, Fate], dict[str, ResourceRow]]:
    """The fate of each resource, and the rows that stay as they are.

    Those that a resource needs come first: what will be replaced is not known to those that use it.
    """
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
    return changes, settled


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
    stored = open_properties(service.box, row)
    try:
        old = before(service, context, row, stored, new, live)
    except CloudGone:
        return Fate(Change.REPLACED, refusal(cls, Change.REPLACED, {}, {}, restricted))
    change = compare(
        cls,
        old,
        new,
        same_definition=row.fingerprint == context.fingerprint(row.name) and not (cls.nested or cls.passes_on),
        healthy=row.status != "FAILED" or ((cls.nested or cls.passes_on) and not is_marked(service.box, row)),
    )
    return Fate(change, refusal(cls, change, old, new, restricted))
