"""What each handler reads and answers, in files named as the handlers' own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from heat_mq.api.call import Answer, Call
from heat_mq.api.openapi.operations import (
    actions,
    catalog,
    events,
    lookup,
    resources,
    snapshots,
    software,
    stacks,
)
from heat_mq.api.openapi.schema import Operation

#: By handler; a handler that is not here cannot be routed to.
OPERATIONS: Final[Mapping[Callable[[Call], Answer], Operation]] = {
    **actions.OPERATIONS,
    **catalog.OPERATIONS,
    **events.OPERATIONS,
    **lookup.OPERATIONS,
    **resources.OPERATIONS,
    **snapshots.OPERATIONS,
    **software.OPERATIONS,
    **stacks.OPERATIONS,
}
