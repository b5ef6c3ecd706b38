"""An object that was made too late: the worker stood still in the middle of the call, and its lease ran out."""

from __future__ import annotations

import logging

from heat_mq.errors import CloudGone, LostLease
from heat_mq.resources.kit import Done, Resource
from heat_mq.scheduler.requests import Sleep
from heat_mq.scheduler.run import Run, Steps

LOG = logging.getLogger(__name__)

LOOKS = 60
LONGEST_PAUSE = 10.0


def take_back(run: Run, cls: type[Resource]) -> Steps[None]:
    """Delete the object just made unless whoever has the node now has adopted it, or will find it by its name.

    Invariant: one object for each resource. The other worker looked for ours before we made it, so it has made one of
    its own: the row tells which of the two counts. Nothing is written here, and the lease that the worker has by now
    covers the call.
    """
    assert run.row is not None
    for look in range(LOOKS):
        yield Sleep(min(0.5 * 2**look, LONGEST_PAUSE))
        try:
            stored = run.tools.stored(run.row.id)
            if stored is not None and stored.physical_id == run.row.physical_id:
                return
            if stored is not None and stored.physical_id is None:
                if stored.status == "IN_PROGRESS":
                    continue  # the other one may find ours yet
                return  # whoever deletes or replaces the resource finds it by its name
            if not _is_deleted(run, cls):
                continue
        except LostLease:
            continue  # until the worker has a lease again
        except Exception:
            LOG.warning("%s", _told(run, "cannot be deleted yet"), exc_info=True)
            continue
        LOG.warning("%s", _told(run, "is deleted"))
        return
    LOG.error("%s", _told(run, "is left to whoever takes up the resource"))


def _is_deleted(run: Run, cls: type[Resource]) -> bool:
    """Ask for the object's end, and whether it has come: what is busy is deleted by a later look."""
    assert run.row is not None
    resource, call = run.resource(run.row, cls), run.call_for(run.row)
    try:
        resource.delete(call)
        return isinstance(resource.check_delete(call), Done)
    except CloudGone:
        return True


def _told(run: Run, end: str) -> str:
    assert run.row is not None
    what = f"{run.row.type} {run.row.physical_id} of resource {run.row.name} of stack {run.row.stack_id}"
    return f"{what} was made after the lease had run out; it {end}"
