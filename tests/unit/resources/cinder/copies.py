"""A snapshot and backups of a volume, which no type makes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping

from heat_mq.resources.kit import registry
from heat_mq.resources.kit.testing import PATIENCE, Driver

#: What lives say for the ids.
SNAPSHOT, BACKUP, OTHER_BACKUP = "the snapshot", "the backup", "the other backup"


@contextlib.contextmanager
def snapshot(driver: Driver) -> Iterator[Mapping[str, str]]:
    with _copies(driver, "snapshot", SNAPSHOT) as words:
        yield words


@contextlib.contextmanager
def backups(driver: Driver) -> Iterator[Mapping[str, str]]:
    with _copies(driver, "backup", BACKUP, OTHER_BACKUP) as words:
        yield words


@contextlib.contextmanager
def _copies(driver: Driver, kind: str, *names: str) -> Iterator[Mapping[str, str]]:
    """Ids of copies of one volume by these names."""
    api, cls = driver.cloud.service("volume"), registry.get("OS::Cinder::Volume")
    volume, ids = driver.create(cls, "origin", {"size": 1}), {}
    for name in names:
        wanted = {"volume_id": driver.reference(volume), "name": f"{driver.stack_name}-{name}"}
        ids[name] = str(api.post(f"/{kind}s", {kind: wanted})[kind]["id"])
        _until(driver, lambda id=ids[name]: api.get(f"/{kind}s/{id}")[kind]["status"] == "available")
    yield ids
    for id in reversed(ids.values()):
        api.delete(f"/{kind}s/{id}")
    _until(driver, lambda: not set(ids.values()) & {each["id"] for each in api.each(f"/{kind}s", f"{kind}s")})
    driver.delete(volume)


def _until(driver: Driver, done: Callable[[], bool]) -> None:
    for _ in range(PATIENCE):
        if done():
            return
        driver.clock.sleep(1)
    raise AssertionError("what a life stands on is not ready")
