"""A plan as a value: operations and the order between them. What is previewed, stored and run."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Hashable, Iterable, Mapping

from heat_mq.graph.dag import Dag


class Kind(enum.StrEnum):
    """What a node does when its turn comes."""

    CONVERGE = "CONVERGE"  # make the resource what its definition says: create, update, replace or keep
    CLEANUP = "CLEANUP"  # delete the object unless it is the one in force
    BARRIER = "BARRIER"  # nothing: what follows waits for all that come before it
    CHECK = "CHECK"  # look whether the object is in order
    SUSPEND = "SUSPEND"  # bring the object to rest
    RESUME = "RESUME"  # and back to work
    SNAPSHOT = "SNAPSHOT"  # save what the object holds
    FORGET = "FORGET"  # delete what a snapshot has saved of an object
    TELL = "TELL"  # tell load balancers of the members of the group whose nested stack it is
    RELEASE = "RELEASE"  # give back what the stack as a whole holds: stack users, credentials
    ROLLBACK = "ROLLBACK"  # plan the way back to the previous definition


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """``resource_id`` is the row concerned; for CONVERGE the one in force now, "" when there is none yet.

    For SNAPSHOT and FORGET it is the resource's part of the snapshot.
    """

    kind: Kind
    name: str
    resource_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedNode:
    """``pending`` nodes come before it; ``successors`` are positions in the plan's list of nodes."""

    operation: Operation
    pending: int
    successors: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """Operations in an order that respects every edge; ``kept`` names what needs no operation at all."""

    nodes: tuple[PlannedNode, ...] = ()
    kept: frozenset[str] = frozenset()

    @classmethod
    def of(cls, requires: Mapping[Operation, Iterable[Operation]], kept: Iterable[str] = ()) -> Plan:
        """A plan from operations and what each waits for; raises CycleFound."""
        dag = Dag(requires)
        order: dict[Hashable, int] = {operation: at for at, operation in enumerate(dag)}
        nodes = tuple(
            PlannedNode(
                operation, len(dag.requires(operation)), tuple(order[user] for user in dag.required_by(operation))
            )
            for operation in dag
        )
        return cls(nodes, frozenset(kept))
