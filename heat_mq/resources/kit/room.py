"""Objects that go before their successor is made, since the service has room for one of them only."""

from __future__ import annotations

import dataclasses
from typing import Final

from heat_mq.errors import CloudGone
from heat_mq.resources.kit.call import Call
from heat_mq.resources.kit.outcome import DONE, Outcome, Wait
from heat_mq.resources.kit.props import Props
from heat_mq.resources.kit.resource import Resource

MADE_ROOM: Final = "made_room"  # data: the object went for its successor, or is about to; the id of what took its place
RESTORED: Final = "restored"  # progress: the id of what was made in its place, and is waited for
GOING: Final = "going"  # progress: what was made in its place is broken, and its deletion was asked for


def about_to_go(call: Call) -> Outcome:
    """To be done before the object goes: the note is stored before it is true, since nobody could tell it then."""
    if call.data.get(MADE_ROOM) is True:
        return DONE
    call.data[MADE_ROOM] = True
    return Wait(0)


def restore(resource: Resource, call: Call) -> Outcome:
    """Make the object anew that went, for ``restore_replaced``; nothing where :data:`MADE_ROOM` is not in the data.

    One that an earlier try has made, and that failed before it was whole, is gone on with, or goes when it is broken.
    """
    if not call.data.get(MADE_ROOM):
        return DONE
    if RESTORED not in call.progress:
        outcome = _begin(resource, call, Props(resource.record.properties))
        if outcome is not None:
            return outcome
    restored = str(call.progress[RESTORED])
    outcome = type(resource)(dataclasses.replace(resource.record, physical_id=restored)).check_create(call)
    if outcome == DONE:
        del call.data[MADE_ROOM]
    return outcome


def is_made_anew(resource: Resource, call: Call) -> bool:
    """Whether what the resource names is what a restore has made, which may not be whole."""
    return RESTORED in call.progress or call.data.get(MADE_ROOM) == resource.record.physical_id


def _begin(resource: Resource, call: Call, props: Props) -> Outcome | None:
    """None when there is an object that shall become whole."""
    if is_made_anew(resource, call):
        if _is_broken(resource, call):
            return _make_go(resource, call)
        resource.find_existing(call, props)  # by which a type knows what is left to do
        call.progress[RESTORED] = resource.record.physical_id
        return None
    if _is_there(resource, call):
        del call.data[MADE_ROOM]
        return DONE
    made = resource.find_existing(call, props) or resource.create(call, props)
    if isinstance(made, Wait):
        return made
    call.progress[RESTORED] = call.data[MADE_ROOM] = made
    return Wait(0, physical_id=made)  # stored before it loses the mark by which it is found


def _make_go(resource: Resource, call: Call) -> Outcome:
    try:
        if not call.progress.get(GOING):
            resource.delete(call)
            call.progress[GOING] = True
        outcome = resource.check_delete(call)
    except CloudGone:
        outcome = DONE
    if outcome != DONE:
        return outcome
    call.data[MADE_ROOM] = True
    call.progress.pop(GOING, None)
    return Wait(0)


def _is_broken(resource: Resource, call: Call) -> bool:
    try:
        return resource.needs_replace_failed(call)
    except CloudGone:
        return True


def _is_there(resource: Resource, call: Call) -> bool:
    """Whether it did not go after all: a worker may die between the note and the deletion."""
    try:
        resource.read(call)
    except CloudGone:
        return False
    return True
