"""Volumes, against the simulated Cinder."""

import pytest

from heat_mq.errors import InvalidTemplate, StepFailed
from heat_mq.resources.kit import Replace
from heat_mq.resources.types.cinder.volume.volume import Volume


def volumes(cloud):
    return list(cloud.volume.each("/volumes/detail", "volumes"))


def fault(served, **rule):
    served.cloud.faults.add(rule)


def finish_snapshot_delete(driver, record, *, lose=()):
    """The policy Snapshot: save, then delete."""
    from heat_mq.resources.kit.testing import _State

    state = _State(driver, Volume, record)
    for _ in range(2 if "snapshot_delete" in lose else 1):
        state.call("snapshot_delete", lambda resource, call: resource.snapshot_delete(call), keep=not lose)
    if lose:
        state.call("snapshot_delete", lambda resource, call: resource.snapshot_delete(call))
    state.wait("check_snapshot_delete", ())
    driver.delete(record)


def test_a_volume_is_made_read_and_deleted(driver, cloud):
    record = driver.create(Volume, "disk", {"size": 2, "metadata": {"a": "b"}})
    (found,) = volumes(cloud)
    assert found["name"] == record.physical_name
    assert driver.attribute(record, "size") == "2"
    assert driver.attribute(record, "status") == "available"
    assert driver.attribute(record, "metadata") == '{"a": "b"}'
    assert driver.attribute(record, "metadata_values") == {"a": "b"}
    assert driver.attribute(record, "attachments_list") == []
    assert driver.reference(record) == found["id"]
    driver.check(record)
    driver.delete(record)
    assert volumes(cloud) == []
    driver.delete(record)


@pytest.mark.parametrize("name", [None, "data"])
@pytest.mark.parametrize("lose", [["create"], ["check_create"], ["create", "check_create"]])
def test_a_worker_that_dies_leaves_one_volume(driver, cloud, lose, name):
    raw = {"size": 1, "read_only": True, **({"name": name, "description": "kept"} if name else {})}
    other = driver.create(Volume, "other", raw)
    record = driver.create(Volume, "disk", raw, lose=lose)
    assert len(volumes(cloud)) == 2
    assert driver.attribute(record, "display_name") == (name or record.physical_name)
    assert driver.attribute(record, "metadata_values")["readonly"] == "True"
    driver.delete(record, lose=["delete", "check_delete"])
    assert [volume["id"] for volume in volumes(cloud)] == [other.physical_id]


def test_a_volume_is_made_of_an_image_by_name(driver, cloud):
    image = next(iter(cloud.image.each("/images", "images")))
    record = driver.create(Volume, "disk", {"size": 10, "image": image["name"]})
    assert driver.attribute(record, "bootable") == "true"
    old_name = driver.create(Volume, "other", {"size": 10, "imageRef": image["id"]})
    assert driver.attribute(old_name, "bootable") == "true"


def test_what_a_volume_is_made_of_is_one_thing_and_has_a_size(driver):
    for raw, path in (
        ({}, "size"),
        ({"image": "cirros"}, "size"),
        ({"size": 1, "snapshot_id": "a", "source_volid": "b"}, "snapshot_id"),
    ):
        with pytest.raises(InvalidTemplate) as raised:
            driver.props(Volume, raw)
        assert [problem.path for problem in raised.value.problems] == [path]


def test_a_volume_that_goes_to_error_says_so(driver, served):
    fault(served, kind="object_error", service="volume")
    with pytest.raises(StepFailed, match="Creating the volume failed: the volume went to status error"):
        driver.create(Volume, "disk", {"size": 1})


@pytest.mark.parametrize("lose", [[], ["update"], ["check_update"], ["update", "check_update"]])
def test_a_volume_changes_in_place(driver, cloud, lose):
    record = driver.create(Volume, "disk", {"size": 1})
    raw = {"size": 3, "name": "big", "description": "more", "metadata": {"x": 1}, "read_only": False}
    record = driver.update(record, raw, lose=lose)
    (found,) = volumes(cloud)
    assert (found["size"], found["name"], found["description"]) == (3, "big", "more")
    assert found["metadata"]["x"] == "1"
    record = driver.update(record, {"size": 3})
    (found,) = volumes(cloud)
    assert (found["name"], found["description"]) == (record.physical_name, "")


def test_a_volume_does_not_shrink(driver):
    record = driver.create(Volume, "disk", {"size": 3})
    with pytest.raises(StepFailed, match="cannot shrink"):
        driver.update(record, {"size": 1})


def test_another_zone_needs_another_volume(driver):
    record = driver.create(Volume, "disk", {"size": 1})
    with pytest.raises(Replace):
        driver.update(record, {"size": 1, "availability_zone": "nova"})


@pytest.mark.parametrize("lose", [[], ["update"], ["check_update"]])
def test_a_volume_changes_its_type(driver, cloud, cloud_of, lose):
    cloud_of("admin").volume.post("/types", {"volume_type": {"name": "fast"}})
    record = driver.create(Volume, "disk", {"size": 1})
    record = driver.update(record, {"size": 1, "volume_type": "fast"}, lose=lose)
    assert driver.attribute(record, "volume_type") == "fast"
    record = driver.update(record, {"size": 1})
    assert driver.attribute(record, "volume_type") == "lvmdriver-1"


def test_the_policy_snapshot_leaves_one_backup_from_which_a_volume_is_made(driver, cloud):
    record = driver.create(Volume, "disk", {"size": 2})
    finish_snapshot_delete(driver, record, lose=["snapshot_delete"])
    assert volumes(cloud) == []
    (backup,) = cloud.volume.each("/backups/detail", "backups")
    assert backup["status"] == "available"
    again = driver.create(Volume, "again", {"backup_id": backup["id"], "name": "again", "metadata": {"k": "v"}})
    (found,) = volumes(cloud)
    assert (found["name"], found["size"], found["metadata"]) == ("again", 2, {"k": "v", "src_backup_id": backup["id"]})
    driver.update(again, {"backup_id": backup["id"], "name": "again"})


def test_a_backup_is_restored_into_the_volume(driver, cloud):
    record = driver.create(Volume, "disk", {"size": 2})
    backup = cloud.volume.post("/backups", {"backup": {"volume_id": record.physical_id}})["backup"]
    driver.clock.advance(60)
    driver.update(record, {"size": 2, "backup_id": backup["id"]}, lose=["check_update"])
    driver.check(record)


def test_a_volume_with_snapshots_stays_and_they_are_named(driver, cloud):
    record = driver.create(Volume, "disk", {"size": 1})
    cloud.volume.post("/snapshots", {"snapshot": {"volume_id": record.physical_id, "name": "before"}})
    driver.clock.advance(60)
    with pytest.raises(StepFailed, match="while it has snapshots: before"):
        driver.delete(record)


def test_a_volume_waits_for_its_snapshots_to_go(driver, cloud):
    record = driver.create(Volume, "disk", {"size": 1})
    made = cloud.volume.post("/snapshots", {"snapshot": {"volume_id": record.physical_id, "name": "before"}})
    driver.clock.advance(60)
    cloud.volume.delete(f"/snapshots/{made['snapshot']['id']}")
    driver.delete(record)
    assert volumes(cloud) == []


def test_only_a_volume_in_error_or_gone_is_replaced(driver, cloud, cloud_of):
    record = driver.create(Volume, "disk", {"size": 1})
    assert not driver.needs_replace_failed(record)
    action = {"os-reset_status": {"status": "error"}}
    cloud_of("admin").volume.post(f"/volumes/{record.physical_id}/action", action)
    assert driver.needs_replace_failed(record)
    with pytest.raises(StepFailed, match="not in order"):
        driver.check(record)
    driver.delete(record)
    assert driver.needs_replace_failed(record)
