"""The outbox of event sinks on each database: order, turns, and what is written at the same time."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, update

from heat_mq.db import tables
from heat_mq.db.repo import events, sinks
from heat_mq.traversal.finish import named_event
from tests.integration.store import NOW, Store, at_once


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


def telling(store: Store, name: str = "stack") -> str:
    """A stack with sinks, and nothing to tell yet."""
    stack = store.create({}, name)
    mine = update(tables.stack).where(tables.stack.c.id == stack.id).values(has_sinks=True)
    store.database.write(lambda c: c.execute(mine).rowcount)
    return str(stack.id)


def tell(store: Store, stack_id: str, *names: str, **told: bool) -> None:
    rows: list[dict[str, Any]] = [
        {**named_event(stack_id, name, "T", "CREATE", "COMPLETE", "r", NOW), **told} for name in names
    ]
    store.database.write(events.insert_events, rows)


def take(store: Store, holder: str | None = None, seconds: float = 300.0) -> list[sinks.Turn]:
    return store.database.write(sinks.take_turns, holder or str(uuid.uuid4()), 6, seconds)


def waiting(store: Store, stack_id: str) -> list[str]:
    return [event.resource_name for event in store.database.read(sinks.get_waiting, stack_id, 100).events]


def test_events_of_stacks_with_sinks_wait_in_order(store: Store) -> None:
    one, other = telling(store, "one"), str(store.create({}, "other").id)
    tell(store, one, "a", "b")
    tell(store, other, "x")
    tell(store, one, "c", told=True)
    tell(store, one, "d", told=False)
    assert (waiting(store, one), waiting(store, other)) == (["a", "b", "c"], [])


def test_a_turn_is_one_workers_until_it_ends(store: Store) -> None:
    stacks = [telling(store, f"s{number}") for number in range(6)]
    for each in stacks:
        tell(store, each, "a")
    taken = at_once(*(partial(take, store, str(uuid.uuid4())) for _ in range(4)))
    assert sorted(turn.stack_id for turns in taken for turn in turns) == sorted(stacks)
    first = next(turn for turns in taken for turn in turns)
    store.database.write(sinks.end_turn, first, tries=3)
    [second] = take(store)
    assert (second.stack_id, second.tries) == (first.stack_id, 3)
    ids = store.database.read(sinks.get_waiting, first.stack_id, 9).ids
    assert store.database.write(sinks.told, second, ids, 300.0)
    store.database.write(sinks.end_turn, second)
    assert take(store) == []


def test_who_has_lost_a_turn_neither_renews_nor_ends_nor_drops_anything(store: Store) -> None:
    stack = telling(store)
    tell(store, stack, "a")
    [late] = take(store, seconds=-1.0)
    [mine] = take(store)
    assert not store.database.write(sinks.renew_turn, late, 300.0)
    assert store.database.write(sinks.drop_waiting, late) == 0
    store.database.write(sinks.end_turn, late)
    assert take(store) == []
    assert store.database.write(sinks.renew_turn, mine, 300.0)
    assert waiting(store, stack) == ["a"]


def test_turns_asked_for_again_by_the_same_holder_are_the_same(store: Store) -> None:
    tell(store, telling(store), "a")
    holder = str(uuid.uuid4())
    turns = take(store, holder)
    assert turns
    assert take(store, holder) == turns


def test_a_pause_keeps_everybody_from_the_turn(store: Store) -> None:
    stack = telling(store)
    tell(store, stack, "a")
    [turn] = take(store)
    store.database.write(sinks.end_turn, turn, tries=1, pause=300.0)
    assert take(store) == []


def test_what_was_dropped_from_the_events_is_not_told(store: Store) -> None:
    stack = telling(store)
    tell(store, stack, "a", "b", "c")
    gone = delete(tables.event).where(tables.event.c.resource_name.in_(["a", "b"]))
    store.database.write(lambda c: c.execute(gone).rowcount)
    found = store.database.read(sinks.get_waiting, stack, 100)
    assert ([event.resource_name for event in found.events], len(found.ids)) == (["c"], 3)


def test_events_of_many_writers_all_wait(store: Store) -> None:
    stack = telling(store)
    names = [uuid.uuid4().hex for _ in range(12)]
    at_once(*(partial(tell, store, stack, name) for name in names))
    assert sorted(waiting(store, stack)) == sorted(names)
    [turn] = take(store)
    assert store.database.write(sinks.drop_waiting, turn) == 12
