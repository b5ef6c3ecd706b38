"""Plans for what is done to a stack without changing what is wanted: check, suspend, resume, snapshot.

Only rows in force take part::

    b uses a      suspend b ──▶ suspend a        first what uses, then what is used
                  resume a ──▶ resume b
                  check a    check b             in no order, and a failure stops nothing
    snapshot a    snapshot b       in no order
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from heat_mq.graph.plan import Kind, Operation, Plan
from heat_mq.planner.stored import StoredCopy, StoredResource

AT_REST: Final = ("SUSPEND", "RESUME")
"""Actions after which a resource is at rest, or may be in part."""


def build_check_plan(stored: Sequence[StoredResource], wanted: Iterable[str] = ()) -> Plan:
    """Look at every resource; one of ``wanted`` that has no row has a node too, which says that it is missing."""
    in_force = {row.name: row.id for row in stored if not row.replaced}
    names = dict.fromkeys([*in_force, *wanted])
    return Plan.of({Operation(Kind.CHECK, name, in_force.get(name, "")): () for name in names})


def build_snapshot_plan(copies: Mapping[str, str]) -> Plan:
    """Save every resource; ``copies`` are the ids of their parts of the snapshot by their names."""
    return Plan.of({Operation(Kind.SNAPSHOT, name, copy_id): () for name, copy_id in copies.items()})


def build_forget_plan(copies: Iterable[StoredCopy]) -> Plan:
    """Delete what a snapshot has saved."""
    return Plan.of({Operation(Kind.FORGET, copy.name, copy.id): () for copy in copies})


def build_suspend_plan(stored: Sequence[StoredResource]) -> Plan:
    """Bring every resource to rest, each before what it uses."""
    rows = [row for row in stored if not row.replaced and row.action != "INIT"]
    operations = {row.id: Operation(Kind.SUSPEND, row.name, row.id) for row in rows}
    requires: dict[Operation, set[Operation]] = {operation: set() for operation in operations.values()}
    for row in rows:
        for need in row.requires:
            if need in operations and need != row.id:
                requires[operations[need]].add(operations[row.id])
    return Plan.of(requires)


def build_resume_plan(stored: Sequence[StoredResource]) -> Plan:
    """Wake every resource up, each after what it uses.

    Where a suspend came only half way, the resources that it did not reach are left out. In a stack that was never
    suspended all take part, and each says that it cannot be resumed.
    """
    rows = [row for row in stored if not row.replaced and row.action != "INIT"]
    if any(row.action in AT_REST for row in rows):
        rows = [row for row in rows if row.action in AT_REST or row.status != "COMPLETE"]
    operations = {row.id: Operation(Kind.RESUME, row.name, row.id) for row in rows}
    return Plan.of(
        {
            operations[row.id]: {operations[need] for need in row.requires if need in operations and need != row.id}
            for row in rows
        }
    )
