"""Older objects of a resource give up what they and the new one cannot both have, before that is made."""

from __future__ import annotations

import dataclasses

from heat_mq.resources.kit import Resource
from heat_mq.scheduler.gone import done_if_gone
from heat_mq.scheduler.resolve import Resolved, is_same_implementation
from heat_mq.scheduler.run import Run, Steps, let_go_if_lost


def make_room(run: Run, resolved: Resolved) -> Steps[None]:
    """Ask all of them: one that gave way to an object that then failed may be in the way of the next one still.

    The new object's row is there by now: whoever deletes it without having made the object restores the older one.
    """
    newer = run.row
    for older in run.replaced:
        cls = run.context.class_of_row(older)
        if older.physical_id is None or not is_same_implementation(older, resolved):
            continue
        if cls.prepare_replace is Resource.prepare_replace:
            continue
        run.row = older
        call = run.call_for(older)
        call.successor = resolved.properties
        try:
            yield from run.poll(call, done_if_gone(run.resource(older, cls).prepare_replace))
        except Exception as error:
            let_go_if_lost(error)
            # What it had given up until then is known to whoever restores it.
            yield from run.commit(rows=(dataclasses.replace(older, data=run.sealed(call)),))
            raise
        finally:
            asked, run.row = run.row, newer
        if asked is not None and asked != older:
            yield from run.commit(rows=(asked,))
