"""Who gives a shared credential up, while stacks come and go at the same time."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from heat_mq.db.records import StackRow
from heat_mq.db.repo import credentials, stacks
from tests.integration import services
from tests.integration.store import NOW, Store, at_once, new_stack

LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


def credential(store: Store, made: datetime.datetime = NOW) -> str:
    values = {
        "id": str(uuid.uuid4()),
        "key": uuid.uuid4().hex * 2,
        "kind": "trust",
        "user_id": "u",
        "project_id": "p",
        "region": None,
        "sealed": "sealed",
        "created_at": made,
    }
    return store.database.write(credentials.add_credential, values).id


def leave(store: Store, root_id: str, credential_id: str | None, made_before: datetime.datetime = NOW) -> list[str]:
    """What a stack does that ends; the ids of all that is given up."""
    store.database.write(credentials.leave_credentials, root_id)
    found = store.database.write(credentials.give_up_credentials, credential_id, NOW, made_before)
    return [row.id for row in found]


def test_the_last_stack_gives_the_credential_up(store: Store):
    shared = credential(store)
    first, second = (store.create({}, name, credential_id=shared) for name in ("first", "second"))
    assert leave(store, first.id, shared) == []
    assert store.database.write(credentials.hold_credential, shared)
    assert leave(store, second.id, shared) == [shared]
    assert not store.database.write(credentials.hold_credential, shared)


def test_what_was_given_up_is_deleted_by_one_unless_that_one_fails(store: Store):
    shared = credential(store)
    stack = store.create({}, credential_id=shared)
    assert leave(store, stack.id, shared) == [shared]
    assert leave(store, stack.id, shared) == []
    store.database.write(credentials.leave_to_others, shared)
    assert leave(store, stack.id, None) == [shared]
    store.database.write(credentials.remove_credential, shared)
    assert leave(store, stack.id, None, made_before=LATER) == []


def test_of_stacks_that_end_at_once_one_gives_the_credential_up(store: Store):
    shared = credential(store)
    roots = [store.create({}, f"stack-{at}", credential_id=shared).id for at in range(8)]
    given_up = at_once(*(partial(leave, store, root, shared) for root in roots))
    assert [each for each in given_up if each] == [[shared]]


def test_a_credential_is_not_given_up_while_a_stack_is_stored_that_uses_it(store: Store):
    for attempt in range(10):
        shared = credential(store)
        old = store.create({}, f"old-{attempt}", credential_id=shared)
        new = new_stack(f"new-{attempt}", credential_id=shared, status="COMPLETE")
        stored, given_up = at_once(partial(begin, store, new), partial(leave, store, old.id, shared))
        assert (shared in given_up) is not stored
        store.database.write(credentials.remove_credential, shared)


def begin(store: Store, stack: StackRow) -> bool:
    """Store a stack unless its credential has been given up."""

    def work(connection: Connection) -> bool:
        held = credentials.hold_credential(connection, stack.credential_id or "")
        if held:
            stacks.insert_stack(connection, {key: getattr(stack, key) for key in stack.__slots__})
        return held

    return store.database.write(work)


def test_what_nobody_used_for_long_is_given_up_with_the_next(store: Store):
    forgotten, young, own = credential(store), credential(store, LATER), credential(store, LATER)
    stack = store.create({}, credential_id=own)
    found = leave(store, stack.id, own, made_before=NOW + datetime.timedelta(minutes=1))
    assert sorted(found) == sorted([forgotten, own])
    assert store.database.write(credentials.hold_credential, young)


def test_of_two_who_replace_a_credential_one_does_and_none_once_it_was_given_up(store: Store):
    id = credential(store)
    known = store.database.read(credentials.get_credential, id)
    assert known is not None
    replaced = at_once(*(partial(store.database.write, credentials.replace_sealed, known, new) for new in ("a", "b")))
    assert sorted(replaced) == [False, True]
    current = store.database.read(credentials.get_credential, id)
    assert current is not None
    assert current.sealed == ("a" if replaced[0] else "b")
    stack = store.create({}, credential_id=id)
    assert leave(store, stack.id, id) == [id]
    assert not store.database.write(credentials.replace_sealed, current, "c")


def test_one_that_is_given_up_just_when_another_finds_it_is_stored_anew(tmp_path: Path):
    with services.database("postgresql", tmp_path) as url:  # the others lock what they find
        store = Store(url)
        old = store.database.read(credentials.get_credential, credential(store))
        assert old is not None
        values = {name: getattr(old, name) for name in old.__slots__} | {"id": str(uuid.uuid4())}
        given_up: list[object] = []

        def give_up(connection: Connection, cursor: object, statement: str, *more: object) -> None:
            if statement.startswith("INSERT INTO credential") and not given_up:
                given_up.extend(store.database.write(credentials.give_up_credentials, old.id, NOW, NOW))

        event.listen(store.database.engine, "after_cursor_execute", give_up)
        new = store.database.write(credentials.add_credential, values)
        store.close()
    assert (new.id, new.key) == (values["id"], old.key)
