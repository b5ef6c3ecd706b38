"""What a worker hands to the journal about one node, and what it hears back."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any

from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import ResourceRow

Key = tuple[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Lease:
    """The right to write about one node: traversal, position and the fence it was claimed with.

    ``request_id`` is that of the request whose work the node is.
    """

    traversal_id: str
    seq: int
    fence: int
    stack_id: str
    successors: tuple[int, ...] = ()
    request_id: str | None = None

    @property
    def key(self) -> Key:
        return (self.traversal_id, self.seq)


class Verdict(enum.Enum):
    """What became of a record."""

    WRITTEN = "written"
    SUPERSEDED = "superseded"  # written, but a newer traversal waits: begin nothing more
    LOST = "lost"  # the lease is another's: nothing was written
    DRAINING = "draining"  # this worker is about to stop: give the node back


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One atomic change about a node; with ``end`` the node is over.

    ``rows`` are whole resource rows, new or known, ``removed`` ids of rows to delete, ``metadata`` what to store
    as the metadata of known rows (rows alone leave it, since signals write it too). ``begins`` marks the record that
    comes before the first effect on the cloud: it is refused (SUPERSEDED, nothing written) when a newer traversal
    runs. ``park`` lets go of the node for so many seconds at most (None: until woken), ``free`` for anybody at once.
    """

    lease: Lease
    rows: tuple[ResourceRow, ...] = ()
    removed: tuple[str, ...] = ()
    events: tuple[dict[str, Any], ...] = ()
    metadata: tuple[tuple[str, Any], ...] = ()
    progress: dict[str, Any] | None = None
    begins: bool = False
    end: NodeState | None = None
    failure: str | None = None
    park: bool = False
    park_seconds: float | None = None
    free: bool = False
