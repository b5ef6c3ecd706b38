"""Adopt: take over an object that the dump of a stack names.

Its row was stored with the stack: INIT_COMPLETE with the object's id, or with the dump's part for a nested stack. The
object is looked at and not changed; its properties are those that the template gives.
"""

from __future__ import annotations

import dataclasses

from heat_mq.db.records import ResourceRow
from heat_mq.errors import CloudGone, StepFailed
from heat_mq.resources.kit import Props, Resource
from heat_mq.resources.kit.nested import ADOPTED
from heat_mq.scheduler.create import create, fail, finish, has_effects, new_row
from heat_mq.scheduler.resolve import Resolved
from heat_mq.scheduler.run import Run, Steps
from heat_mq.state.sealed import open_progress


def is_to_adopt(run: Run, cls: type[Resource], row: ResourceRow | None) -> bool:
    """Whether the resource names an object that is not the stack's yet, or ought to.

    A nested stack whose adoption failed is updated: its own resources decide what is done with each.
    """
    if row is None:
        return run.context.stack.action == "ADOPT"
    if row.action == "ADOPT" and row.status == "FAILED":
        return row.physical_id is not None and not cls.nested
    begun = (row.action, row.status) == ("ADOPT", "IN_PROGRESS")
    return begun or (row.action == "INIT" and (row.physical_id is not None or _has_part(run, row)))


def is_foreign(row: ResourceRow, cls: type[Resource]) -> bool:
    """Whether the row names an object that never became the stack's: it is left alone."""
    return row.action == "ADOPT" and row.status != "COMPLETE" and not cls.nested


def adopt(run: Run, cls: type[Resource], row: ResourceRow | None, resolved: Resolved) -> Steps[None]:
    """ADOPT_COMPLETE on the row; in a later update an object that is not there is made."""
    if row is None:
        run.row = dataclasses.replace(new_row(run, resolved), action="ADOPT")
        run.event(run.row, resolved.shown)
        yield from fail(run, None, "ADOPT", StepFailed("Resource ID was not provided.", kind="Error"))
        return
    run.row = row
    if (row.action, row.status) != ("ADOPT", "IN_PROGRESS"):
        row = dataclasses.replace(row, properties=run.seal(resolved.properties), requires=resolved.requires)
        run.row = run.state(row, "ADOPT", "IN_PROGRESS")
        run.event(run.row, resolved.shown)
        if has_effects(cls):
            yield from run.begin(run.row)
    resource, call = run.resource(run.row, cls), run.call_for(run.row)
    try:
        if not run.in_the_middle:
            props = Props(resolved.properties)
            physical_id = yield from run.step(lambda: resource.adopt(call, props))
            run.row = dataclasses.replace(run.row, physical_id=physical_id)
            if cls.nested:
                yield from run.go_on(call)
            resource = run.resource(run.row, cls)
        done = yield from run.poll(call, resource.check_adopt)
        # The dump's metadata, with the signals in it, is newer than the template's.
        kept = dataclasses.replace(resolved, metadata_changed=resolved.metadata_changed and not row.metadata)
        yield from finish(run, cls, call, kept, "ADOPT", done.note)
    except CloudGone as error:
        if run.context.stack.action == "ADOPT":
            yield from fail(run, call, "ADOPT", error)
        else:
            yield from create(run, cls, resolved, run.row)
    except Exception as error:
        yield from fail(run, call, "ADOPT", error)


def _has_part(run: Run, row: ResourceRow) -> bool:
    return ADOPTED in open_progress(run.tools.box, row)
