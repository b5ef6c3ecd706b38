"""Volumes attached to servers, against the simulated Nova and Cinder."""

import pytest

from heat_mq.resources.types.cinder.volume.volume import Volume
from heat_mq.resources.types.cinder.volume_attachment import VolumeAttachment
from heat_mq.resources.types.nova.server.server import Server
from tests.unit.resources.deaths import deaths_of
from tests.unit.resources.mortal import every_death


@pytest.fixture
def server(driver, cloud):
    """Makes servers without network."""
    image = next(iter(cloud.image.each("/images", "images")))["id"]
    flavor = next(iter(cloud.compute.each("/flavors", "flavors")))["id"]

    def make(name):
        raw = {"image": image, "flavor": flavor, "networks": [{"allocate_network": "none"}]}
        return driver.create(Server, name, raw).physical_id

    return make


def show(cloud, volume):
    return cloud.volume.get(f"/volumes/{volume.physical_id}")["volume"]


def test_a_volume_is_attached_and_detached(driver, cloud, server):
    volume = driver.create(Volume, "disk", {"size": 1})
    home = server("a")
    raw = {"instance_uuid": home, "volume_id": volume.physical_id, "mountpoint": "/dev/vdc"}
    record = driver.create(VolumeAttachment, "attachment", raw)
    assert show(cloud, volume)["status"] == "in-use"
    assert show(cloud, volume)["attachments"][0]["server_id"] == home
    assert driver.reference(record) == record.physical_id
    assert driver.read(record)["serverId"] == home
    driver.check(record)
    driver.delete(record)
    assert show(cloud, volume)["status"] == "available"
    driver.delete(record)
    driver.delete(volume)
    driver.delete(record)


def test_whenever_a_worker_dies_the_volume_is_where_it_shall_be(driver, cloud, server):
    volume, other = (driver.create(Volume, name, {"size": 1}) for name in ("disk", "other"))
    home, next_home = server("a"), server("b")
    for worker in every_death(driver, "compute", "volume"):
        record = worker.create(VolumeAttachment, "attachment", {"instance_uuid": home, "volume_id": volume.physical_id})
        record = worker.update(record, {"instance_uuid": next_home, "volume_id": volume.physical_id})
        (attachment,) = show(cloud, volume)["attachments"]
        assert attachment["server_id"] == next_home
        record = worker.update(record, {"instance_uuid": next_home, "volume_id": other.physical_id})
        assert show(cloud, volume)["status"] == "available"
        assert show(cloud, other)["status"] == "in-use"
        worker.delete(record)
        assert show(cloud, other)["status"] == "available"


def test_a_volume_in_use_is_extended_where_it_is(driver, cloud, server):
    volume = driver.create(Volume, "disk", {"size": 1})
    home = server("a")
    driver.create(VolumeAttachment, "attachment", {"instance_uuid": home, "volume_id": volume.physical_id})
    driver.update(volume, {"size": 2}, lose=["check_update"])
    found = show(cloud, volume)
    assert (found["size"], found["status"], found["attachments"][0]["server_id"]) == (2, "in-use", home)


def test_a_volume_that_is_attached_is_deleted_when_it_is_free(driver, cloud, server):
    volume = driver.create(Volume, "disk", {"size": 1})
    raw = {"instance_uuid": server("a"), "volume_id": volume.physical_id}
    driver.create(VolumeAttachment, "attachment", raw)
    path = f"/servers/{raw['instance_uuid']}/os-volume_attachments/{volume.physical_id}"
    cloud.compute.delete(path)
    driver.delete(volume)
    assert list(cloud.volume.each("/volumes", "volumes")) == []


def test_a_volume_that_cannot_be_extended_in_use_is_detached_for_it(driver, cloud, server, served):
    home = server("a")
    raw = {"instance_uuid": home, "mountpoint": "/dev/vdc"}
    size = 1
    for worker in every_death(driver, "compute", "volume"):
        volume = worker.create(Volume, "disk", {"size": size})
        attachment = worker.create(VolumeAttachment, "attachment", {**raw, "volume_id": volume.physical_id})
        refusal = {"kind": "error", "service": "volume", "method": "POST", "path": "/action", "status": 400}
        rule = served.cloud.faults.add({**refusal, "count": 1})
        volume = worker.update(volume, {"size": size + 1})
        served.cloud.faults.remove(rule["id"])
        found = show(cloud, volume)
        assert (found["size"], found["status"]) == (size + 1, "in-use")
        assert found["attachments"][0]["server_id"] == home
        worker.delete(attachment)
        worker.delete(volume)


def test_what_gave_way_to_a_successor_that_never_came_is_attached_again(driver, cloud, server):
    volume, home = driver.create(Volume, "disk", {"size": 1}), server("a")
    raw = {"instance_uuid": home, "volume_id": volume.physical_id, "mountpoint": "/dev/vdc"}
    record = driver.create(VolumeAttachment, "attachment", raw)
    assert not driver.needs_replace_failed(record)
    driver.prepare_replace(record, raw)
    assert show(cloud, volume)["status"] == "available"
    assert driver.needs_replace_failed(record)
    driver.finish(record, "restore_replaced")
    assert show(cloud, volume)["attachments"][0]["server_id"] == home
    assert driver.read(record)["serverId"] == home


def test_whatever_an_update_has_attached_that_nobody_went_on_with_goes_with_the_attachment(driver, cloud, server):
    volume, other = (driver.create(Volume, name, {"size": 1}) for name in ("disk", "other"))
    raw = {"instance_uuid": server("a"), "volume_id": volume.physical_id}
    moved, deaths = {"instance_uuid": server("b"), "volume_id": other.physical_id}, 0
    for worker, record in deaths_of(driver, lambda: driver.create(VolumeAttachment, "it", raw), "compute"):
        worker.leave_update(record, moved)
        driver.delete(record)
        assert (show(cloud, volume)["status"], show(cloud, other)["status"]) == ("available", "available")
        deaths += worker.died
    assert deaths == 2


def test_a_volume_stays_where_it_is_when_nothing_of_its_attachment_changes(driver, cloud, server):
    volume, home = driver.create(Volume, "disk", {"size": 1}), server("a")
    raw = {"instance_uuid": home, "volume_id": volume.physical_id, "mountpoint": "/dev/vdc"}
    record = driver.create(VolumeAttachment, "attachment", raw)
    (before,) = show(cloud, volume)["attachments"]
    record = driver.update(record, raw)
    assert show(cloud, volume)["attachments"] == [before]
    driver.update(record, {**raw, "mountpoint": "/dev/vdd"})
    (after,) = show(cloud, volume)["attachments"]
    assert after["attachment_id"] != before["attachment_id"]
