"""The integrity check for any database: some stacks at a time, few statements for each page, engines may be at work.

A page is read as it was at one moment, so that what changes meanwhile is not taken for a violation. Memory is bounded
by the page: long texts, which no rule looks at, are not read.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Table, and_, literal, not_, or_, select

from heat_mq.db.models.traversal import TraversalState
from heat_mq.db.records import NodeRow, ResourceRow, SnapshotRow, StackRow, TraversalRow
from heat_mq.db.session import Database
from heat_mq.db.tables import engine, node, resource, resource_copy, snapshot, stack, traversal
from heat_mq.traversal.integrity import ENDED, State, violations

#: Columns that may hold much and that no rule looks at.
UNREAD: Final = frozenset(
    {"properties", "attributes", "data", "metadata", "progress", "parameters", "previous_parameters"}
)
#: So many of a kind that belong to no stack are named.
ORPHANS: Final = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule; ``stack_id`` is that of the stack concerned."""

    stack_id: str
    text: str

    def __str__(self) -> str:
        return f"{self.stack_id}: {self.text}"


def audit(database: Database, page: int = 100) -> Iterator[Violation]:
    """Every violation: by stack, in order of ids, then what belongs to none; ``page`` stacks are read at once."""
    after = ""
    while states := database.read_moment(read_states, after, page):
        for stack_id, state in states.items():
            yield from (Violation(stack_id, text) for text in violations(state))
            after = stack_id
    yield from database.read_moment(find_orphans)


def read_states(connection: Connection, after: str, limit: int) -> dict[str, State]:
    """The states of the next stacks by id, each with all that is about it."""
    stacks = [StackRow.from_row(row) for row in _rows(connection, stack, stack.c.id > after, limit)]
    ids = [row.id for row in stacks]
    snapshots = [SnapshotRow.from_row(row) for row in _rows(connection, snapshot, snapshot.c.stack_id.in_(ids))]
    # Traversals and nodes about a snapshot have its id where others have the stack's.
    stack_of = {**{row.id: row.stack_id for row in snapshots}, **{key: key for key in ids}}
    running = and_(traversal.c.stack_id.in_(stack_of), traversal.c.state == TraversalState.RUNNING)
    begun = set(connection.scalars(select(traversal.c.id).where(running)))
    unended = and_(node.c.stack_id.in_(stack_of), node.c.state.not_in(ENDED))
    nodes = [NodeRow.from_row(row) for row in _rows(connection, node, or_(unended, node.c.traversal_id.in_(begun)))]
    named = (item.traversal_id for rows in (stacks, snapshots, nodes) for item in rows)
    wanted = begun.union(named)
    traversals = [TraversalRow.from_row(row) for row in _rows(connection, traversal, traversal.c.id.in_(wanted))]
    rows = [ResourceRow.from_row(row) for row in _rows(connection, resource, resource.c.stack_id.in_(ids))]
    owners = {row.owner_id for row in stacks if row.owner_id is not None}
    known_owners = set(connection.scalars(select(stack.c.id).where(stack.c.id.in_(owners))))
    engines = set(connection.scalars(select(engine.c.id)))
    snapshots_of, traversals_of = _by_stack(stack_of, snapshots), _by_stack(stack_of, traversals)
    nodes_of, rows_of = _by_stack(stack_of, nodes), _by_stack(stack_of, rows)
    return {
        row.id: State(
            stacks={row.id: row},
            traversals={item.id: item for item in traversals_of[row.id]},
            nodes=nodes_of[row.id],
            rows=rows_of[row.id],
            snapshots={item.id: item for item in snapshots_of[row.id]},
            copies=(),
            engines=engines,
            owners=known_owners,
        )
        for row in stacks
    }


def find_orphans(connection: Connection) -> list[Violation]:
    """What names a stack, snapshot or traversal that does not exist; no more than so many of a kind."""
    about_stack, about_snapshot = _exists(stack, node.c.stack_id), _exists(snapshot, node.c.stack_id)
    ran = and_(
        traversal.c.state == TraversalState.RUNNING,
        not_(_exists(stack, traversal.c.stack_id)),
        not_(_exists(snapshot, traversal.c.stack_id)),
    )
    kinds: tuple[tuple[Table, ColumnElement[bool], str], ...] = (
        (resource, not_(_exists(stack, resource.c.stack_id)), "resource {name} ({id}) outlives its stack"),
        (snapshot, not_(_exists(stack, snapshot.c.stack_id)), "snapshot {id} outlives its stack"),
        (
            resource_copy,
            not_(_exists(snapshot, resource_copy.c.snapshot_id)),
            "resource {name} is kept for snapshot {snapshot_id}, which does not exist",
        ),
        (traversal, ran, "traversal {id} ({action}) runs for a stack that does not exist"),
        (
            node,
            and_(node.c.state.not_in(ENDED), not_(about_stack), not_(about_snapshot)),
            "node {seq} ({kind} {name}) of traversal {traversal_id} is about a stack that does not exist",
        ),
        (
            node,
            not_(_exists(traversal, node.c.traversal_id)),
            "node {seq} ({kind} {name}) belongs to traversal {traversal_id}, which does not exist",
        ),
    )
    return [
        Violation(row["stack_id"], wording.format_map(row))
        for table, condition, wording in kinds
        for row in _rows(connection, table, condition, ORPHANS)
    ]


def _exists(table: Table, key: Column[Any]) -> ColumnElement[bool]:
    """Whether a row of the table has this id."""
    return select(literal(1)).select_from(table).where(table.c.id == key).exists()


def _rows(
    connection: Connection, table: Table, condition: ColumnElement[bool], limit: int | None = None
) -> Iterable[RowMapping]:
    columns = [literal(None).label(column.name) if column.name in UNREAD else column for column in table.columns]
    query = select(*columns).where(condition).order_by(*table.primary_key.columns).limit(limit)
    return connection.execute(query).mappings()


class _About(Protocol):
    @property
    def stack_id(self) -> str: ...


T = TypeVar("T", bound=_About)


def _by_stack(stack_of: dict[str, str], rows: Iterable[T]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        # A traversal that a stack names may be about another one, which is a violation to be told.
        if row.stack_id in stack_of:
            found[stack_of[row.stack_id]].append(row)
    return found
