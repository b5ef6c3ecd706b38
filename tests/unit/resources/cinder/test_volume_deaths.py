"""Volumes made, changed and deleted by workers that die after any request."""

from heat_mq.resources.types.cinder.volume.volume import Volume
from tests.unit.resources.mortal import every_death


def test_whenever_a_worker_dies_there_is_one_volume_and_none_after_delete(driver, cloud):
    deaths = 0
    for worker in every_death(driver, "volume"):
        record = worker.create(Volume, "disk", {"size": 1, "name": "data", "description": "x", "read_only": True})
        (found,) = cloud.volume.each("/volumes/detail", "volumes")
        assert (found["name"], found["metadata"]) == ("data", {"readonly": "True"})
        worker.update(record, {"size": 2, "name": "more", "metadata": {"a": "b"}})
        (found,) = cloud.volume.each("/volumes/detail", "volumes")
        assert (found["name"], found["size"], found["metadata"]["a"]) == ("more", 2, "b")
        worker.delete(record)
        assert list(cloud.volume.each("/volumes", "volumes")) == []
        deaths += worker.died
    assert deaths > 5
