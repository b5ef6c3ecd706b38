"""What an engine owns without knowing it is given back, and an engine without a lease takes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heat_mq.db.models.traversal import NodeState
from heat_mq.db.repo import nodes
from heat_mq.scheduler.strays import Strays
from tests.integration.store import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


def test_a_claim_that_nobody_heard_of_is_given_back(store: Store) -> None:
    store.create({"a": (), "b": ()})
    engine = store.engine()
    unheard = store.claim(engine, 1)
    heard = store.claim(engine, 1)
    strays = Strays(store.database)
    in_hand = {node.key for node in heard}
    assert strays.give_back(engine, lambda: in_hand) == 0, "it may be about to be begun"
    assert strays.give_back(engine, lambda: in_hand) == 1
    assert [node.key for node in store.claim(store.engine())] == [node.key for node in unheard]
    assert strays.give_back(engine, lambda: in_hand) == 0
    assert [verdict.value for verdict in store.end(engine, [*heard, *unheard]).verdicts] == ["written", "lost"]


def test_what_was_claimed_anew_is_no_stray(store: Store) -> None:
    store.create({"a": ()})
    engine = store.engine()
    (node,) = store.claim(engine)
    strays = Strays(store.database)
    assert strays.give_back(engine, tuple) == 0
    store.database.write(nodes.free_owned, engine, {node.key: node.fence})
    (again,) = store.claim(engine)
    assert again.fence == node.fence + 1
    assert strays.give_back(engine, tuple) == 0, "seen once only with this fence"


def test_an_engine_whose_lease_was_swept_takes_nothing(store: Store) -> None:
    store.create({"a": ()})
    engine, other = store.engine(), store.engine()
    store.expire(engine)
    store.sweep()
    assert store.claim(engine) == []
    (node,) = store.claim(other)
    assert node.state == NodeState.LEASED
