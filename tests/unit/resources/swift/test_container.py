"""What is peculiar to containers of objects."""

from __future__ import annotations

import dataclasses

import pytest

from heat_mq.errors import StepFailed
from heat_mq.resources.kit.testing import _State
from heat_mq.resources.types.swift import container as module
from heat_mq.resources.types.swift.container import Container


def fill(driver, record, count=3):
    for number in range(count):
        driver.cloud.service("object-store").put_object(record.physical_id, f"o{number}", {"n": number})


def names(driver):
    return [each["name"] for each in driver.cloud.service("object-store").get("")]


def test_attributes_tell_where_it_is_and_what_is_in_it(driver, served):
    record = driver.create(Container, "box", {"name": "a box"})
    fill(driver, record)
    root = driver.attribute(record, "RootURL")
    assert root.startswith(f"{served.url}/object-store/v1/AUTH_")
    assert driver.attribute(record, "WebsiteURL") == f"{root}/a%20box"
    assert driver.attribute(record, "DomainName") == "127.0.0.1"
    assert (driver.attribute(record, "ObjectCount"), driver.attribute(record, "BytesUsed")) == (3, 24)
    assert driver.attribute(record, "HeadContainer")["x-container-object-count"] == "3"
    assert driver.reference(record) == "a box"


def test_metadata_may_be_any_text(driver):
    record = driver.create(Container, "box", {"X-Container-Meta": {"Title": "größer als €5"}})
    assert driver.read(record)["x-container-meta-title"] == "größer als €5"


def test_the_accounts_metadata_is_set_and_stays(driver):
    record = driver.create(Container, "box", {"X-Account-Meta": {"Temp-URL-Key": "k"}}, lose=["check_create"])
    driver.delete(record)
    assert driver.cloud.service("object-store").request("HEAD", "").headers["X-Account-Meta-Temp-Url-Key"] == "k"


def test_a_container_with_objects_is_not_deleted_unless_it_is_asked_for(driver):
    record = driver.create(Container, "box")
    fill(driver, record)
    with pytest.raises(StepFailed, match="PurgeOnDelete is false"):
        driver.delete(record)
    assert len(names(driver)) == 1


def test_objects_are_deleted_a_few_at_a_time(driver, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 2)
    record = driver.create(Container, "box", {"PurgeOnDelete": True})
    fill(driver, record, 5)
    driver.delete(record, lose=["delete", "check_delete"])
    assert names(driver) == []


def test_a_successor_takes_over_the_container_with_what_is_in_it(driver):
    raw = {"name": "box", "PurgeOnDelete": True}
    old = driver.create(Container, "box", {**raw, "X-Container-Meta": {"old": "1"}, "X-Container-Read": ".r:*"})
    fill(driver, old)
    new = driver.create(Container, "box", {**raw, "X-Container-Meta": {"new": "1"}}, lose=["create"])
    driver.delete(old, lose=["delete"])
    live = driver.read(new)
    assert (live["x-container-object-count"], live["x-container-meta-new"]) == ("3", "1")
    assert not {"x-container-meta-old", "x-container-read", "x-container-meta-heat-mq-before"} & live.keys()
    driver.delete(new)
    assert names(driver) == []


def test_a_successor_that_fails_hands_the_container_back(driver):
    raw = {"name": "box", "PurgeOnDelete": True}
    old = driver.create(Container, "box", {**raw, "X-Container-Meta": {"old": "1"}, "X-Container-Read": ".r:*"})
    fill(driver, old)
    before = driver.read(old)
    new = driver.create(Container, "box", {**raw, "X-Container-Meta": {"new": "1"}})
    driver.delete(new, lose=["delete"])
    driver.run(old, "restore_replaced")
    lasting = [key for key in before if key.startswith("x-container")]
    assert {key: driver.read(old).get(key) for key in lasting} == {key: before[key] for key in lasting}
    assert "x-container-meta-new" not in driver.read(old)
    driver.delete(old)
    assert names(driver) == []


def test_an_adopted_container_is_deleted_by_its_new_resource(driver):
    old = driver.create(Container, "box")
    adopted = dataclasses.replace(old, id="another")
    driver.data["another"] = {}
    props = driver.props(Container, {})
    _State(driver, Container, adopted).call("adopt", lambda resource, call: resource.adopt(call, props))
    driver.delete(adopted)
    assert names(driver) == []
