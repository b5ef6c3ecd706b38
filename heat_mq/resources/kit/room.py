"""Objects that go before their successor is made, since the service has room for one of them only."""

from __future__ import annotations

import dataclasses
from typing import Final

from heat_mq.errors import CloudGone
from heat_mq.resources.kit.call import Call
from heat_mq.resources.kit.outcome import DONE, Outcome, Wait
from heat_mq.resources.kit.props import Props
from heat_mq.resources.kit.resource import Resource

MADE_ROOM: Final = "made_room"  # data: the object was deleted for its successor, or is about to be
RESTORED: Final = "restored"  # progress: the id of what was made in its place


def about_to_go(call: Call) -> Outcome:
    """To be done before the object goes: the note is stored before it is true, since nobody could tell it then."""
    if call.data.get(MADE_ROOM):
        return DONE
    call.data[MADE_ROOM] = True
    return Wait(0)


def restore(resource: Resource, call: Call) -> Outcome:
    """Make the object anew that went, for ``restore_replaced``; nothing where :data:`MADE_ROOM` is not in the data."""
    if not call.data.get(MADE_ROOM):
        return DONE
    if RESTORED not in call.progress:
        if _is_there(resource, call):
            del call.data[MADE_ROOM]
            return DONE
        props = Props(resource.record.properties)
        made = resource.find_existing(call, props) or resource.create(call, props)
        if isinstance(made, Wait):
            return made
        call.progress[RESTORED] = made
        return Wait(0, physical_id=made)  # stored before it loses the mark by which it is found
    restored = str(call.progress[RESTORED])
    outcome = type(resource)(dataclasses.replace(resource.record, physical_id=restored)).check_create(call)
    if outcome == DONE:
        del call.data[MADE_ROOM]
    return outcome


def _is_there(resource: Resource, call: Call) -> bool:
    """Whether it did not go after all: a worker may die between the note and the deletion."""
    try:
        resource.read(call)
    except CloudGone:
        return False
    return True
