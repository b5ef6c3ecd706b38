from __future__ import annotations

import pathlib

import pytest

from heat_mq.db.models import Base
from heat_mq.db.repo import blobs
from heat_mq.db.session import Database
from heat_mq.engine.bodies import Bodies
from heat_mq.errors import Bug
from tests.counting import statements

TEXTS = ["a: 1", "b: 2" * 10]


@pytest.fixture
def database(tmp_path: pathlib.Path):
    database = Database(f"sqlite:///{tmp_path}/blobs.sqlite")
    Base.metadata.create_all(database.engine)
    database.write(blobs.put_blobs, TEXTS)
    yield database
    database.dispose()


def test_a_content_is_read_once(database: Database) -> None:
    bodies, digests = Bodies(database), [blobs.digest_of(text) for text in TEXTS]
    assert bodies.get(digests[:1]) == {digests[0]: TEXTS[0]}
    assert bodies.get(digests) == dict(zip(digests, TEXTS, strict=True))
    with statements(database.engine) as asked:
        assert bodies.get(digests) == dict(zip(digests, TEXTS, strict=True))
    assert asked == []


def test_what_is_larger_than_the_cache_is_read_each_time(database: Database) -> None:
    bodies, digest = Bodies(database, characters=10), blobs.digest_of(TEXTS[1])
    for _ in range(2):
        with statements(database.engine) as asked:
            assert bodies.get([digest]) == {digest: TEXTS[1]}
        assert len(asked) == 1


def test_a_missing_content_is_a_bug(database: Database) -> None:
    with pytest.raises(Bug, match="missing"):
        Bodies(database).get(["0" * 64])
