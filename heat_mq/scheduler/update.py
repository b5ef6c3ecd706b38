"""Update: compare, then keep, change in place, or replace."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from heat_mq.db.records import ResourceRow
from heat_mq.errors import CloudGone, NotSupported
from heat_mq.resources.kit import Props, Replace, Resource
from heat_mq.scheduler.create import create, fail, finish, go_on, has_effects
from heat_mq.scheduler.observe import before, replace_missing
from heat_mq.scheduler.refuse import is_restricted, refuse, restricted
from heat_mq.scheduler.resolve import Resolved, changed_properties, is_same_implementation
from heat_mq.scheduler.run import Run, Steps
from heat_mq.state.sealed import is_marked, open_tried, tried_too


def update(run: Run, cls: type[Resource], row: ResourceRow, resolved: Resolved) -> Steps[None]:
    """Bring the object in force to its new definition."""
    run.row = row
    if row.action == "CREATE" and row.status == "IN_PROGRESS" and is_same_implementation(row, resolved):
        yield from _after_interruption(run, cls, row, resolved)
        return
    if not is_same_implementation(row, resolved) or cls.always_replaced:
        yield from replace(run, cls, row, resolved)
        return
    interrupted = row.action == "UPDATE" and row.status == "IN_PROGRESS"
    try:
        old, seen = yield from before(run, cls, row, resolved)
    except CloudGone:
        yield from replace_missing(run, cls, row, resolved)
        return
    except Exception as error:
        yield from refuse(run, row, error)
        return
    changed = _changes(run, cls, row, resolved, old, seen)
    if refused := [name for name in changed if cls.Properties.props[name].immutable]:
        names = ", ".join(sorted(refused))
        refusal = NotSupported(f"Update to properties {names} of {row.name} ({row.type}) is not supported")
        yield from refuse(run, row, refusal)
        return
    if any(not cls.Properties.props[name].in_place for name in changed if name in cls.Properties.props):
        yield from replace(run, cls, row, resolved)
        return
    if row.status == "FAILED":
        try:
            anew = yield from _must_be_made_anew(run, cls, row)
        except Exception as error:
            yield from fail(run, None, "UPDATE", error)
            return
        if anew:
            yield from replace(run, cls, row, resolved)
            return
    passed_on = cls.nested or cls.passes_on or bool(run.context.saved(row.name))
    same = not changed and not resolved.metadata_changed and row.fingerprint == resolved.fingerprint
    if not same and is_restricted(run, "update"):
        yield from refuse(run, row, restricted("update"))
        return
    if same and row.status == "COMPLETE" and not passed_on and not interrupted:
        kept = dataclasses.replace(row, requires=resolved.requires)
        yield from run.end(*((kept,) if kept != row else ()))
        return
    yield from _in_place(run, cls, row, resolved, old, changed)


def replace(run: Run, cls: type[Resource], row: ResourceRow, resolved: Resolved) -> Steps[None]:
    """Make the new object first; the old one goes in the clean-up half of the traversal."""
    run.row = row
    if row.action != "DELETE" and is_restricted(run, "replace"):
        yield from refuse(run, row, restricted("replace"))
        return
    yield from create(run, cls, resolved, row)


def _in_place(
    run: Run, cls: type[Resource], row: ResourceRow, resolved: Resolved, old: Mapping[str, Any], changed: frozenset[str]
) -> Steps[None]:
    resource = run.resource(row, cls)
    call = run.call_for(row, old, resolved.properties)
    call.restoring = run.context.saved(row.name)
    props = Props(resolved.properties)
    try:
        if not (run.in_the_middle and (row.action, row.status) == ("UPDATE", "IN_PROGRESS")):
            if changed and (yield from run.step(lambda: resource.needs_replace(call, props, changed))):
                yield from replace(run, cls, row, resolved)
                return
            run.tried = tried_too(run.tried, resolved.properties)
            uses = _both(row.requires, resolved.requires)
            run.row = run.state(row, "UPDATE", "IN_PROGRESS", data=run.sealed(call), requires=uses)
            run.event(run.row, resolved.shown)
            if has_effects(cls):
                yield from run.begin(run.row)
            if not (changed or resolved.metadata_changed or cls.nested or cls.passes_on or call.restoring):
                yield from finish(run, cls, call, resolved, "UPDATE", "")  # only the definition around it changed
                return
            yield from run.step(lambda: resource.update(call, props, changed), conflicts=True)
        done = yield from run.poll(call, resource.check_update)
        yield from finish(run, cls, call, resolved, "UPDATE", done.note)
    except Replace as wish:
        if is_restricted(run, "replace"):
            yield from fail(run, call, "UPDATE", restricted("replace"))
            return
        assert run.row is not None
        run.row = run.state(run.row, "UPDATE", "COMPLETE", f"{wish}; it is replaced")
        run.event(run.row)
        yield from replace(run, cls, run.row, resolved)
    except Exception as error:
        # The old definition stays, so that the next update compares with what is there.
        yield from fail(run, call, "UPDATE", error)


def _changes(
    run: Run, cls: type[Resource], row: ResourceRow, resolved: Resolved, old: Mapping[str, Any], seen: frozenset[str]
) -> frozenset[str]:
    """What differs from the old values, or from those not ``seen`` that an update which did not end may have set.

    In a restore also what brings back what was saved.
    """
    changed = changed_properties(cls, old, resolved.properties)
    changed |= run.context.restores(row.name)
    for tried in open_tried(run.tools.box, row):
        changed |= changed_properties(cls, tried, resolved.properties) - seen
    return changed


def _must_be_made_anew(run: Run, cls: type[Resource], row: ResourceRow) -> Steps[bool]:
    inside = cls.nested or cls.passes_on  # of such a check tells only that something inside is not in order
    if row.action == "CHECK" and (not inside or is_marked(run.tools.box, row)):
        return True
    if row.physical_id is None:
        return True
    if row.action == "SNAPSHOT":
        return False  # to save an object changes nothing of it
    resource = run.resource(row, cls)
    call = run.call_for(row)
    try:
        return (yield from run.step(lambda: resource.needs_replace_failed(call)))
    except CloudGone:
        return True


def _after_interruption(run: Run, cls: type[Resource], row: ResourceRow, resolved: Resolved) -> Steps[None]:
    """Go on with a create that somebody has begun, maybe for an older definition.

    An object made with other values is waited for, and then updated. Where there is none nothing is made of values that
    nobody wants any more: they may be what the newer definition corrects, and what they name is no longer kept ready.
    """
    begun = run.opened(row.properties)
    if begun == resolved.properties:
        yield from go_on(run, cls, resolved, interrupted=True)
        return
    try:
        made = row.physical_id is not None or (yield from _is_made(run, cls, row, begun))
    except Exception as error:
        yield from fail(run, None, "CREATE", error)
        return
    if not made:
        yield from create(run, cls, resolved, row)
        return
    uses = _both(row.requires, resolved.requires)
    as_begun = dataclasses.replace(resolved, properties=begun, fingerprint=None, metadata_changed=False, requires=uses)
    if (yield from go_on(run, cls, as_begun, interrupted=True, last=False)):
        assert run.row is not None
        yield from update(run, cls, run.row, resolved)


def _is_made(run: Run, cls: type[Resource], row: ResourceRow, begun: Mapping[str, Any]) -> Steps[bool]:
    resource, call = run.resource(row, cls), run.call_for(row)
    found = yield from run.step(lambda: resource.find_existing(call, Props(begun)))
    return found is not None


def _both(before: Sequence[str] | None, now: Sequence[str]) -> list[str]:
    """What an object may use while it is on its way from one definition to another."""
    return sorted({*(before or ()), *now})
