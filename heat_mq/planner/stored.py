"""Stored state as the planner sees it."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class StoredResource:
    """One row. ``requires`` are ids of rows; ``fingerprint`` that of the definition it fits."""

    id: str
    name: str
    type: str
    action: str
    status: str
    physical_id: str | None = None
    requires: tuple[str, ...] = ()
    fingerprint: str | None = None
    replaced: bool = False

    @property
    def settled(self) -> bool:
        """Nothing was left half done or marked bad."""
        return self.status == "COMPLETE" and self.action not in ("INIT", "DELETE")


@dataclasses.dataclass(frozen=True, slots=True)
class StoredCopy:
    """What a snapshot holds of a resource. ``owner`` names the resource of the stack that owns the nested stack which
    the resource is in, "" for one of the stack itself."""

    id: str
    name: str
    owner: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """One resource of the template.

    ``always`` must be looked at even when its definition is the same (nested stacks).
    """

    name: str
    fingerprint: str
    requires: frozenset[str] = frozenset()
    always: bool = False
