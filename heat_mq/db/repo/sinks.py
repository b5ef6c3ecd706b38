"""The outbox of event sinks: which stacks have something to tell, and what.

Invariant kept here: one worker at a time tells the events of a stack, in the order in which they were written. Its turn
lasts as long as it is renewed in time; who has lost it renews, ends and drops nothing, since another is at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from heat_mq.db.records import EventRow
from heat_mq.db.tables import event, sink_event, sink_turn, stack
from heat_mq.db.types import epoch_now
from heat_mq.db.upsert import insert_new


class Turn(NamedTuple):
    """The right of ``holder`` (one look for turns) to tell a stack's events; ``tries`` before were in vain."""

    stack_id: str
    holder: str
    tries: int


class Waiting(NamedTuple):
    """Events to tell, the oldest first, and the ids of all rows looked at: those of dropped events have none."""

    ids: list[int]
    events: list[EventRow]


def any_waiting(connection: Connection) -> bool:
    return connection.execute(select(sink_event.c.id).limit(1)).first() is not None


def take_turns(connection: Connection, holder: str, limit: int, seconds: float) -> list[Turn]:
    """The turns of stacks that have something to tell and that nobody is at, for ``seconds``.

    Asked again by the same ``holder`` (a commit that went unheard), it answers the turns that it took.
    """
    mine = sink_turn.c.holder == holder
    due = or_(sink_turn.c.until.is_(None), sink_turn.c.until <= epoch_now(), mine)
    waiting = select(sink_event.c.stack_id).distinct()
    query = waiting.outerjoin(sink_turn, sink_turn.c.stack_id == sink_event.c.stack_id).where(due).limit(limit)
    found = sorted(connection.scalars(query))
    if not found:
        return []
    rows = [{"stack_id": each, "holder": None, "until": 0.0, "tries": 0} for each in found]
    connection.execute(insert_new(connection, sink_turn), rows)
    free = select(sink_turn).where(sink_turn.c.stack_id.in_(found), or_(sink_turn.c.until <= epoch_now(), mine))
    free = free.order_by(sink_turn.c.stack_id)
    if connection.dialect.name != "sqlite":
        free = free.with_for_update(skip_locked=True)
    turns = [Turn(row.stack_id, holder, row.tries) for row in connection.execute(free)]
    if turns:
        taken = sink_turn.c.stack_id.in_([turn.stack_id for turn in turns])
        values = {"holder": holder, "until": epoch_now() + seconds}
        connection.execute(update(sink_turn).where(taken).values(values))
    return turns


def renew_turn(connection: Connection, turn: Turn, seconds: float) -> bool:
    """The turn lasts ``seconds`` from now; False when another has taken the stack's next one."""
    renewed = update(sink_turn).where(_held(turn)).values(until=epoch_now() + seconds)
    return connection.execute(renewed).rowcount > 0


def end_turn(connection: Connection, turn: Turn, *, tries: int = 0, pause: float = 0.0) -> None:
    """Let others take the next one, after ``pause`` seconds; a stack with nothing left to tell is forgotten."""
    left = select(sink_event.c.id).where(sink_event.c.stack_id == turn.stack_id).limit(1)
    if connection.execute(left).first() is None:
        connection.execute(delete(sink_turn).where(_held(turn)))
        return
    values = {"until": epoch_now() + pause, "tries": tries}
    connection.execute(update(sink_turn).where(_held(turn)).values(values))


def _held(turn: Turn) -> ColumnElement[bool]:
    """The fence: the turn is still its holder's."""
    return and_(sink_turn.c.stack_id == turn.stack_id, sink_turn.c.holder == turn.holder)


def get_waiting(connection: Connection, stack_id: str, limit: int) -> Waiting:
    """What a stack has to tell next."""
    rows = sink_event.outerjoin(event, event.c.uuid == sink_event.c.event_uuid)
    query = select(sink_event.c.id.label("row_id"), event).select_from(rows)
    query = query.where(sink_event.c.stack_id == stack_id).order_by(sink_event.c.id).limit(limit)
    ids: list[int] = []
    events: list[EventRow] = []
    for row in connection.execute(query).mappings():
        values = dict(row)
        ids.append(values.pop("row_id"))
        if values["id"] is not None:
            events.append(EventRow.from_row(values))
    return Waiting(ids, events)


def told(connection: Connection, turn: Turn, ids: Sequence[int], seconds: float) -> bool:
    """These are told; as :func:`renew_turn`."""
    connection.execute(delete(sink_event).where(sink_event.c.id.in_(sorted(ids))))
    return renew_turn(connection, turn, seconds)


def drop_waiting(connection: Connection, turn: Turn) -> int:
    """Give up telling what a stack has to tell; answers how many events that are, none when the turn is another's."""
    held = select(sink_turn.c.stack_id).where(_held(turn)).scalar_subquery()
    return connection.execute(delete(sink_event).where(sink_event.c.stack_id == held)).rowcount


def count_waiting_below(connection: Connection, root_id: str) -> int:
    """Events that the stacks nested in a root have to tell."""
    rows = sink_event.join(stack, stack.c.id == sink_event.c.stack_id)
    query = select(func.count()).select_from(rows).where(stack.c.root_id == root_id, stack.c.id != root_id)
    return connection.scalar(query) or 0
