"""A commit whose answer was lost is tried again: it is the same action, not another one's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from heat_mq.db.session import Database, write_id
from tests.integration.store import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def unheard(monkeypatch: pytest.MonkeyPatch) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """While it lasts every transaction is committed, and tried again."""
    once = Database._write_once

    def twice(self: Database, *args: Any, **kwargs: Any) -> Any:
        once(self, *args, **kwargs)
        return once(self, *args, **kwargs)

    @contextlib.contextmanager
    def lasting() -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr(Database, "_write_once", twice)
            yield

    return lasting


def test_a_worker_that_registers_unheard_has_a_lease(
    store: Store, unheard: Callable[[], contextlib.AbstractContextManager[None]]
) -> None:
    with unheard():
        engine = store.engine()
    store.create({"a": ()})
    assert [node.name for node in store.claim(engine)] == ["a"]


def test_an_action_that_was_begun_unheard_is_begun_once(
    store: Store, unheard: Callable[[], contextlib.AbstractContextManager[None]]
) -> None:
    stack = store.create({"a": ()})
    with unheard():
        begun = store.start(stack, {"a": (), "b": ()})
    assert begun is not None
    assert store.stack(stack).traversal_id == begun
    assert sorted(store.states(begun)) == ["a", "b"]
    assert store.start(stack, {"a": ()}) is None, "who saw the stack before that has lost"


def test_each_write_has_an_id_of_its_own(store: Store) -> None:
    assert store.database.write(write_id) != store.database.write(write_id)
