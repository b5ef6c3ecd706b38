"""Backups of volumes as parts of a stack's snapshot."""

import pytest

from heat_mq.errors import StepFailed
from heat_mq.resources.types.cinder.volume.volume import Volume
from heat_mq.resources.types.cinder.volume_attachment import VolumeAttachment
from tests.unit.resources import saving
from tests.unit.resources.mortal import every_death


def backups(cloud):
    return list(cloud.volume.each("/backups/detail", "backups"))


@pytest.mark.parametrize("known", [True, False])
def test_whenever_a_worker_dies_there_is_one_backup_and_none_when_it_is_deleted(driver, cloud, known):
    deaths = 0
    for worker in every_death(driver, "volume"):
        record = worker.create(Volume, "disk", {"size": 1})
        kept = saving.save(worker, record)
        (found,) = backups(cloud)
        assert (found["id"], found["name"], found["status"]) == (kept["backup_id"], saving.NAME, "available")
        worker.delete(record)
        saving.drop(worker, record, kept if known else {})
        assert backups(cloud) == []
        deaths += worker.died
    assert deaths >= 4


def test_a_backup_that_goes_bad_says_why(driver, served):
    (worker,) = every_death(driver)
    record = worker.create(Volume, "disk", {"size": 1})
    served.cloud.faults.add({"kind": "object_error", "service": "volume", "message": "the tape is torn"})
    with pytest.raises(StepFailed, match=r"The backup .* of the volume is error \(the tape is torn\)"):
        saving.save(worker, record)


def test_what_the_volume_was_made_of_gives_way_to_the_backup():
    assert Volume.restored({}) == {}
    assert Volume.restored({"backup_id": "b"}) == {
        "backup_id": "b",
        "image": None,
        "imageRef": None,
        "snapshot_id": None,
        "source_volid": None,
    }


def test_a_volume_in_use_is_detached_while_it_is_restored(driver, cloud, server):
    for worker in every_death(driver, "volume", "compute"):
        record = worker.create(Volume, "disk", {"size": 1})
        attached = worker.create(VolumeAttachment, "at", {"instance_uuid": server, "volume_id": record.physical_id})
        kept = saving.save(worker, record)
        worker.update(record, {"size": 1, "backup_id": kept["backup_id"]})
        (found,) = cloud.volume.each("/volumes/detail", "volumes")
        assert found["status"] == "in-use"
        assert [item["server_id"] for item in found["attachments"]] == [server]
        worker.delete(attached)
        worker.delete(record)
        saving.drop(worker, record, kept)
