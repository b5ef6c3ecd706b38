"""Nodes of traversals: the statements behind claim, settle, park and wake.

Invariant kept here: a node that is LEASED has an ``engine_id``; only the pair (engine, fence) that claimed it may write
about it; ``pending`` counts exactly the predecessors that have not ended.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, and_, case, delete, func, insert, literal, or_, select, update
from sqlalchemy.sql import ColumnElement

from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.records import NodeRow
from heat_mq.db.tables import engine, node, traversal
from heat_mq.db.types import Json, epoch_now
from heat_mq.db.upsert import CHUNK

Key = tuple[str, int]

READY = and_(node.c.state == NodeState.WAITING, node.c.pending == 0)


def keys_in(keys: Iterable[Key]) -> ColumnElement[bool]:
    """``(traversal_id, seq)`` among ``keys``, written so that every database uses the primary key."""
    by_traversal: dict[str, list[int]] = {}
    for traversal_id, seq in keys:
        by_traversal.setdefault(traversal_id, []).append(seq)
    return or_(
        *(
            and_(node.c.traversal_id == traversal_id, node.c.seq.in_(sorted(seqs)))
            for traversal_id, seqs in sorted(by_traversal.items())
        )
    )


FRESH: Final[Mapping[str, Any]] = {
    "resource_id": None,
    "state": NodeState.WAITING,
    "pending": 0,
    "successors": [],
    "fence": 0,
    "engine_id": None,
    "woken": False,
    "wake_at": None,
    "progress": None,
    "then_traversal_id": None,
    "then_seqs": None,
}
"""What a node is that nobody has had in hand."""


def insert_nodes(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store fresh nodes; a row says what differs from :data:`FRESH`."""
    if rows:
        connection.execute(insert(node), [{**FRESH, **row} for row in rows])


def get_nodes(connection: Connection, keys: Iterable[Key]) -> list[NodeRow]:
    return [NodeRow.from_row(row) for row in connection.execute(select(node).where(keys_in(keys))).mappings()]


FEW = 8
"""So many nodes of a traversal are not worth sharing."""


def claim_nodes(
    connection: Connection, engine_id: str, limit: int, *, share: bool = False
) -> tuple[list[NodeRow], int]:
    """Take up to ``limit`` ready nodes that nobody else is taking; their fences grow by one.

    An engine whose row was swept, because its lease ran out, takes nothing.

    With ``share`` about half is left when there are fewer than ``limit``. Also answers how many were seen and left.
    """
    alive = select(engine.c.id).where(engine.c.id == engine_id).exists()
    query = select(node).where(READY, alive).limit(limit)
    if connection.dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    if not rows:
        return [], 0
    rows.sort(key=lambda row: (row["traversal_id"], row["seq"]))
    taken = _share([row["traversal_id"] for row in rows]) if share and len(rows) < limit else len(rows)
    return _take(connection, engine_id, rows[:taken]), len(rows) - taken


def _share(traversal_ids: Sequence[str]) -> int:
    """How many of the first nodes, which are in order, to take: about half, and of small traversals all or none.

    Two workers with the nodes of one small stack both read what defines it, and wait for each other to write about it.
    """
    middle = (len(traversal_ids) + 1) // 2
    there = traversal_ids[middle - 1]
    first, after = bisect_left(traversal_ids, there), bisect_right(traversal_ids, there)
    if after - first > FEW:
        return middle
    return after if after < len(traversal_ids) or first == 0 else first


def claim_released(connection: Connection, engine_id: str, released: Iterable[Key]) -> list[NodeRow]:
    """Take those of the nodes released by this transaction, which has their rows locked, that are ready now."""
    query = select(node).where(keys_in(released), READY).order_by(node.c.traversal_id, node.c.seq)
    return _take(connection, engine_id, [dict(row) for row in connection.execute(query).mappings()])


def _take(connection: Connection, engine_id: str, rows: list[dict[str, Any]]) -> list[NodeRow]:
    """Make locked rows this engine's; their fences grow by one."""
    if not rows:
        return []
    connection.execute(
        update(node)
        .where(keys_in((row["traversal_id"], row["seq"]) for row in rows))
        .values(state=NodeState.LEASED, engine_id=engine_id, fence=node.c.fence + 1, woken=literal(False), wake_at=None)
    )
    for row in rows:
        row.update(state=NodeState.LEASED, engine_id=engine_id, fence=row["fence"] + 1, woken=False, wake_at=None)
    return [NodeRow.from_row(row) for row in rows]


def count_ready(connection: Connection, at_most: int) -> int:
    """How many nodes are ready, counting no further than ``at_most``."""
    few = select(literal(1)).select_from(node).where(READY).limit(at_most).subquery()
    return connection.scalar(select(func.count()).select_from(few)) or 0


def guard_leases(connection: Connection, engine_id: str, fences: Mapping[Key, int]) -> set[Key]:
    """Lock the nodes that are still ours, in key order, and answer which they are."""
    query = (
        select(node.c.traversal_id, node.c.seq, node.c.fence)
        .where(keys_in(fences), node.c.engine_id == engine_id, node.c.state == NodeState.LEASED)
        .order_by(node.c.traversal_id, node.c.seq)
    )
    if connection.dialect.name != "sqlite":
        query = query.with_for_update()
    return {
        (row.traversal_id, row.seq)
        for row in connection.execute(query)
        if fences[(row.traversal_id, row.seq)] == row.fence
    }


def end_nodes(connection: Connection, keys: Iterable[Key], state: NodeState) -> None:
    connection.execute(update(node).where(keys_in(keys)).values(state=state, engine_id=None, progress=None))


def lower_pending(connection: Connection, released: Iterable[Key]) -> None:
    """One less to wait for, once for each time a key is given."""
    counts = Counter(released)
    by_traversal: dict[str, dict[int, int]] = {}
    for (traversal_id, seq), count in counts.items():
        by_traversal.setdefault(traversal_id, {})[seq] = count
    for traversal_id, amounts in sorted(by_traversal.items()):
        seqs = sorted(amounts)
        for start in range(0, len(seqs), CHUNK):
            part = seqs[start : start + CHUNK]
            different = {amounts[seq] for seq in part}
            amount: Any = (
                different.pop() if len(different) == 1 else case({seq: amounts[seq] for seq in part}, value=node.c.seq)
            )
            connection.execute(
                update(node)
                .where(node.c.traversal_id == traversal_id, node.c.seq.in_(part))
                .values(pending=node.c.pending - amount)
            )


def park_nodes(connection: Connection, keys: Iterable[Key], progress: Any, seconds: float | None) -> None:
    """Let go of nodes, with one progress, until they are woken, at the latest after ``seconds``.

    A wake-up that came while it was leased is not lost: the node is ready again at once.
    """
    connection.execute(
        update(node)
        .where(keys_in(keys))
        .values(
            state=case((node.c.woken, literal(NodeState.WAITING.value)), else_=literal(NodeState.PARKED.value)),
            engine_id=None,
            progress=progress,
            wake_at=None if seconds is None else epoch_now() + seconds,
        )
    )


def save_progress(connection: Connection, keys: Iterable[Key], progress: Any) -> None:
    """Store one progress for nodes that go on."""
    connection.execute(update(node).where(keys_in(keys)).values(progress=progress))


def wake_nodes(connection: Connection, stack_id: str, names: Collection[str] | None = None) -> None:
    """Something happened that the stack's waiting nodes (or those of some resources) wait for.

    ONE statement, so that a node that parks at the same time is met before or after, never between. A node that may be
    claimed is locked too: its worker must not look before this transaction is committed, and park after.
    """
    begun = or_(node.c.state.in_((NodeState.PARKED, NodeState.LEASED)), READY)
    theirs = [node.c.stack_id == stack_id, begun]
    if names is not None:
        theirs.append(node.c.name.in_(sorted(names)))
    parked = node.c.state == NodeState.PARKED
    connection.execute(
        update(node)
        .where(*theirs)
        .values(
            # In this order: MariaDB sees the new state in what follows.
            state=case((parked, literal(NodeState.WAITING.value)), else_=node.c.state),
            woken=case((node.c.state == NodeState.LEASED, literal(True)), else_=node.c.woken),
            wake_at=None,
        )
    )


def wake_parked(connection: Connection, traversal_id: str) -> None:
    """Have every parked node of a traversal looked at again."""
    connection.execute(
        update(node)
        .where(node.c.traversal_id == traversal_id, node.c.state == NodeState.PARKED)
        .values(state=NodeState.WAITING, wake_at=None)
    )


def wake_due(connection: Connection) -> int:
    """Make parked nodes ready whose time has come."""
    return connection.execute(
        update(node)
        .where(node.c.state == NodeState.PARKED, node.c.wake_at <= epoch_now())
        .values(state=NodeState.WAITING, wake_at=None)
    ).rowcount


def unknown_owners(connection: Connection) -> list[str]:
    """Engines that have nodes and no row: their lease was swept while they were claiming."""
    known = select(engine.c.id)
    query = select(node.c.engine_id).where(node.c.state == NodeState.LEASED, node.c.engine_id.not_in(known)).distinct()
    return list(connection.scalars(query))


def free_nodes(connection: Connection, engine_ids: Sequence[str]) -> int:
    """Give back the nodes of engines whose leases ran out."""
    return connection.execute(
        update(node)
        .where(node.c.engine_id.in_(list(engine_ids)), node.c.state == NodeState.LEASED)
        .values(state=NodeState.WAITING, engine_id=None)
    ).rowcount


def count_owned(connection: Connection, engine_id: str) -> int:
    """How many nodes an engine has in hand."""
    return connection.scalar(select(func.count()).select_from(node).where(*_owned(engine_id))) or 0


def get_owned(connection: Connection, engine_id: str) -> dict[Key, int]:
    """The fences of the nodes that an engine has in hand."""
    query = select(node.c.traversal_id, node.c.seq, node.c.fence).where(*_owned(engine_id))
    return {(row.traversal_id, row.seq): row.fence for row in connection.execute(query)}


def free_owned(connection: Connection, engine_id: str, fences: Mapping[Key, int]) -> int:
    """Give nodes that an engine still has with these fences back to whoever claims them next; answers how many."""
    ours = guard_leases(connection, engine_id, fences)
    if not ours:
        return 0
    return connection.execute(
        update(node).where(keys_in(ours)).values(state=NodeState.WAITING, engine_id=None)
    ).rowcount


def _owned(engine_id: str) -> tuple[ColumnElement[bool], ...]:
    return node.c.engine_id == engine_id, node.c.state == NodeState.LEASED


def release_nodes(connection: Connection, keys: Iterable[Key], progress: Any) -> None:
    """Give nodes back, with one progress, to whoever claims them next."""
    connection.execute(
        update(node).where(keys_in(keys)).values(state=NodeState.WAITING, engine_id=None, progress=progress)
    )


def get_graph(connection: Connection, traversal_id: str) -> list[tuple[int, str, str, list[int]]]:
    """``(seq, kind, state, successors)`` of every node."""
    query = select(node.c.seq, node.c.kind, node.c.state, node.c.successors).where(node.c.traversal_id == traversal_id)
    return [(row.seq, row.kind, row.state, row.successors) for row in connection.execute(query)]


def skip_nodes(connection: Connection, traversal_id: str, seqs: Sequence[int]) -> int:
    """End nodes that no worker has ever had in hand; answers how many there were."""
    skipped = 0
    for start in range(0, len(seqs), CHUNK):
        skipped += connection.execute(
            update(node)
            .where(
                node.c.traversal_id == traversal_id,
                node.c.seq.in_(sorted(seqs[start : start + CHUNK])),
                node.c.state == NodeState.WAITING,
                node.c.fence == 0,
            )
            .values(state=NodeState.SKIPPED)
        ).rowcount
    return skipped


def lock_unfinished(connection: Connection, stack_id: str) -> list[NodeRow]:
    """The stack's nodes that have not ended, of whatever traversal, locked, in key order."""
    unfinished = (NodeState.WAITING, NodeState.LEASED, NodeState.PARKED)
    query = (
        select(node)
        .where(node.c.stack_id == stack_id, node.c.state.in_(unfinished))
        .order_by(node.c.traversal_id, node.c.seq)
    )
    if connection.dialect.name != "sqlite":
        query = query.with_for_update()
    return [NodeRow.from_row(row) for row in connection.execute(query).mappings()]


def any_unfinished(connection: Connection, stack_ids: Sequence[str]) -> bool:
    """Whether any node of these stacks has not ended, of whatever traversal."""
    unfinished = (NodeState.WAITING, NodeState.LEASED, NodeState.PARKED)
    query = select(node.c.seq).where(node.c.stack_id.in_(list(stack_ids)), node.c.state.in_(unfinished))
    return connection.execute(query.limit(1)).first() is not None


def clear_hook(connection: Connection, traversal_id: str, name: str, hook: str) -> bool:
    """Let a node go on that waits at a hook; False when none does.

    A worker that has it in hand, to see whether it may go on, loses it: it has done nothing.
    """
    query = select(node).where(
        node.c.traversal_id == traversal_id,
        node.c.name == name,
        node.c.state.in_((NodeState.WAITING, NodeState.LEASED, NodeState.PARKED)),
    )
    if connection.dialect.name != "sqlite":
        query = query.with_for_update()
    for row in (NodeRow.from_row(found) for found in connection.execute(query.order_by(node.c.seq)).mappings()):
        progress = row.progress or {}
        if progress.get("hook") == hook:
            cleared = [*progress.get("cleared", ()), hook]
            connection.execute(
                update(node)
                .where(keys_in([row.key]))
                .values(state=NodeState.WAITING, engine_id=None, progress={"cleared": cleared}, wake_at=None)
            )
            return True
    return False


def hand_over(connection: Connection, waiting: Mapping[Key, Sequence[int]], traversal_id: str) -> None:
    """Let nodes of a newer traversal, by their positions, wait for these."""
    by_traversal: dict[str, dict[int, Sequence[int]]] = {}
    for (older_id, seq), then in waiting.items():
        by_traversal.setdefault(older_id, {})[seq] = then
    for older_id, positions in sorted(by_traversal.items()):
        seqs = sorted(positions)
        for start in range(0, len(seqs), CHUNK):
            part = seqs[start : start + CHUNK]
            lists = {seq: literal(list(positions[seq]), Json) for seq in part}
            connection.execute(
                update(node)
                .where(node.c.traversal_id == older_id, node.c.seq.in_(part))
                .values(then_traversal_id=traversal_id, then_seqs=case(lists, value=node.c.seq))
            )


def purge_nodes(connection: Connection, limit: int = 2000) -> int:
    """Remove nodes of traversals that have ended, about ``limit`` at a time; those still in flight stay."""
    ended = (NodeState.DONE, NodeState.FAILED, NodeState.SKIPPED)
    query = (
        select(node.c.traversal_id, node.c.seq)
        .join(traversal, traversal.c.id == node.c.traversal_id)
        .where(traversal.c.state != TraversalState.RUNNING, node.c.state.in_(ended))
        .limit(limit)
    )
    keys = [(row.traversal_id, row.seq) for row in connection.execute(query)]
    if not keys:
        return 0
    # By ranges of the primary key: for a long list of single nodes MariaDB reads the whole table, and waits for each
    # node that somebody is writing about.
    return connection.execute(
        delete(node).where(
            node.c.traversal_id.in_(sorted({traversal_id for traversal_id, _ in keys})),
            node.c.seq <= max(seq for _, seq in keys),
            node.c.state.in_(ended),
        )
    ).rowcount
