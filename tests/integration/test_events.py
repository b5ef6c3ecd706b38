from __future__ import annotations

import datetime
import uuid

import pytest

from heat_mq.db.models import Base
from heat_mq.db.repo import events
from heat_mq.db.session import Database

STACK, OTHER = str(uuid.uuid4()), str(uuid.uuid4())


def event(stack_id: str, number: int) -> dict[str, object]:
    return {
        "uuid": str(uuid.uuid4()),
        "stack_id": stack_id,
        "resource_name": f"r{number}",
        "resource_type": "T",
        "physical_id": None,
        "action": "CREATE",
        "status": "COMPLETE",
        "reason": "state changed",
        "properties": None,
        "engine_id": None,
        "created_at": datetime.datetime(2024, 1, 1),
    }


@pytest.mark.parametrize(
    ("keep", "batch", "left"), [(10, 1, 10), (10, 5, 7), (10, 200, 0), (0, 5, 12), (12, 5, 12), (20, 5, 12)]
)
def test_the_oldest_events_go_when_there_are_too_many(database_url: str, keep: int, batch: int, left: int):
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    try:
        database.write(events.insert_events, [event(STACK, number) for number in range(12)])
        database.write(events.insert_events, [event(OTHER, 0)])
        assert database.write(events.trim_events, [STACK], keep, batch) == 12 - left
        kept = database.read(events.list_events, [STACK], filters={}, descending=False)
        assert [item.resource_name for item in kept] == [f"r{number}" for number in range(12 - left, 12)]
        assert len(database.read(events.list_events, [OTHER], filters={})) == 1
    finally:
        database.dispose()
