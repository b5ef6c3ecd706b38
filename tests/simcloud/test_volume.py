"""Cinder as openstacksdk meets it."""

from __future__ import annotations

import pytest
import requests
from openstack import exceptions
from openstack.connection import Connection

from heat_mq.simcloud.volume import attaching
from heat_mq.simcloud.volume.service import Volume
from tests.simcloud.serving import Clock, Served


@pytest.fixture
def available(demo: Connection, clock: Clock) -> str:
    """The id of a volume of 2 GiB."""
    id = demo.block_storage.create_volume(size=2, name="v").id
    clock.go(5)
    return str(id)


def status(connection: Connection, id: str) -> str:
    return str(connection.block_storage.get_volume(id).status)


def test_a_volume_is_created_in_time_and_deleted_in_time(demo: Connection, clock: Clock):
    volume = demo.block_storage.create_volume(size=1, name="v", metadata={"a": "b"})
    assert (volume.status, volume.size, volume.volume_type) == ("creating", 1, "lvmdriver-1")
    clock.go(5)
    assert demo.block_storage.find_volume("v", ignore_missing=False).status == "available"
    demo.block_storage.delete_volume(volume.id)
    assert status(demo, volume.id) == "deleting"
    clock.go(5)
    with pytest.raises(exceptions.NotFoundException):
        status(demo, volume.id)


def test_volumes_of_other_projects_are_not_there(demo: Connection, alt_demo: Connection, available: str):
    with pytest.raises(exceptions.NotFoundException):
        alt_demo.block_storage.get_volume(available)
    assert list(alt_demo.block_storage.volumes()) == []
    assert [each.id for each in demo.block_storage.volumes()] == [available]


def test_a_path_of_another_project_is_refused(served: Served, demo: Connection, alt_demo: Connection):
    url = f"{served.url}/volume/v3/{alt_demo.current_project_id}/volumes"
    answer = requests.get(url, headers={"X-Auth-Token": demo.authorize()}, timeout=60)
    assert answer.status_code == 400
    assert answer.json() == {"badRequest": {"code": 400, "message": "Malformed request url"}}


@pytest.mark.parametrize("wanted", [{"size": 0}, {"size": 1, "availability_zone": "moon"}, {"size": "big"}, {}])
def test_wrong_wishes_are_refused(demo: Connection, wanted: dict[str, object]):
    with pytest.raises(exceptions.BadRequestException):
        demo.block_storage.create_volume(**wanted)


def test_a_type_that_is_not_there_is_not_found(demo: Connection):
    with pytest.raises(exceptions.NotFoundException, match="Volume type"):
        demo.block_storage.create_volume(size=1, volume_type="golden")


def test_volumes_come_from_images_snapshots_and_volumes(demo: Connection, clock: Clock, available: str):
    cirros = demo.image.find_image("cirros", ignore_missing=False)
    from_image = demo.block_storage.create_volume(size=1, image_id=cirros.id)
    snapshot = demo.block_storage.create_snapshot(volume_id=available, name="s")
    clock.go(5)
    image_volume = demo.block_storage.get_volume(from_image.id)
    assert (image_volume.status, image_volume.is_bootable) == ("available", True)
    assert image_volume.volume_image_metadata["image_id"] == cirros.id
    assert demo.block_storage.get_snapshot(snapshot.id).status == "available"
    assert demo.block_storage.create_volume(snapshot_id=snapshot.id).size == 2
    assert demo.block_storage.create_volume(source_volume_id=available).size == 2
    with pytest.raises(exceptions.BadRequestException, match="smaller than original size"):
        demo.block_storage.create_volume(size=1, snapshot_id=snapshot.id)
    with pytest.raises(exceptions.BadRequestException, match="Invalid volume"):
        demo.block_storage.delete_volume(available)
    demo.block_storage.delete_snapshot(snapshot.id)
    clock.go(5)
    demo.block_storage.delete_volume(available)


def test_nova_attaches_in_time_and_an_attached_volume_is_not_deleted(
    served: Served, demo: Connection, clock: Clock, available: str
):
    cinder = served.cloud.of(Volume)
    volume = cinder.volumes.get(available)
    assert volume
    attachment = attaching.attach(cinder, volume, "server-1", "/dev/vdb", seconds=1, host="host")
    assert status(demo, available) == "attaching"
    clock.go(1)
    shown = demo.block_storage.get_volume(available)
    assert shown.status == "in-use"
    assert [(each["server_id"], each["device"]) for each in shown.attachments] == [("server-1", "/dev/vdb")]
    with pytest.raises(exceptions.BadRequestException):
        demo.block_storage.delete_volume(available)
    attaching.detach(cinder, attachment, seconds=1)
    assert status(demo, available) == "detaching"
    clock.go(1)
    shown = demo.block_storage.get_volume(available)
    assert (shown.status, shown.attachments) == ("available", [])


def test_the_attachments_api_moves_the_volume(demo: Connection, available: str):
    storage = demo.block_storage
    body = {"attachment": {"volume_uuid": available, "instance_uuid": "server-1"}}
    headers = {"OpenStack-API-Version": "volume 3.44"}
    made = storage.post("/attachments", json=body, headers=headers).json()["attachment"]
    assert (made["status"], status(demo, available)) == ("reserved", "reserved")
    connector = {"attachment": {"connector": {"host": "h", "mountpoint": "/dev/vdc"}}}
    storage.put(f"/attachments/{made['id']}", json=connector, headers=headers)
    assert status(demo, available) == "attaching"
    done = storage.post(f"/attachments/{made['id']}/action", json={"os-complete": {}}, headers=headers)
    assert (done.status_code, status(demo, available)) == (204, "in-use")
    assert storage.delete(f"/attachments/{made['id']}", headers=headers).json() == {"attachments": []}
    assert status(demo, available) == "available"


def test_the_older_actions_attach_and_detach(demo: Connection, available: str):
    demo.block_storage.attach_volume(available, "/dev/vdb", instance="server-1")
    shown = demo.block_storage.get_volume(available)
    assert shown.status == "in-use"
    demo.block_storage.detach_volume(available, shown.attachments[0]["attachment_id"])
    assert status(demo, available) == "available"


def test_a_volume_grows_but_does_not_shrink(demo: Connection, clock: Clock, available: str):
    demo.block_storage.extend_volume(available, 5)
    assert status(demo, available) == "extending"
    clock.go(5)
    shown = demo.block_storage.get_volume(available)
    assert (shown.status, shown.size) == ("available", 5)
    with pytest.raises(exceptions.BadRequestException, match="must be greater than current size"):
        demo.block_storage.extend_volume(available, 5)


def test_flags_type_and_metadata_change(demo: Connection, admin: Connection, clock: Clock, available: str):
    admin.block_storage.create_type(name="fast")
    demo.block_storage.set_volume_bootable_status(available, True)
    demo.block_storage.set_volume_readonly(available, True)
    demo.block_storage.retype_volume(available, "fast")
    demo.block_storage.set_volume_metadata(available, colour="blue")
    clock.go(5)
    shown = demo.block_storage.get_volume(available)
    assert (shown.is_bootable, shown.volume_type) == (True, "fast")
    assert shown.metadata == {"colour": "blue", "readonly": "True"}
    demo.block_storage.delete_volume_metadata(available, ["colour"])
    assert "colour" not in demo.block_storage.get_volume(available).metadata


def test_an_administrator_resets_a_status_and_a_member_does_not(served: Served, demo: Connection, available: str):
    with pytest.raises(exceptions.ForbiddenException):
        demo.block_storage.reset_volume_status(available, status="error")
    with served.connect("admin", "demo") as admin:
        admin.block_storage.reset_volume_status(available, status="error")
    assert status(demo, available) == "error"


def test_a_quota_is_refused_as_cinder_does(served: Served, demo: Connection, admin: Connection, available: str):
    body = {"quota_set": {"volumes": 1}}
    admin.block_storage.put(f"/os-quota-sets/{demo.current_project_id}", json=body).raise_for_status()
    answer = demo.block_storage.post("/volumes", json={"volume": {"size": 1}})
    assert (answer.status_code, answer.headers["Retry-After"]) == (413, "0")
    assert answer.json()["overLimit"]["message"] == (
        "VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded for quota 'volumes'."
    )
    assert demo.block_storage.get("/limits").json()["limits"]["absolute"]["totalVolumesUsed"] == 1


def test_a_backup_is_restored_into_a_new_volume(demo: Connection, clock: Clock, available: str):
    backup = demo.block_storage.create_backup(volume_id=available, name="b")
    clock.go(5)
    assert demo.block_storage.get_backup(backup.id).status == "available"
    restored = demo.block_storage.restore_backup(backup.id, name="again")
    clock.go(5)
    volume = demo.block_storage.get_volume(restored.volume_id)
    assert (volume.size, volume.metadata) == (2, {"src_backup_id": backup.id})
    demo.block_storage.restore_backup(backup.id, volume_id=available)
    assert demo.block_storage.get_volume(available).metadata == {}, "it is its own"
    clock.go(5)
    demo.block_storage.delete_backup(backup.id)
    clock.go(5)
    assert list(demo.block_storage.backups()) == []


def test_types_have_specs_access_and_encryption(admin: Connection, demo: Connection):
    storage = admin.block_storage
    kind = storage.create_type(name="private", is_public=False, extra_specs={"a": "b"})
    assert "private" not in [each.name for each in demo.block_storage.types()]
    storage.add_type_access(kind, project_id=demo.current_project_id)
    assert "private" in [each.name for each in demo.block_storage.types()]
    storage.create_type_encryption(kind, provider="luks", cipher="aes")
    assert storage.get_type_encryption(kind).provider == "luks"
    storage.delete_type(kind)


def test_a_page_ends_at_its_limit_and_says_where_the_next_begins(demo: Connection):
    ids = {demo.block_storage.create_volume(size=1).id for _ in range(5)}
    assert {each.id for each in demo.block_storage.volumes(limit=2)} == ids
