"""What is peculiar to volume types, QoS specs and quotas."""

from __future__ import annotations

import pytest

from heat_mq.errors import CloudConflict, CloudError, InvalidTemplate, StepFailed
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.cinder.encrypted_volume_type import EncryptedVolumeType
from heat_mq.resources.types.cinder.qos_association import QoSAssociation
from heat_mq.resources.types.cinder.qos_specs import QoSSpecs
from heat_mq.resources.types.cinder.quota import Quota
from heat_mq.resources.types.cinder.volume.volume import Volume
from heat_mq.resources.types.cinder.volume_type import VolumeType
from heat_mq.resources.types.nova.quota import Quota as NovaQuota
from tests.unit.resources.deaths import deaths_of


@pytest.fixture
def admin(cloud_of, cloud_clock):
    return Driver(cloud_of("admin"), cloud_clock)


def test_a_type_that_has_volumes_goes_when_they_are_gone(admin):
    record = admin.create(VolumeType, "type", {"name": "fast"})
    disk = admin.create(Volume, "disk", {"size": 1, "volume_type": "fast"})
    with pytest.raises(StepFailed, match="still in use"):
        admin.delete(record)
    admin.cloud.volume.delete(f"/volumes/{disk.physical_id}")  # it takes a while
    admin.notes.clear()
    admin.delete(record)
    assert admin.notes
    assert all("still in use" in note for note in admin.notes)


def test_a_type_of_somebody_else_is_not_taken_for_an_interrupted_create(admin):
    theirs = admin.create(VolumeType, "theirs", {"name": "fast"})
    with pytest.raises(CloudConflict):
        admin.create(VolumeType, "mine", {"name": "fast"}, lose=["create"])
    assert admin.read(theirs)["description"] == ""


def test_a_public_type_has_no_projects_of_its_own(admin):
    with pytest.raises(InvalidTemplate, match="public type"):
        admin.create(VolumeType, "type", {"name": "fast", "projects": ["demo"]})


def test_a_type_becomes_private_for_some_projects_and_public_again(admin):
    record = admin.create(VolumeType, "type", {"name": "fast"})
    private = {"name": "fast", "is_public": False, "projects": ["demo"]}
    record = admin.update(record, private, lose=["update"])
    assert admin.drift(record, private) == set()
    record = admin.update(record, {"name": "fast"}, lose=["update"])
    assert admin.read(record)["is_public"]


def test_encryption_that_is_in_use_is_not_changed(admin):
    kind = admin.create(VolumeType, "type", {"name": "safe"})
    record = admin.create(EncryptedVolumeType, "encryption", {"volume_type": "safe", "provider": "luks"})
    assert admin.reference(record) == kind.physical_id
    admin.create(Volume, "disk", {"size": 1, "volume_type": "safe"})
    with pytest.raises(CloudConflict, match="in use"):
        admin.update(record, {"volume_type": "safe", "provider": "plain"})


def test_a_type_follows_the_specs_of_a_successor(admin):
    kind = admin.create(VolumeType, "type", {"name": "fast"}).physical_id
    first = admin.create(QoSSpecs, "first", {"specs": {"a": "1"}}).physical_id
    second = admin.create(QoSSpecs, "second", {"specs": {"a": "2"}}).physical_id
    old = admin.create(QoSAssociation, "follows", {"qos_specs": first, "volume_types": [kind]})
    with pytest.raises(CloudError, match="another qos specs"):
        admin.create(QoSAssociation, "also", {"qos_specs": second, "volume_types": [kind]})

    def followed() -> str:
        return admin.cloud.volume.get(f"/types/{kind}")["volume_type"]["qos_specs_id"]

    admin.run(old, "prepare_replace")
    new = admin.create(QoSAssociation, "follows", {"qos_specs": second, "volume_types": [kind]})
    admin.delete(old)
    assert followed() == second
    admin.delete(new)
    admin.run(old, "restore_replaced")
    assert followed() == first


def test_types_that_an_unfinished_update_has_made_follow_the_specs_go_with_the_association(admin):
    one, two, three = (admin.create(VolumeType, name, {"name": name}).physical_id for name in ("one", "two", "three"))
    specs, deaths = admin.create(QoSSpecs, "specs", {"specs": {"a": "1"}}).physical_id, 0
    raw, more = ({"qos_specs": specs, "volume_types": types} for types in ([one], [two, three]))
    for worker, record in deaths_of(admin, lambda: admin.create(QoSAssociation, "follows", raw), "block-storage"):
        worker.leave_update(record, more)
        admin.delete(record)
        assert admin.cloud.volume.get(f"/qos-specs/{specs}/associations")["qos_associations"] == []
        deaths += worker.died
    assert deaths == 3


def test_specs_that_types_follow_can_be_deleted(admin):
    kind = admin.create(VolumeType, "type", {"name": "fast"}).physical_id
    specs = admin.create(QoSSpecs, "specs", {"specs": {"a": "1"}})
    admin.create(QoSAssociation, "follows", {"qos_specs": specs.physical_id, "volume_types": [kind]})
    admin.delete(specs)
    assert admin.cloud.volume.get(f"/types/{kind}")["volume_type"]["qos_specs_id"] is None


def test_a_quota_is_not_less_than_what_is_in_use(admin):
    project = admin.cloud.project_id
    admin.create(Volume, "disk", {"size": 5})
    with pytest.raises(StepFailed, match="gigabytes is 4 and 5 are in use"):
        admin.create(Quota, "quota", {"project": project, "gigabytes": 4, "volumes": 1})
    record = admin.create(Quota, "quota", {"project": project, "gigabytes": 5, "volumes": 1})
    with pytest.raises(CloudError, match="allowed"):
        admin.create(Volume, "more", {"size": 1})
    admin.delete(record)
    admin.create(Volume, "more", {"size": 1})


@pytest.mark.parametrize("cls", [Quota, NovaQuota])
def test_a_quota_has_a_limit(admin, cls):
    with pytest.raises(InvalidTemplate, match="a quota needs a limit"):
        admin.create(cls, "quota", {"project": "demo"})
