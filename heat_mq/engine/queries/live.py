"""What is really there, for the preview of an update that observes: read side by side, within a bounded time."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from heat_mq import concurrency
from heat_mq.db.records import ResourceRow
from heat_mq.errors import CloudGone
from heat_mq.resources.kit.live import observed
from heat_mq.state.context import StackContext
from heat_mq.state.sealed import open_data, open_properties
from heat_mq.template import is_known

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

LOG = logging.getLogger(__name__)

AT_ONCE: Final = 32
SECONDS: Final = 20.0
"""After so long nothing more is read: the rest is compared with what is stored."""


@dataclasses.dataclass(slots=True)
class Live:
    """``gone`` are names of resources whose object is missing, ``read`` what the others look like.

    A resource in neither could not be looked at.
    """

    gone: set[str] = dataclasses.field(default_factory=set)
    read: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)


def read_live(service: Service, context: StackContext, rows: Iterable[ResourceRow]) -> Live:
    """Look at the objects of all rows that live in a cloud, or are stacks of their own."""
    found = Live()
    until = service.clock.monotonic() + SECONDS

    def look(row: ResourceRow) -> None:
        if service.clock.monotonic() > until:
            return
        cls = context.class_of_row(row)
        stored = open_properties(service.box, row)
        resource = cls(context.record(row, cls, stored))
        try:
            call = _call(service, context, row, stored, {})
            live = resource.read(call)
            if cls.nested:
                resource.live_properties(call, live)
            found.read[row.name] = live
        except CloudGone:
            found.gone.add(row.name)
        except Exception as error:
            LOG.warning("resource %s cannot be looked at: %s", row.name, error)

    pool = concurrency.pool(AT_ONCE)
    for row in rows:
        cls = context.class_of_row(row)
        if (cls.service or cls.nested) and row.action not in ("INIT", "DELETE"):
            pool.spawn(look, row)
    pool.join()
    return found


def before(
    service: Service, context: StackContext, row: ResourceRow, stored: Mapping[str, Any], wanted: Any, live: Live
) -> Mapping[str, Any]:
    """The old side of the comparison for one resource; raises CloudGone for one that is missing."""
    if row.name in live.gone:
        raise CloudGone(f"{row.physical_id} does not exist")
    if row.name not in live.read:
        return stored
    cls = context.class_of_row(row)
    known = {name: value for name, value in wanted.items() if is_known(value)}
    resource = cls(context.record(row, cls, stored))
    try:
        seen = resource.live_properties(_call(service, context, row, stored, known), live.read[row.name])
    except CloudGone:
        raise
    except Exception as error:
        LOG.warning("resource %s cannot be compared with what is there: %s", row.name, error)
        return stored
    return observed(cls.Properties, stored, seen, known)


def _call(
    service: Service, context: StackContext, row: ResourceRow, stored: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Any:
    data = open_data(service.box, row)
    cls = context.class_of_row(row)
    return context.ports.call(context, row, cls, data=data, progress={}, old=stored, wanted=wanted)
