"""What the driver, the journal and the loop hand each other about claimed nodes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from heat_mq.db.records import ResourceRow, TraversalRow
from heat_mq.traversal.settle import Settled


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """What the transaction that claimed nodes has read about them.

    ``traversals`` by id. ``rows`` by stack id and row id are None when a definition was not known yet, so that nobody
    could tell which ones are needed.
    """

    traversals: Mapping[str, TraversalRow]
    rows: Mapping[str, Mapping[str, ResourceRow]] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """What a transaction of the journal did as ``engine_id``; ``loaded`` is there when it has claimed nodes."""

    settled: Settled
    engine_id: str
    loaded: Loaded | None = None
