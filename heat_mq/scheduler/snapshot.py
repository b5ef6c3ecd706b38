"""Save what an object holds as part of a snapshot, and delete what was saved.

The copy's name is stored before the first call, so that a copy whose id nobody could note is found by it. Its part of
the snapshot is BEGUN in the same record: what is PLANNED has left nothing in the cloud.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from heat_mq.db.models.snapshot import CopyState
from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import ResourceCopyRow, ResourceRow
from heat_mq.errors import StepFailed
from heat_mq.resources.kit import Call, Copy, Resource
from heat_mq.scheduler.create import fail
from heat_mq.scheduler.external import is_external
from heat_mq.scheduler.gone import done_if_gone
from heat_mq.scheduler.run import Run, Steps, let_go_if_lost
from heat_mq.state.sealed import seal_data


def snapshot(run: Run, row: ResourceRow | None, copy: ResourceCopyRow | None) -> Steps[None]:
    """SNAPSHOT_COMPLETE on the row; needs a resource that is complete, or whose last snapshot failed."""
    if row is None or copy is None or row.id != copy.resource_id:
        yield from run.end()
    elif row.action == "SNAPSHOT" or row.status == "COMPLETE":
        yield from _save(run, row, copy)
    else:
        error = StepFailed(f"State {row.action}_{row.status} invalid for snapshot", kind="Error")
        yield from run.fail(f"Resource SNAPSHOT failed: {run.reason(error)}")


def _save(run: Run, row: ResourceRow, copy: ResourceCopyRow) -> Steps[None]:
    run.row = row
    cls = run.context.class_of_row(row)
    saves = cls.saves() and not is_external(row)
    call = run.call_for(row)
    call.copy = _opened(run, copy)
    if (row.action, row.status) != ("SNAPSHOT", "IN_PROGRESS"):
        run.row = run.state(row, "SNAPSHOT", "IN_PROGRESS")
        run.event(run.row)
    if saves and not run.in_the_middle:
        state = copy.state if cls.nested else CopyState.BEGUN
        copy = dataclasses.replace(copy, state=state)
        run.begun = False
        yield from run.commit(rows=(run.row,), copies=(copy,))
    try:
        if saves:
            copy = yield from _make(run, run.resource(run.row, cls), call, copy)
    except Exception as error:
        yield from fail(run, call, "SNAPSHOT", error)
        return
    run.row = run.state(run.row, "SNAPSHOT", "COMPLETE", data=run.sealed(call, over=True))
    run.event(run.row)
    yield from run.commit(rows=(run.row,), copies=(copy,) if saves else (), end=NodeState.DONE)


def _make(run: Run, resource: Resource, call: Call, copy: ResourceCopyRow) -> Steps[ResourceCopyRow]:
    """Begin the copy, store at once what leads to it, and wait until it is whole."""
    if not run.in_the_middle:
        yield from run.step(lambda: resource.snapshot(call), conflicts=True)
        copy = _sealed(run, copy, call)
        yield from run.go_on(call, copies=(copy,))
    yield from run.poll(call, resource.check_snapshot)
    return _sealed(run, copy, call)


def forget(run: Run, copy: ResourceCopyRow | None) -> Steps[None]:
    """Delete what was saved of a resource, and its part of the snapshot."""
    if copy is None:
        yield from run.end()
        return
    if copy.state == CopyState.BEGUN:
        row = _as_row(run, copy)
        call = run.call_for(row)
        call.copy = _opened(run, copy)
        resource = run.resource(row, run.context.class_of_row(row))
        try:
            if not run.in_the_middle:
                yield from run.step(lambda: done_if_gone(resource.delete_snapshot)(call), conflicts=True)
            yield from run.poll(call, done_if_gone(resource.check_delete_snapshot))
        except Exception as error:
            let_go_if_lost(error)
            yield from run.fail(f"Resource DELETE failed: {run.reason(error)}")
            return
    yield from run.commit(forgotten=(copy.id,), end=NodeState.DONE)


def _as_row(run: Run, copy: ResourceCopyRow) -> ResourceRow:
    """The resource as it was: its row may be gone."""
    same = ("name", "type", "implementation", "physical_id", "action", "status", "metadata")
    known = {name: getattr(copy, name) for name in same}
    known |= {"id": copy.resource_id, "stack_id": copy.source_stack_id}
    kept = run.opened(copy.data)
    known["data"] = seal_data(run.tools.box, kept.get("resource") or {})
    known["properties"] = run.seal(kept.get("properties"))
    empty: dict[str, Any] = dict.fromkeys(ResourceRow.__slots__)
    return ResourceRow(**{**empty, **known})


def _opened(run: Run, copy: ResourceCopyRow) -> Copy:
    kept: Mapping[str, Any] = run.opened(copy.data)
    return Copy(copy.id, copy.copy_name, dict(kept.get("copy") or {}))


def _sealed(run: Run, copy: ResourceCopyRow, call: Call) -> ResourceCopyRow:
    data = call.copy.data if call.copy is not None else {}
    return dataclasses.replace(copy, data=run.seal({**run.opened(copy.data), "copy": data}))
