"""What no message announced: engines that died, times that came, actions that took too long."""

from __future__ import annotations

import dataclasses
import datetime

from sqlalchemy import Connection

from heat_mq.db.repo import engines, nodes, traversals
from heat_mq.traversal.finish import Finished
from heat_mq.traversal.stop import time_out


@dataclasses.dataclass(frozen=True, slots=True)
class Swept:
    """Counts of what one sweep did; ``ready`` nodes wait for a worker, ``engines`` are alive."""

    ready: int = 0
    freed: int = 0
    woken: int = 0
    engines: int = 0
    finished: tuple[Finished, ...] = ()


def sweep(connection: Connection, now: datetime.datetime, *, count_at_most: int = 1000) -> Swept:
    """Give back the nodes of dead engines, wake what is due, end what is overdue, and count what is ready."""
    _, freed = give_back(connection)
    woken = nodes.wake_due(connection)
    finished = [time_out(connection, row.id, now) for row in traversals.overdue_traversals(connection)]
    return Swept(
        ready=nodes.count_ready(connection, count_at_most),
        freed=freed,
        woken=woken,
        engines=engines.count_engines(connection),
        finished=tuple(item for item in finished if item is not None),
    )


def give_back(connection: Connection) -> tuple[int, int]:
    """Forget the engines whose leases ran out, give back the nodes they had; answers how many there were of both."""
    dead = engines.expired_engines(connection) + nodes.unknown_owners(connection)
    if not dead:
        return 0, 0
    freed = nodes.free_nodes(connection, dead)
    engines.remove_engines(connection, dead)
    return len(dead), freed


def purge(connection: Connection) -> int:
    """Remove some nodes of traversals that are over; answers how many."""
    return nodes.purge_nodes(connection)
