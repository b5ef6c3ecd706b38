"""Disks of servers that are copies of a snapshot, which no type makes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from heat_mq.resources.kit import registry
from heat_mq.resources.kit.testing import PATIENCE, Driver
from tests.unit.resources.lives import Raw


@contextlib.contextmanager
def snapshot(driver: Driver) -> Iterator[str]:
    """The id of a snapshot, which no type makes."""
    api, cls = driver.cloud.service("volume"), registry.get("OS::Cinder::Volume")
    volume = driver.create(cls, "origin", {"size": 1})
    wanted = {"volume_id": driver.reference(volume), "name": f"{driver.stack_name}-origin"}
    id = str(api.post("/snapshots", {"snapshot": wanted})["snapshot"]["id"])
    _until(driver, lambda: api.get(f"/snapshots/{id}")["snapshot"]["status"] == "available")
    yield id
    api.delete(f"/snapshots/{id}")
    _until(driver, lambda: not [each for each in api.each("/snapshots", "snapshots") if each["id"] == id])
    driver.delete(volume)


def _until(driver: Driver, done: Callable[[], bool]) -> None:
    for _ in range(PATIENCE):
        if done():
            return
        driver.clock.sleep(1)
    raise AssertionError("what a life stands on is not ready")


@contextlib.contextmanager
def copies(driver: Driver) -> Iterator[Raw]:
    """Volumes of a snapshot and of an image, beside an image that is booted from."""
    with snapshot(driver) as id:
        yield {
            "block_device_mapping_v2": [
                {"snapshot_id": id, "delete_on_termination": True, "boot_index": -1},
                {
                    "image": driver.cloud.service("image").find("image", "cirros"),
                    "volume_size": 2,
                    "volume_type": next(
                        each["name"]
                        for each in driver.cloud.service("volume").each("/types", "volume_types")
                        if each["name"] != "__DEFAULT__"
                    ),
                    "delete_on_termination": True,
                    "boot_index": -1,
                },
            ]
        }


@contextlib.contextmanager
def older_copy(driver: Driver) -> Iterator[Raw]:
    with snapshot(driver) as id:
        device = {"device_name": "vdb", "snapshot_id": id, "volume_size": 2, "delete_on_termination": True}
        yield {"block_device_mapping": [device]}


@contextlib.contextmanager
def amazon_copy(driver: Driver) -> Iterator[Raw]:
    with snapshot(driver) as id:
        disk = {"SnapshotId": id, "VolumeSize": 2, "DeleteOnTermination": True}
        yield {"BlockDeviceMappings": [{"DeviceName": "vdb", "Ebs": disk}]}
