"""What an older and a newer object of a resource cannot both have: it is given up before, and taken back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from heat_mq.db.records import ResourceRow
from heat_mq.resources.kit import Call, Outcome, Props, Resource
from heat_mq.scheduler.gone import done_if_gone
from heat_mq.scheduler.resolve import Resolved, is_same_implementation
from heat_mq.scheduler.run import Run, Steps, let_go_if_lost


def make_room(run: Run, resolved: Resolved) -> Steps[None]:
    """Ask all older objects: one that gave way to an object that then failed may be in the way of the next one still.

    The new object's row is there by now: whoever deletes it without having made the object restores the older one.
    """
    for older in run.replaced:
        cls = run.context.class_of_row(older)
        if older.physical_id is None or not is_same_implementation(older, resolved):
            continue
        if cls.prepare_replace is not Resource.prepare_replace:
            yield from _ask(run, older, run.resource(older, cls).prepare_replace, Props(resolved.properties))


def take_room_back(run: Run, row: ResourceRow) -> Steps[None]:
    """After a rollback the older object takes back what it gave up for the one of ``row``, which is gone now.

    In a delete it goes itself. Where somebody else has deleted it the next update that looks makes it anew.
    """
    older = run.rows.get(row.name)
    if run.context.stack.action == "DELETE" or older is None:
        return
    if row.replaced_by == older.id and older.created_at <= row.created_at:
        yield from _ask(run, older, run.resource(older, run.context.class_of_row(older)).restore_replaced)


def _ask(run: Run, older: ResourceRow, ask: Callable[[Call], Outcome], successor: Props | None = None) -> Steps[None]:
    """Ask until it is done. What it has noted is stored though it fails: another will have to take it back."""
    with run.aside(older) as call:
        if successor is not None:
            call.successor = successor
        try:
            yield from run.poll(call, done_if_gone(ask))
        except Exception as error:
            let_go_if_lost(error)
            assert run.row is not None
            yield from run.commit(rows=(dataclasses.replace(run.row, data=run.sealed(call)),))
            raise
        if run.row is not None and run.row != older:
            yield from run.commit(rows=(run.row,))
