"""Objects that are there though their create failed: what was to follow never did, so they are made anew.

For types whose update sees no difference between such an object and one that is whole.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.errors import CloudGone
from heat_mq.resources.kit.call import Call, Record
from heat_mq.resources.kit.outcome import DONE, Outcome
from heat_mq.resources.kit.resource import Resource

DROPPED: Final = "dropped"  # data: the object was deleted for its successor, which may have the same id


def is_unfinished(record: Record) -> bool:
    return (record.action, record.status) == ("CREATE", "FAILED")


class WholeOrNothing(Resource):
    """Base of types whose object is made anew unless its create came to its end.

    A type whose object's id can be its successor's too deletes nothing when :data:`DROPPED` stands in its data.
    """

    def is_broken(self, live: Mapping[str, Any]) -> bool:
        """Whether an object that is there is past help; ``live`` is the answer of :meth:`read`."""
        return False

    def needs_replace_failed(self, call: Call) -> bool:
        if is_unfinished(self.record):
            return True
        try:
            return self.is_broken(self.read(call))
        except CloudGone:
            return True

    def prepare_replace(self, call: Call) -> Outcome:
        """Nobody uses an unfinished object, and its successor may want its name."""
        if is_unfinished(self.record) and not call.data.get(DROPPED):
            with contextlib.suppress(CloudGone):
                self.delete(call)
            call.data[DROPPED] = True
        return DONE
