"""What a volume looks like to an update that observes."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.errors import CloudGone, StepFailed
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.cinder.volume.volume import Volume

RAW: dict[str, Any] = {"size": 2, "name": "data", "description": "d", "metadata": {"n": 1}, "read_only": False}


def test_a_volume_as_made_has_not_drifted(driver: Driver) -> None:
    record = driver.create(Volume, "disk", RAW)
    assert driver.drift(record, RAW) == set()
    bare = driver.create(Volume, "bare", {"size": 1})
    assert driver.drift(bare, {"size": 1}) == set()


def test_the_type_may_be_given_by_name_or_id(driver: Driver, cloud: Any) -> None:
    kind = cloud.volume.get("/types")["volume_types"][0]
    for given in (kind["name"], kind["id"]):
        raw = {"size": 1, "volume_type": given}
        record = driver.create(Volume, "disk", raw)
        assert driver.drift(record, raw) == set()


def test_what_others_changed_is_brought_back(driver: Driver, cloud: Any) -> None:
    record = driver.create(Volume, "disk", RAW)
    path = f"/volumes/{record.physical_id}"
    cloud.volume.put(path, {"volume": {"name": "theirs", "description": "theirs"}})
    cloud.volume.put(f"{path}/metadata", {"metadata": {"n": "2"}})
    cloud.volume.post(f"{path}/action", {"os-update_readonly_flag": {"readonly": True}})
    assert driver.drift(record, RAW) == {"name", "description", "metadata", "read_only"}
    record = driver.update(record, RAW, observe=True)
    assert driver.drift(record, RAW) == set()


def test_a_volume_that_others_made_larger_cannot_be_brought_back_and_says_so(driver: Driver, cloud: Any) -> None:
    record = driver.create(Volume, "disk", RAW)
    cloud.volume.post(f"/volumes/{record.physical_id}/action", {"os-extend": {"new_size": 3}})
    driver._pass(60)
    assert driver.drift(record, RAW) == {"size"}
    with pytest.raises(StepFailed, match="it has 3 GiB and the template asks for 2"):
        driver.update(record, RAW, observe=True)


def test_a_deleted_volume_is_gone(driver: Driver, cloud: Any) -> None:
    record = driver.create(Volume, "disk", RAW)
    cloud.volume.delete(f"/volumes/{record.physical_id}")
    driver._pass(60)
    with pytest.raises(CloudGone):
        driver.drift(record, RAW)
