"""Plans for create, update and delete.

Each wanted resource gets a CONVERGE node, each stored row a CLEANUP node::

    wanted b uses a          converge a ──▶ converge b
                                  └─▶ barrier ◀─┘
                                    │        │
    stored B used A          cleanup A ◀── cleanup B       deletion runs the other way round

What is certainly unchanged gets no node: its definition is the same and so is everything it refers to.

What an update replaces goes when all resources are what they shall be, behind a BARRIER. Until then anything may fail,
and a rollback brings back the very objects, with what they hold. What was removed from the template goes at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from heat_mq.graph.dag import Dag
from heat_mq.graph.plan import Kind, Operation, Plan
from heat_mq.planner.stored import StoredCopy, StoredResource, Wanted

BARRIER: Final = Operation(Kind.BARRIER, "")


def build_plan(
    wanted: Iterable[Wanted], stored: Sequence[StoredResource], *, settled: bool = False, tells: bool = False
) -> Plan:
    """The plan of a create (``stored`` empty) or an update; raises CycleFound.

    ``settled``: the stack's last action reached its end. Otherwise something may have changed in place and not have
    come to those who use it, so that only what uses nothing is known to be unchanged. ``tells`` adds the last step that
    tells load balancers.
    """
    by_name = {item.name: item for item in wanted}
    in_force = {row.name: row for row in stored if not row.replaced}
    kept = _unchanged(by_name, in_force, settled=settled)
    converge = {
        name: Operation(Kind.CONVERGE, name, in_force[name].id if name in in_force else "")
        for name in by_name
        if name not in kept
    }
    requires: dict[Operation, set[Operation]] = {
        operation: {converge[need] for need in by_name[name].requires if need in converge}
        for name, operation in converge.items()
    }
    removable = [row for row in stored if row.replaced or row.name not in kept]
    if any(row.name in converge for row in removable):
        requires[BARRIER] = set(converge.values())
    for operation, needs in _cleanups(removable).items():
        requires[operation] = needs
        if operation.name in converge:
            needs.add(BARRIER)
    cleanup = {row.id: Operation(Kind.CLEANUP, row.name, row.id) for row in removable}
    for row in stored:
        if row.name in converge:
            # What a row used goes only after its update has stopped using it.
            for need in row.requires:
                if need in cleanup and need != row.id:
                    requires[cleanup[need]].add(converge[row.name])
    if tells:
        requires[Operation(Kind.TELL, "")] = set(requires)
    return Plan.of(requires, kept)


def build_delete_plan(stored: Sequence[StoredResource], *, release: bool, copies: Sequence[StoredCopy] = ()) -> Plan:
    """The plan of a delete; ``release`` adds the last step that gives back what the whole stack holds.

    ``copies`` are what snapshots hold. Those of a nested stack go after it: until then its own nodes may be saving.
    """
    requires = _cleanups(stored)
    cleanups: dict[str, set[Operation]] = {}
    for operation in requires:
        cleanups.setdefault(operation.name, set()).add(operation)
    for copy in copies:
        after = cleanups.get(copy.owner, set()) if copy.owner else set()
        requires[Operation(Kind.FORGET, copy.name, copy.id)] = set(after)
    if release:
        requires[Operation(Kind.RELEASE, "")] = set(requires)
    return Plan.of(requires)


def _unchanged(
    wanted: Mapping[str, Wanted], in_force: Mapping[str, StoredResource], *, settled: bool
) -> frozenset[str]:
    same: set[str] = set()
    needs_of = {name: [need for need in item.requires if need in wanted] for name, item in wanted.items()}
    for name in Dag(needs_of):
        item, row, needs = wanted[name], in_force.get(name), needs_of[name]
        if (
            row is not None
            and not item.always
            and row.settled
            and row.fingerprint == item.fingerprint
            and (settled or not needs)
            # It uses the very objects that are in force, not one that was replaced since.
            and all(need in same and in_force[need].id in row.requires for need in needs)
        ):
            same.add(name)
    return frozenset(same)


def _cleanups(rows: Sequence[StoredResource]) -> dict[Operation, set[Operation]]:
    """A row is deleted after all that use it."""
    operations = {row.id: Operation(Kind.CLEANUP, row.name, row.id) for row in rows}
    requires: dict[Operation, set[Operation]] = {operation: set() for operation in operations.values()}
    for row in rows:
        for need in row.requires:
            if need in operations and need != row.id:
                requires[operations[need]].add(operations[row.id])
    return requires
