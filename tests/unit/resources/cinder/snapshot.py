"""A snapshot of a volume, which no type makes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping

from heat_mq.resources.kit import registry
from heat_mq.resources.kit.testing import PATIENCE, Driver

#: What lives say for its id.
SNAPSHOT = "the snapshot"


@contextlib.contextmanager
def snapshot(driver: Driver) -> Iterator[Mapping[str, str]]:
    api, cls = driver.cloud.service("volume"), registry.get("OS::Cinder::Volume")
    volume = driver.create(cls, "origin", {"size": 1})
    wanted = {"volume_id": driver.reference(volume), "name": f"{driver.stack_name}-origin"}
    id = str(api.post("/snapshots", {"snapshot": wanted})["snapshot"]["id"])
    _until(driver, lambda: api.get(f"/snapshots/{id}")["snapshot"]["status"] == "available")
    yield {SNAPSHOT: id}
    api.delete(f"/snapshots/{id}")
    _until(driver, lambda: not [each for each in api.each("/snapshots", "snapshots") if each["id"] == id])
    driver.delete(volume)


def _until(driver: Driver, done: Callable[[], bool]) -> None:
    for _ in range(PATIENCE):
        if done():
            return
        driver.clock.sleep(1)
    raise AssertionError("what a life stands on is not ready")
