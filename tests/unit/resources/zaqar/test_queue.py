"""Queues, against the simulated Zaqar."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.zaqar.queue import Queue


def names(cloud: Any) -> list[str]:
    return [each["name"] for each in cloud.service("message").each("/queues", "queues")]


@pytest.mark.parametrize("lose", [[], ["create"]])
def test_a_queue_is_made_read_and_deleted(driver: Driver, cloud: Any, lose: list[str]) -> None:
    record = driver.create(Queue, "jobs", {"metadata": {"a": 1}}, lose=lose)
    assert names(cloud) == [record.physical_id]
    assert driver.reference(record) == record.physical_name
    assert driver.attribute(record, "href") == f"/v2/queues/{record.physical_name}"
    assert driver.attribute(record, "queue_id") == record.physical_name
    assert driver.read(record)["a"] == 1
    driver.check(record)
    driver.delete(record)
    assert names(cloud) == []
    driver.delete(record)
    driver.check(record)


def test_a_queue_that_somebody_deleted_is_there_again_after_an_update_that_looks(driver: Driver, cloud: Any) -> None:
    raw = {"metadata": {"a": 1}}
    record = driver.create(Queue, "jobs", raw)
    cloud.service("message").delete_queue(record.physical_id)
    assert driver.drift(record, raw) == {"metadata"}
    driver.update(record, raw, observe=True)
    assert names(cloud) == [record.physical_id]
    assert driver.read(record)["a"] == 1
    driver.delete(record)


def test_its_metadata_is_changed_in_place_and_brought_back(driver: Driver, cloud: Any) -> None:
    raw = {"name": "jobs", "metadata": {"a": 1, "_default_message_ttl": 100}}
    record = driver.create(Queue, "jobs", raw)
    record = driver.update(record, {"name": "jobs", "metadata": {"b": 2, "_default_message_ttl": 100}})
    raw = dict(record.properties)
    live = driver.read(record)
    assert (live.get("a"), live["b"], live["_default_message_ttl"]) == (None, 2, 100)
    assert driver.drift(record, raw) == set()
    cloud.service("message").change_queue("jobs", [{"op": "replace", "path": "/metadata/b", "value": 3}])
    assert driver.drift(record, raw) == {"metadata"}
    driver.update(record, raw, observe=True)
    assert driver.drift(record, raw) == set()
    driver.delete(record)
