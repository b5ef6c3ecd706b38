"""Updates of volumes that did not end, and the updates back that follow."""

import pytest

from heat_mq.errors import CloudError, StepFailed
from heat_mq.resources.kit.testing import _State
from heat_mq.resources.types.cinder.volume.volume import Volume
from heat_mq.resources.types.cinder.volume_attachment import VolumeAttachment
from tests.unit.resources.deaths import deaths_of


@pytest.fixture
def restores(driver, monkeypatch):
    """The backups that volumes are overwritten with."""
    seen = []
    post = driver.cloud.volume.post

    def noting(path, *args, **kwargs):
        if path.endswith("/restore"):
            seen.append(path.split("/")[2])
        return post(path, *args, **kwargs)

    monkeypatch.setattr(driver.cloud.volume, "post", noting)
    return seen


def show(cloud, volume):
    return cloud.volume.get(f"/volumes/{volume.physical_id}")["volume"]


def backup(driver, cloud, volume, name):
    made = cloud.volume.post("/backups", {"backup": {"volume_id": volume.physical_id, "name": name}})["backup"]
    driver.clock.advance(60)
    return made["id"]


def taken_back(driver, record, raw):
    """What the update back says when it is done."""
    props, tried = driver.props(Volume, dict(record.properties)), driver.props(Volume, raw)
    state = _State(driver, Volume, record)
    state.old, state.wanted, state.tried = props, props, [tried]
    changed = frozenset(name for name in tried if tried[name] != props.get(name))
    state.call("update", lambda resource, call: resource.update(call, props, changed))
    return state.wait("check_update", ()).note


def test_a_volume_that_has_grown_stays_larger_and_all_else_is_taken_back(driver, cloud):
    raw = {"size": 1, "name": "disk", "description": "Small", "metadata": {"floor": "3"}, "read_only": False}
    tried = {"size": 3, "name": "store", "description": "Large", "metadata": {"floor": "4"}, "read_only": True}
    sizes = set()
    for worker, volume in deaths_of(driver, lambda: driver.create(Volume, "disk", raw), "volume"):
        worker.leave_update(volume, tried)
        note = taken_back(driver, volume, tried)
        found = show(cloud, volume)
        sizes.add(found["size"])
        assert note == ("The volume keeps its 3 GiB: it cannot shrink to 1 again" if found["size"] == 3 else "")
        assert (found["name"], found["description"], found["status"]) == ("disk", "Small", "available")
        assert found["metadata"] == {"floor": "3", "readonly": "False"}
        assert driver.drift(volume, raw) == set()
        volume = driver.update(volume, {**raw, "size": 4}, observe=True)
        assert show(cloud, volume)["size"] == 4
        driver.delete(volume)
    assert sizes == {1, 3}


def test_only_the_size_that_it_had_is_made_do_with(driver):
    volume = driver.create(Volume, "disk", {"size": 1})
    driver.update(volume, {"size": 4})
    with pytest.raises(StepFailed, match="it has 4 GiB and the template asks for 2"):
        driver.update(volume, {"size": 2})


def test_a_volume_is_overwritten_again_only_when_the_unfinished_update_may_have_done_it(driver, cloud, restores):
    origin = driver.create(Volume, "origin", {"size": 1})
    first, second = (backup(driver, cloud, origin, name) for name in ("first", "second"))
    raw, tried = {"backup_id": first, "name": "disk"}, {"backup_id": second, "name": "store"}
    deaths = set()
    for worker, volume in deaths_of(driver, lambda: driver.create(Volume, "disk", raw), "volume"):
        del restores[:]
        worker.leave_update(volume, tried)
        driver.take_back(volume, tried)
        assert restores in ([], [second, first])
        deaths.add(len(restores))
        driver.delete(volume)
    assert deaths == {0, 2}


def test_a_restore_that_is_refused_has_overwritten_nothing(driver, cloud, restores):
    origin = driver.create(Volume, "origin", {"size": 1})
    volume = driver.create(Volume, "disk", {"backup_id": backup(driver, cloud, origin, "first")})
    tried = {"backup_id": "0" * 8}
    del restores[:]
    with pytest.raises(CloudError):
        driver.update(volume, tried)
    driver.take_back(volume, tried)
    assert restores == ["0" * 8]


def test_what_a_volume_held_before_a_restore_is_said_to_be_lost(driver, cloud):
    volume = driver.create(Volume, "disk", {"size": 1})
    tried = {"size": 1, "backup_id": backup(driver, cloud, volume, "first")}
    assert taken_back(driver, volume, tried) == ""
    driver.update(volume, tried)
    assert "what it held before cannot be brought back" in taken_back(driver, volume, tried)


def test_a_volume_that_was_detached_to_grow_is_attached_again(driver, cloud, server, served):
    raw, deaths = {"instance_uuid": server, "mountpoint": "/dev/vdc"}, 0
    refusal = {"kind": "error", "service": "volume", "method": "POST", "path": "/action", "status": 400, "count": 1}

    def make():
        volume = driver.create(Volume, "disk", {"size": 1})
        return volume, driver.create(VolumeAttachment, "attachment", {**raw, "volume_id": volume.physical_id})

    for worker, (volume, attachment) in deaths_of(driver, make, "compute", "volume"):
        rule = served.cloud.faults.add(refusal)
        worker.leave_update(volume, {"size": 2})
        served.cloud.faults.remove(rule["id"])
        driver.take_back(volume, {"size": 2})
        found = show(cloud, volume)
        assert (found["status"], [each["server_id"] for each in found["attachments"]]) == ("in-use", [server])
        deaths += worker.died
        driver.delete(attachment)
        driver.delete(volume)
    assert deaths >= 3
