"""Write what workers did, many nodes in ONE transaction, guarded by fences.

Invariants: a record is written only while its worker holds the node (engine and fence match, checked under lock); a
node that ends lowers ``pending`` of each successor in the same transaction; the transaction that ends the last node
ends the traversal; a node that becomes ready may be claimed in the same transaction, as ``claim_nodes`` would.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from heat_mq.db.models.traversal import NodeState, TraversalState
from heat_mq.db.records import NodeRow, ResourceRow, TraversalRow
from heat_mq.db.repo import events, nodes, resources, snapshots, stacks
from heat_mq.db.repo.traversals import count_down, get_traversals, note_failure
from heat_mq.graph.plan import Kind
from heat_mq.traversal.checked import joined
from heat_mq.traversal.finish import Finished, abort_in_progress, finish_traversals
from heat_mq.traversal.records import Change, Key, Verdict


@dataclasses.dataclass(slots=True)
class Settled:
    """``verdicts`` in the order of the records; ``released`` says that nodes may have become ready for anybody.

    ``claimed`` are successors that this engine has taken, with their ``traversals`` by id.
    """

    verdicts: list[Verdict]
    released: bool = False
    finished: list[Finished] = dataclasses.field(default_factory=list)
    claimed: list[NodeRow] = dataclasses.field(default_factory=list)
    traversals: dict[str, TraversalRow] = dataclasses.field(default_factory=dict)


def settle(
    connection: Connection,
    engine_id: str,
    changes: Sequence[Change],
    now: datetime.datetime,
    error_wait_seconds: float = 240.0,
    *,
    claim: int = 0,
) -> Settled:
    """Write all records that still may be written.

    ``error_wait_seconds`` is what the rest of a traversal has after its first failure. When the nodes that end release
    no more than ``claim`` others, those are claimed at once: a chain goes on without another transaction. More are
    left to whoever claims first, so that workers share them.
    """
    fences: dict[Key, int] = {}
    for change in changes:  # an older one of the same node was taken from us and claimed again
        fences[change.lease.key] = max(change.lease.fence, fences.get(change.lease.key, 0))
    ours = nodes.guard_leases(connection, engine_id, fences)
    traversals = get_traversals(connection, {change.lease.traversal_id for change in changes})
    running = {key for key, row in traversals.items() if row.state == TraversalState.RUNNING}
    answer = Settled([])
    written: list[Change] = []
    for change in changes:
        if change.lease.key not in ours or change.lease.fence != fences[change.lease.key]:
            answer.verdicts.append(Verdict.LOST)
        elif change.lease.traversal_id not in running:
            answer.verdicts.append(Verdict.SUPERSEDED)
            if change.park or change.free:  # nobody goes on with it
                change = dataclasses.replace(change, park=False, free=False, end=NodeState.SKIPPED)
            if not change.begins:
                written.append(change)
        else:
            answer.verdicts.append(Verdict.WRITTEN)
            written.append(change)
    _write_resources(connection, _in_force_as_stored(connection, written, running))
    released = _write_nodes(connection, written, running, answer, now, error_wait_seconds)
    if released:
        _claim(connection, engine_id, released, claim, answer)
    return answer


def _in_force_as_stored(connection: Connection, changes: Sequence[Change], running: set[str]) -> list[Change]:
    """Which row is in force is no longer for a superseded node to say: a rollback may have changed it meanwhile."""
    over = [change for change in changes if change.lease.traversal_id not in running and change.rows]
    if not over:
        return list(changes)
    stored = resources.get_replacements(connection, {row.id for change in over for row in change.rows})

    def as_stored(row: ResourceRow) -> ResourceRow:
        return dataclasses.replace(row, replaced_by=stored.get(row.id, row.replaced_by))

    return [
        dataclasses.replace(change, rows=tuple(as_stored(row) for row in change.rows))
        if change.lease.traversal_id not in running
        else change
        for change in changes
    ]


def _claim(connection: Connection, engine_id: str, released: Collection[Key], limit: int, answer: Settled) -> None:
    going_on = {key for key in released if key[0] in answer.traversals}
    if len(going_on) < len(released) or len(going_on) > limit:
        answer.released = True
    if 0 < len(going_on) <= limit:
        answer.claimed = nodes.claim_released(connection, engine_id, going_on)


def _write_resources(connection: Connection, changes: Sequence[Change]) -> None:
    rows = {row.id: row for change in changes for row in change.rows}
    removed = sorted({row_id for change in changes for row_id in change.removed})
    kept = [row for row in rows.values() if row.id not in removed]
    if kept:
        resources.write_resources(connection, kept)
    for row_id, metadata in sorted((item for change in changes for item in change.metadata), key=lambda item: item[0]):
        resources.set_metadata(connection, row_id, metadata)
    if removed:
        resources.delete_resources(connection, removed)
    _write_copies(connection, changes)
    rows_of_events = [event for change in changes for event in change.events]
    if rows_of_events:
        events.insert_events(connection, rows_of_events)


def _write_copies(connection: Connection, changes: Sequence[Change]) -> None:
    """What snapshots hold."""
    copies = {row.id: row for change in changes for row in change.copies}
    if copies:
        snapshots.write_copies(connection, list(copies.values()))
    forgotten = [copy_id for change in changes for copy_id in change.forgotten]
    if forgotten:
        snapshots.remove_copies(connection, forgotten)


def _write_nodes(
    connection: Connection,
    changes: Sequence[Change],
    running: set[str],
    answer: Settled,
    now: datetime.datetime,
    error_wait_seconds: float,
) -> set[Key]:
    """Also answers the nodes that have one predecessor less; some may be ready."""
    ended = [change for change in changes if change.end is not None]
    for state in sorted({change.end for change in ended if change.end is not None}):
        nodes.end_nodes(connection, [change.lease.key for change in ended if change.end == state], state)
    _write_progress(connection, [change for change in changes if change.end is None])
    if any(change.park or change.free for change in changes):
        answer.released = True  # a wake-up may have come in the meantime
    return _release(connection, ended, running, answer, now, error_wait_seconds) if ended else set()


def _write_progress(connection: Connection, changes: Sequence[Change]) -> None:
    """Store how far nodes are: one statement for all that are alike."""
    alike: dict[tuple[str, bool, bool, float | None], list[Change]] = {}
    for change in changes:
        if change.park or change.free or change.progress is not None:
            progress = json.dumps(change.progress, sort_keys=True)
            alike.setdefault((progress, change.park, change.free, change.park_seconds), []).append(change)
    for group in alike.values():
        keys, first = [change.lease.key for change in group], group[0]
        if first.park:
            nodes.park_nodes(connection, keys, first.progress, first.park_seconds)
        elif first.free:
            nodes.release_nodes(connection, keys, first.progress)
        else:
            nodes.save_progress(connection, keys, first.progress)


def _release(
    connection: Connection,
    ended: Sequence[Change],
    running: set[str],
    answer: Settled,
    now: datetime.datetime,
    error_wait_seconds: float,
) -> set[Key]:
    released: list[Key] = []
    for change in ended:
        if change.end == NodeState.DONE and change.lease.traversal_id in running:
            released += [(change.lease.traversal_id, seq) for seq in change.lease.successors]
    handed_over = _handed_over(connection, [change for change in ended if change.lease.traversal_id not in running])
    released += handed_over
    _abort(connection, [change for change in ended if change.lease.traversal_id not in running], now)
    if released:
        nodes.lower_pending(connection, released)
    rows = _count(connection, [change for change in ended if change.lease.traversal_id in running], error_wait_seconds)
    answer.traversals = {row.id: row for row in rows if row.unfinished > 0}
    answer.finished = finish_traversals(connection, [row for row in rows if row.unfinished <= 0], now)
    if answer.finished or any(change.end == NodeState.FAILED for change in ended):
        answer.released = True
    return set(released)


def _count(connection: Connection, ended: Sequence[Change], error_wait_seconds: float) -> list[TraversalRow]:
    """Count the ended nodes of their traversals, and those that their failures end; answers how these are now."""
    counts = Counter(change.lease.traversal_id for change in ended)
    failed: dict[str, list[Change]] = {}
    for change in ended:
        if change.end == NodeState.FAILED:
            failed.setdefault(change.lease.traversal_id, []).append(change)
    for traversal_id, theirs in sorted(failed.items()):
        counts[traversal_id] += _skip_after(connection, traversal_id, [change.lease.seq for change in theirs])
        nodes.wake_parked(connection, traversal_id)  # what waits for the outside gives up
    rows = count_down(connection, counts)
    for traversal_id, theirs in sorted(failed.items()):
        failure = joined([change.failure for change in theirs if change.failure])
        rows[traversal_id] = note_failure(connection, traversal_id, failure, error_wait_seconds)
    return [rows[traversal_id] for traversal_id in sorted(rows)]


def _abort(connection: Connection, changes: Sequence[Change], now: datetime.datetime) -> None:
    """What was still in hand when the stack came to its end, and is left half done, is aborted now."""
    for stack_id in sorted({change.lease.stack_id for change in changes}):
        stack = stacks.lock_stack(connection, stack_id)
        if stack is not None and stack.status == "FAILED":
            abort_in_progress(connection, stack_id, now)


def _handed_over(connection: Connection, changes: Sequence[Change]) -> list[Key]:
    """Nodes of newer traversals that waited for these."""
    if not changes:
        return []
    found: list[NodeRow] = nodes.get_nodes(connection, [change.lease.key for change in changes])
    return [(row.then_traversal_id, seq) for row in found if row.then_traversal_id for seq in row.then_seqs]


def _skip_after(connection: Connection, traversal_id: str, failed: Sequence[int]) -> int:
    """End what needs a failed node, and every clean-up of an update: nothing is removed after a failure.

    What does not depend on the failure goes on. In a delete all nodes are clean-ups, so only those behind the failed
    stay. Load balancers are told all the same, when all others have ended: of the members that there are.
    """
    graph = nodes.get_graph(connection, traversal_id)
    successors = {seq: after for seq, _, _, after in graph}
    doomed: set[int] = set()
    queue = list(failed)
    while queue:
        for seq in successors[queue.pop()]:
            if seq not in doomed:
                doomed.add(seq)
                queue.append(seq)
    if any(kind == Kind.CONVERGE for _, kind, _, _ in graph):
        doomed |= {seq for seq, kind, _, _ in graph if kind == Kind.CLEANUP}
    telling = {seq for seq, kind, _, _ in graph if kind == Kind.TELL}.difference(failed)
    doomed -= telling
    skipped = nodes.skip_nodes(connection, traversal_id, sorted(doomed))
    for last in telling:  # it waits for every other node
        nodes.lower_pending(connection, [(traversal_id, last)] * (skipped + len(failed)))
    return skipped
