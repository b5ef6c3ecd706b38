"""Objects that are there though their create failed: what was to follow never did, so they are made anew.

For types whose update sees no difference between such an object and one that is whole.
"""

from __future__ import annotations

import contextlib
from typing import Final

from heat_mq.errors import CloudGone
from heat_mq.resources.kit.call import Call, Record
from heat_mq.resources.kit.resource import Resource

DROPPED: Final = "dropped"  # data: the object was deleted for its successor, which may have the same id


def is_unfinished(record: Record) -> bool:
    return (record.action, record.status) == ("CREATE", "FAILED")


def must_be_made_anew(resource: Resource, call: Call) -> bool:
    """For ``needs_replace_failed`` of objects that have no state of their own: they are whole, or not, or gone."""
    if is_unfinished(resource.record):
        return True
    try:
        resource.read(call)
    except CloudGone:
        return True
    return False


def drop_unfinished(resource: Resource, call: Call) -> None:
    """For ``prepare_replace``: nobody uses an unfinished object, and its successor may want its name."""
    if is_unfinished(resource.record):
        with contextlib.suppress(CloudGone):
            resource.delete(call)
        call.data[DROPPED] = True
