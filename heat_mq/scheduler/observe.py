"""What is really there: the old side of the comparison in an update that observes, and objects that are missing."""

from __future__ import annotations

import dataclasses
import logging
from typing import Any

from heat_mq.db.records import ResourceRow
from heat_mq.resources.kit import Resource
from heat_mq.resources.kit.live import observed
from heat_mq.scheduler.create import create, fail
from heat_mq.scheduler.gone import await_delete, begin_delete
from heat_mq.scheduler.refuse import is_restricted, refuse, restricted
from heat_mq.scheduler.resolve import Resolved
from heat_mq.scheduler.run import Run, Steps

LOG = logging.getLogger(__name__)


def before(
    run: Run, cls: type[Resource], row: ResourceRow, resolved: Resolved
) -> Steps[tuple[dict[str, Any], frozenset[str]]]:
    """The values that the wanted ones are compared with, and the names of those that were seen.

    Without observing these are the stored ones. Raises CloudGone for an object that is missing. An update that is
    waited for was compared when it began.
    """
    stored = run.opened(row.properties)
    waited_for = run.in_the_middle and (row.action, row.status) == ("UPDATE", "IN_PROGRESS")
    if not run.context.stack.observes or waited_for or not (cls.service or cls.nested):
        return stored, frozenset()
    resource = run.resource(row, cls)
    call = run.call_for(row, stored, resolved.properties)
    live = yield from run.step(lambda: resource.live_properties(call, resource.read(call)))
    return observed(cls.Properties, stored, live, resolved.properties), frozenset(live)


def replace_missing(run: Run, cls: type[Resource], row: ResourceRow, resolved: Resolved) -> Steps[None]:
    """Make a new object for one that is gone.

    What it may have left behind (the ports of a server) is deleted before, and afterwards its row stands for nothing:
    an object whose id is made of its properties (a router's interface) has the id of its successor, and the clean-up
    must not take one for the other.
    """
    run.row = row
    if is_restricted(run, "replace"):
        yield from refuse(run, row, restricted("replace"))
        return
    LOG.info("resource %s of stack %s is gone: %s", row.name, row.stack_id, row.physical_id)
    run.row = run.state(row, "CHECK", "FAILED", f"the object {row.physical_id} does not exist any more; it is replaced")
    if (row.action, row.status, row.status_reason) != (run.row.action, run.row.status, run.row.status_reason):
        run.event(run.row)
    if row.physical_id is not None:
        yield from run.begin(run.row)
        resource = run.resource(run.row, cls)
        call = run.call_for(run.row)
        try:
            yield from begin_delete(run, resource, call)
            yield from await_delete(run, resource, call)
        except Exception as error:
            yield from fail(run, call, "UPDATE", error)
            return
    assert run.row is not None
    yield from create(run, cls, resolved, dataclasses.replace(run.row, physical_id=None))
