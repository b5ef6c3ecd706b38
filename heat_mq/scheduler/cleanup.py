"""Delete what is no longer wanted: replaced objects, removed ones, and in a delete all of them."""

from __future__ import annotations

import dataclasses

from heat_mq.db.records import ResourceRow
from heat_mq.errors import CloudGone, NotFound, ServiceMissing
from heat_mq.resources.kit import Call, Props, Resource
from heat_mq.scheduler.adopt import is_foreign
from heat_mq.scheduler.create import fail
from heat_mq.scheduler.external import is_external
from heat_mq.scheduler.gone import await_delete, begin_delete
from heat_mq.scheduler.hooks import stop_after, stop_before
from heat_mq.scheduler.room import take_room_back
from heat_mq.scheduler.run import Run, Steps


def cleanup(run: Run, row: ResourceRow | None, *, wanted: bool) -> Steps[None]:
    """Delete the object of a row and forget it. ``wanted``: the row is in force and its name in the template."""
    if row is None or wanted:
        yield from run.end()
        return
    if row.action == "INIT":
        yield from run.end(removed=(row.id,))
        return
    if row.replaced_by is None:
        yield from stop_before(run, row, "DELETE")
    run.row = row
    policy = row.deletion_policy.lower()
    cls = run.context.class_of_row(row)
    # Without an id it may be there all the same: what was done to the row since its create tells nothing of that.
    maybe_made = row.physical_id is not None or row.action != "ADOPT" or cls.nested
    run.row = run.state(row, "DELETE", "IN_PROGRESS")
    if (row.action, row.status) != ("DELETE", "IN_PROGRESS"):
        run.event(run.row)
    if policy != "retain" and not is_external(row) and not is_foreign(row, cls) and maybe_made:
        begun = row if row.physical_id is None else run.row
        yield from run.begin(dataclasses.replace(begun, updated_at=run.tools.now()))
        call = run.call_for(row)
        try:
            yield from _delete(run, cls, row, call, snapshot=policy == "snapshot")
            yield from take_room_back(run, row)
        except Exception as error:
            yield from fail(run, call, "DELETE", error)
            return
    gone = run.state(run.row, "DELETE", "COMPLETE")
    run.event(gone)
    if row.replaced_by is None:
        yield from stop_after(run, gone, "DELETE", rows=(gone,))
    yield from run.end(removed=(row.id,))


def _delete(run: Run, cls: type[Resource], row: ResourceRow, call: Call, *, snapshot: bool) -> Steps[None]:
    resource = run.resource(row, cls)
    if row.physical_id is None:
        # A create was begun and its end is not known: look for what it may have made.
        props = Props(run.opened(row.properties))
        found = yield from run.step(lambda: _find(resource, call, props))
        if found is None and not cls.made_in_parts:
            return
        assert run.row is not None
        run.row = dataclasses.replace(run.row, physical_id=found)
        resource = run.resource(run.row, cls)
    taken_over = _taken_over(run, resource, row)
    if taken_over is not None:
        call.successor = taken_over
        if resource.is_same(taken_over):
            return
    if snapshot:
        yield from run.step(lambda: resource.snapshot_delete(call))
        yield from run.poll(call, resource.check_snapshot_delete)
    if not (cls.nested and run.in_the_middle):
        yield from begin_delete(run, resource, call)
    yield from await_delete(run, resource, call)


def _taken_over(run: Run, resource: Resource, row: ResourceRow) -> Props | None:
    """The properties of the row in force that has this one's id: it took over from this one, or took its place back."""
    in_force, physical_id = run.rows.get(row.name), resource.record.physical_id
    if row.replaced_by is None or in_force is None or physical_id is None:
        return None
    if (in_force.implementation, in_force.physical_id) != (row.implementation, physical_id):
        return None
    return Props(run.opened(in_force.properties))


def _find(resource: Resource, call: Call, props: Props) -> str | None:
    """What a create may have made; nothing where the cloud has no such service (a region that does not exist).

    Nor where what it was to belong to is gone.
    """
    try:
        return resource.find_existing(call, props)
    except (CloudGone, NotFound, ServiceMissing):
        return None
