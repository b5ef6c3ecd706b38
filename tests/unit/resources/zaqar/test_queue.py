"""Queues, against the simulated Zaqar."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import pytest

from heat_mq.clients.message import SOMEBODY
from heat_mq.resources.kit import Call
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.zaqar.queue import MARK, Queue


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


@pytest.mark.parametrize("metadata", [{}, {"a": 2}])
def test_a_queue_that_somebody_else_made_is_used_and_stays(
    driver: Driver, cloud: Any, metadata: dict[str, Any]
) -> None:
    cloud.service("message").create_queue("jobs", {"theirs": True})
    for lose in ([], ["create"]):
        record = driver.create(Queue, "mine", {"name": "jobs", "metadata": metadata}, lose=lose)
        live = driver.read(record)
        assert {key: live[key] for key in live if not key.startswith("_")} == {"theirs": True, **metadata}
        assert "was there already" in driver.run(record, "check_create").note
        driver.delete(record)
        assert names(cloud) == ["jobs"]


def test_a_queue_that_came_with_its_first_message_keeps_its_messages(driver: Driver, cloud: Any) -> None:
    queues = cloud.service("message")
    queues.post_messages("jobs", [{"body": 1, "ttl": 600}], SOMEBODY)
    record = driver.create(Queue, "jobs", {"name": "jobs", "metadata": {"a": 1}})
    driver.delete(record)
    assert [message["body"] for message in queues.messages("jobs", SOMEBODY)] == [1]


def test_of_two_resources_with_one_queue_only_its_maker_deletes_it(driver: Driver, cloud: Any) -> None:
    first, second = (driver.create(Queue, name, {"name": "jobs"}) for name in ("first", "second"))
    driver.delete(second)
    assert names(cloud) == ["jobs"]
    driver.delete(first)
    assert names(cloud) == []


def test_what_an_interrupted_create_has_made_is_found_by_its_maker_alone(driver: Driver, cloud: Any) -> None:
    props = driver.props(Queue, {"name": "jobs"})
    made = driver.create(Queue, "jobs", {"name": "jobs"})
    call = Call(cloud=cloud, clock=driver.clock, api=cloud.service("message"))
    assert Queue(dataclasses.replace(made, physical_id=None)).find_existing(call, props) == "jobs"
    another = dataclasses.replace(made, id=str(uuid.uuid4()), physical_id=None)
    assert Queue(another).find_existing(call, props) is None
    driver.delete(made)
    assert Queue(made).find_existing(call, props) is None


def test_a_successor_of_the_same_name_takes_the_queue_over(driver: Driver, cloud: Any) -> None:
    """As after a create that failed though Zaqar had made the queue."""
    old = driver.create(Queue, "jobs", {"name": "jobs", "metadata": {"a": 1}})
    new = driver.create(Queue, "jobs", {"name": "jobs", "metadata": {"a": 2}})
    driver.delete(old)
    assert driver.read(new)["a"] == 2
    driver.delete(new)
    assert names(cloud) == []
    driver.finish(old, "restore_replaced")
    assert driver.read(old)["a"] == 1
    driver.delete(old)
    assert names(cloud) == []


def test_an_adopted_queue_is_deleted_by_the_stack_that_adopted_it(driver: Driver, cloud: Any) -> None:
    for metadata in ({}, {MARK: "another/stack/s"}):
        cloud.service("message").create_queue("jobs", metadata)
        maker = driver.create(Queue, "jobs", {})
        record = dataclasses.replace(maker, id=str(uuid.uuid4()), physical_id="jobs")
        driver.data[record.id] = {}
        props = driver.props(Queue, {"name": "jobs"})
        call = Call(cloud=cloud, clock=driver.clock, api=cloud.service("message"))
        assert Queue(record).adopt(call, props) == "jobs"
        driver.delete(record)
        driver.delete(maker)
        assert names(cloud) == []
