"""What is peculiar to images from the web."""

from __future__ import annotations

import uuid

import pytest

from heat_mq.errors import CloudConflict, CloudError, InvalidTemplate, StepFailed
from heat_mq.resources.types.glance.web_image import WebImage

RAW = {"location": "http://192.0.2.80/small.img", "disk_format": "qcow2", "container_format": "bare"}


def images(driver):
    return [each for each in driver.cloud.image.each("/images", "images") if each["visibility"] != "public"]


@pytest.mark.parametrize("lose", [[], ["create"], ["check_create"]])
def test_an_image_has_the_resources_id_and_name(driver, lose):
    record = driver.create(WebImage, "image", RAW, lose=lose)
    (found,) = images(driver)
    assert (found["id"], found["name"], found["status"]) == (record.id, record.physical_name, "active")
    assert driver.reference(record) == record.id


def test_an_id_of_the_template_is_taken_once(driver):
    raw = {**RAW, "id": str(uuid.uuid4())}
    record = driver.create(WebImage, "image", raw, lose=["create"])
    assert record.physical_id == raw["id"]
    assert "heat_mq_resource" not in driver.read(record)
    with pytest.raises(CloudConflict):
        driver.create(WebImage, "another", raw, lose=["create"])
    driver.check(record)


def test_data_that_cannot_be_fetched_fails_the_image_which_can_be_deleted(driver, served):
    served.cloud.faults.add({"kind": "object_error", "service": "image", "count": 1})
    with pytest.raises(StepFailed, match=r"could not fetch the image from http://192.0.2.80/small.img"):
        driver.create(WebImage, "image", {**RAW, "protected": True})
    (found,) = images(driver)
    driver.cloud.image.delete(f"/images/{found['id']}")


def test_a_protected_image_is_deleted_when_it_is_protected_no_more(driver):
    record = driver.create(WebImage, "image", {**RAW, "protected": True})
    with pytest.raises(CloudError, match="protected"):
        driver.delete(record)
    driver.delete(driver.update(record, RAW))
    assert images(driver) == []


def test_members_of_a_shared_image_come_and_go(driver):
    raw = {**RAW, "visibility": "shared", "members": ["one", "two"]}
    record = driver.create(WebImage, "image", raw, lose=["check_create"])
    record = driver.update(record, {**raw, "members": ["two", "three"]}, lose=["update"])
    answer = driver.cloud.image.get(f"/images/{record.physical_id}/members")
    assert sorted(each["member_id"] for each in answer["members"]) == ["three", "two"]
    assert driver.drift(record, {**raw, "members": ["two"]}) == {"members"}


def test_an_image_that_was_deactivated_by_somebody_else_is_seen_to_be(driver):
    record = driver.create(WebImage, "image", RAW)
    driver.cloud.image.post(f"/images/{record.physical_id}/actions/deactivate")
    assert driver.drift(record, RAW) == {"active"}
    record = driver.update(record, RAW, observe=True)
    assert driver.read(record)["status"] == "active"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"disk_format": "ami"}, "both have the same"),
        ({"container_format": "aki"}, "both have the same"),
        ({"members": ["x"]}, "only a shared image has members"),
        ({"kernel_id": "x"}, "kernel_id"),
    ],
)
def test_what_does_not_fit_is_refused(driver, raw, text):
    with pytest.raises(InvalidTemplate, match=text):
        driver.create(WebImage, "image", {**RAW, **raw})
