"""What a worker hands to the journal about one node, and what it hears back."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any, Final

from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import ResourceCopyRow, ResourceRow

Key = tuple[str, int]

DEFINING: Final = ("CREATE", "ADOPT", "UPDATE", "RESTORE")
"""Actions that bring a stack to a new definition; when one is complete that is what a rollback returns to."""
SETTLING: Final = (*DEFINING, "ROLLBACK")
"""Actions after which, when complete, every resource is as the stack's definition says."""
FORGET: Final = "FORGET"
"""Action of the traversal that deletes a snapshot. It stands beside the stack's own one, is about the snapshot (which
is in ``stack_id`` of traversal and nodes) and leaves the stack's state alone."""


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
    as the metadata of known rows (rows alone leave it, since signals write it too); ``copies`` are whole rows of what
    snapshots hold, ``forgotten`` ids of such rows to delete. ``begins`` marks the record that
    comes before the first effect on the cloud: it is refused (SUPERSEDED, nothing written) when a newer traversal
    runs. ``park`` lets go of the node for so many seconds at most (None: until woken), ``free`` for anybody at once.
    """

    lease: Lease
    rows: tuple[ResourceRow, ...] = ()
    removed: tuple[str, ...] = ()
    copies: tuple[ResourceCopyRow, ...] = ()
    forgotten: tuple[str, ...] = ()
    events: tuple[dict[str, Any], ...] = ()
    metadata: tuple[tuple[str, Any], ...] = ()
    progress: dict[str, Any] | None = None
    begins: bool = False
    end: NodeState | None = None
    failure: str | None = None
    park: bool = False
    park_seconds: float | None = None
    free: bool = False
