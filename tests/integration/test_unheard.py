"""A commit whose answer was lost is tried again: it is the same action, not another one's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from heat_mq.db.session import Database, write_id
from tests.integration.store import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


def test_an_action_that_was_begun_unheard_is_begun_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = store.create({"a": ()})
    once = Database._write_once

    def unheard(self: Database, *args: Any, **kwargs: Any) -> Any:
        once(self, *args, **kwargs)
        return once(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "_write_once", unheard)
        begun = store.start(stack, {"a": (), "b": ()})
    assert begun is not None
    assert store.stack(stack).traversal_id == begun
    assert sorted(store.states(begun)) == ["a", "b"]
    assert store.start(stack, {"a": ()}) is None, "who saw the stack before that has lost"


def test_each_write_has_an_id_of_its_own(store: Store) -> None:
    assert store.database.write(write_id) != store.database.write(write_id)
