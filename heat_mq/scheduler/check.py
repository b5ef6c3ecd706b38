"""Look whether an object is in order."""

from __future__ import annotations

from heat_mq.db.records import ResourceRow
from heat_mq.errors import StepFailed
from heat_mq.resources.kit import NOT_CHECKED, Resource
from heat_mq.scheduler.create import fail
from heat_mq.scheduler.run import Run, Steps
from heat_mq.state.sealed import open_tried


def check(run: Run, row: ResourceRow | None) -> Steps[None]:
    """CHECK_COMPLETE or CHECK_FAILED on the row; a type without a check of its own says so in the reason."""
    if row is None or row.action == "INIT":
        yield from _not_created(run)
        return
    yield from check_row(run, row)


def check_row(run: Run, row: ResourceRow) -> Steps[None]:
    """Check what is there, and end the node."""
    run.row = row
    run.tried = open_tried(run.tools.box, row)
    cls = run.context.class_of_row(row)
    if not can_check(cls):
        run.row = _complete(run, row, NOT_CHECKED)
        run.event(run.row)
        yield from run.end(run.row)
        return
    if (row.action, row.status) != ("CHECK", "IN_PROGRESS"):
        run.row = run.state(row, "CHECK", "IN_PROGRESS")
        run.event(run.row)
    resource, call = run.resource(run.row, cls), run.call_for(row)
    try:
        done = yield from run.poll(call, resource.check)
    except Exception as error:
        yield from fail(run, call, "CHECK", error)
        return
    run.row = _complete(run, run.row, done.note or "state changed", data=run.sealed(call, over=True))
    run.event(run.row)
    yield from run.end(run.row)


def can_check(cls: type[Resource]) -> bool:
    """Whether the type can tell a good object from a bad one: it reads it from its service, or has a way of its own."""
    return bool(cls.service) or cls.nested or cls.check is not Resource.check


def _complete(run: Run, row: ResourceRow, note: str, **values: object) -> ResourceRow:
    """An update that was tried and failed may have left its traces: the next update must look, whatever it wants."""
    if run.tried:
        values["fingerprint"] = None
    return run.state(row, "CHECK", "COMPLETE", note, **values)


def _not_created(run: Run) -> Steps[None]:
    name = run.node.name
    if run.context.has(name) and can_check(run.context.cls(name)):
        reason = run.reason(StepFailed(f"Resource {name} not created yet.", kind="Error"))
        yield from run.fail(f"Resource CHECK failed: {reason}")
    else:
        yield from run.end()
