"""Suspend and resume: bring an object to rest, and back to work."""

from __future__ import annotations

from typing import Final

from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import ResourceRow
from heat_mq.errors import StepFailed
from heat_mq.resources.kit import Call, Resource
from heat_mq.scheduler.create import fail, has_effects
from heat_mq.scheduler.external import is_external
from heat_mq.scheduler.run import Run, Steps

RESUMABLE: Final = frozenset({"SUSPEND_COMPLETE", "SUSPEND_FAILED", "RESUME_FAILED", "RESUME_COMPLETE"})


def suspend(run: Run, row: ResourceRow | None) -> Steps[None]:
    """SUSPEND_COMPLETE on the row; needs a resource that is complete, or whose suspend failed."""
    if row is None:
        yield from run.end()
    elif _is(row, "SUSPEND", "FAILED", "IN_PROGRESS") or row.status == "COMPLETE":
        yield from _act(run, row, "SUSPEND")
    else:
        yield from _refuse(run, row, "SUSPEND")


def resume(run: Run, row: ResourceRow | None) -> Steps[None]:
    """RESUME_COMPLETE on the row; needs a resource that was suspended."""
    if row is None:
        yield from run.end()
    elif f"{row.action}_{row.status}" in RESUMABLE or _is(row, "RESUME", "IN_PROGRESS"):
        yield from _act(run, row, "RESUME")
    else:
        yield from _refuse(run, row, "RESUME")


def _act(run: Run, row: ResourceRow, action: str) -> Steps[None]:
    if _is(row, action, "COMPLETE"):
        yield from run.end()
        return
    run.row = row
    cls = run.context.class_of_row(row)
    call = run.call_for(row)
    if not _is(row, action, "IN_PROGRESS"):
        run.row = run.state(row, action, "IN_PROGRESS")
        run.event(run.row)
        if has_effects(cls):
            yield from run.begin(run.row)
    resource = run.resource(run.row, cls)
    if is_external(row):
        resource = Resource(resource.record)  # others may be using the object: only its state is noted
    try:
        note = yield from (_suspend(run, resource, call) if action == "SUSPEND" else _resume(run, resource, call))
    except Exception as error:
        yield from fail(run, call, action, error)
        return
    run.row = run.state(run.row, action, "COMPLETE", note or "state changed", data=run.sealed(call, over=True))
    run.event(run.row)
    yield from run.commit(rows=(run.row,), end=NodeState.DONE)


def _suspend(run: Run, resource: Resource, call: Call) -> Steps[str]:
    """The object first; then its user is kept out, who may have been needed until now."""
    if not run.in_the_middle:
        yield from run.step(lambda: resource.suspend(call), conflicts=True)
    done = yield from run.poll(call, resource.check_suspend)
    yield from run.step(lambda: _let_user_in(call, False))
    return done.note


def _resume(run: Run, resource: Resource, call: Call) -> Steps[str]:
    """The user is let in first: the object may want to signal as soon as it is back."""
    yield from run.step(lambda: _let_user_in(call, True))
    if not run.in_the_middle:
        yield from run.step(lambda: resource.resume(call), conflicts=True)
    done = yield from run.poll(call, resource.check_resume)
    return done.note


def _let_user_in(call: Call, enabled: bool) -> None:
    if call.signals is not None:
        call.signals.enable_user(enabled)


def _refuse(run: Run, row: ResourceRow, action: str) -> Steps[None]:
    """The resource stays as it is; the stack's action fails."""
    error = StepFailed(f"State {row.action}_{row.status} invalid for {action.lower()}", kind="Error")
    yield from run.fail(f"Resource {action} failed: {run.reason(error)}")


def _is(row: ResourceRow, action: str, *statuses: str) -> bool:
    return row.action == action and row.status in statuses
