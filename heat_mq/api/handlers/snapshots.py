"""Snapshots of a stack."""

from __future__ import annotations

from heat_mq.api import faults
from heat_mq.api.call import Answer, Call
from heat_mq.api.schemas.snapshots import read_name
from heat_mq.api.views import snapshots as view


def index(call: Call) -> Answer:
    found = call.engine.stack_list_snapshots(call.context, call.identity)
    return Answer({"snapshots": [view.detail(snapshot) for snapshot in found]})


def create(call: Call) -> Answer:
    """The snapshot itself, without a key around it."""
    name = read_name(call.json())
    return Answer(view.detail(call.engine.stack_snapshot(call.context, call.identity, name)))


def show(call: Call) -> Answer:
    found = call.engine.show_snapshot(call.context, call.identity, call.path["snapshot_id"])
    return Answer({"snapshot": view.detail(found)})


def delete(call: Call) -> Answer:
    call.engine.delete_snapshot(call.context, call.identity, call.path["snapshot_id"])
    return Answer(status=204)


def restore(call: Call) -> Answer:
    call.engine.stack_restore(call.context, call.identity, call.path["snapshot_id"])
    return Answer(faults.plain(202, "The restore is stored and goes on."), status=202)
