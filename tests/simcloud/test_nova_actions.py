"""Actions, interfaces, volumes, key pairs and groups of the simulated Nova, through the SDK."""

from __future__ import annotations

from typing import Any

import pytest
from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.exceptions import BadRequestException, ConflictException, ForbiddenException, NotFoundException

from tests.simcloud.serving import Clock

BOOTED = 6.0


def boot(demo: Connection, clock: Clock, **values: Any) -> Server:
    """An active server."""
    networks = [{"uuid": demo.network.find_network("private-net").id}]
    image = demo.image.find_image("cirros").id
    server = demo.compute.create_server(
        **{"name": "s", "image_id": image, "flavor_id": "1", "networks": networks, **values}
    )
    clock.go(BOOTED)
    return demo.compute.get_server(server)


def volume_of(demo: Connection, clock: Clock) -> str:
    """The id of an available volume."""
    volume = demo.block_storage.create_volume(size=1)
    clock.go(BOOTED)
    return str(volume.id)


def test_a_server_stops_and_starts(demo: Connection, clock: Clock):
    server = boot(demo, clock)
    demo.compute.stop_server(server)
    assert demo.compute.get_server(server).task_state == "powering-off"
    clock.go(2)
    stopped = demo.compute.get_server(server)
    assert (stopped.status, stopped.power_state) == ("SHUTOFF", 4)
    with pytest.raises(ConflictException, match=r"Cannot 'stop' instance .* while it is in vm_state stopped"):
        demo.compute.stop_server(server)
    demo.compute.start_server(server)
    clock.go(3)
    assert demo.compute.get_server(server).status == "ACTIVE"


@pytest.mark.parametrize(
    ("there", "state", "back"),
    [
        ("suspend_server", "SUSPENDED", "resume_server"),
        ("pause_server", "PAUSED", "unpause_server"),
        ("shelve_server", "SHELVED_OFFLOADED", "unshelve_server"),
        ("rescue_server", "RESCUE", "unrescue_server"),
    ],
)
def test_a_server_goes_there_and_back(demo: Connection, clock: Clock, there: str, state: str, back: str):
    server = boot(demo, clock)
    getattr(demo.compute, there)(server)
    clock.go(BOOTED)
    assert demo.compute.get_server(server).status == state
    getattr(demo.compute, back)(server)
    clock.go(BOOTED)
    assert demo.compute.get_server(server).status == "ACTIVE"


def test_a_resize_waits_to_be_confirmed_or_reverted(demo: Connection, clock: Clock):
    server = boot(demo, clock)
    demo.compute.resize_server(server, "3")
    assert demo.compute.get_server(server).status == "RESIZE"
    clock.go(BOOTED)
    waiting = demo.compute.get_server(server)
    assert (waiting.status, waiting.flavor.original_name) == ("VERIFY_RESIZE", "m1.tiny")
    demo.compute.confirm_server_resize(server)
    assert demo.compute.get_server(server).status == "ACTIVE"
    demo.compute.resize_server(server, "1")
    clock.go(BOOTED)
    demo.compute.revert_server_resize(server)
    clock.go(BOOTED)
    assert demo.compute.get_server(server).flavor.original_name == "m1.tiny"
    with pytest.raises(BadRequestException, match="instances must change flavor"):
        demo.compute.resize_server(server, "3")


def test_a_rebuilt_server_keeps_its_addresses(demo: Connection, clock: Clock):
    server = boot(demo, clock)
    image = demo.image.find_image("trusty-server-cloudimg-amd64")
    demo.compute.rebuild_server(server, image.id, name="again")
    assert demo.compute.get_server(server).status == "REBUILD"
    clock.go(BOOTED)
    rebuilt = demo.compute.get_server(server)
    assert (rebuilt.status, rebuilt.name, rebuilt.image.id) == ("ACTIVE", "again", image.id)
    assert rebuilt.addresses == server.addresses


def test_an_interface_is_attached_and_detached(demo: Connection, clock: Clock):
    server = boot(demo, clock)
    network = demo.network.create_network(name="n")
    demo.network.create_subnet(network_id=network.id, ip_version=4, cidr="192.168.1.0/24")
    attached = demo.compute.create_server_interface(server, net_id=network.id)
    assert list(demo.compute.get_server(server).addresses) == ["private-net", "n"]
    demo.compute.delete_server_interface(attached.port_id, server=server)
    demo.compute.delete_server_interface(attached.port_id, server=server)
    assert attached.port_id in [each.port_id for each in demo.compute.server_interfaces(server)]
    clock.go(BOOTED)
    assert attached.port_id not in [each.port_id for each in demo.compute.server_interfaces(server)]
    assert list(demo.compute.get_server(server).addresses) == ["private-net"]
    assert demo.network.find_port(attached.port_id) is None


def test_a_detached_given_port_can_be_used_again(demo: Connection, clock: Clock):
    first, second = boot(demo, clock), boot(demo, clock)
    network = demo.network.find_network("private-net")
    port = demo.network.create_port(network_id=network.id)
    demo.compute.create_server_interface(first, port_id=port.id)
    with pytest.raises(ConflictException, match="is still in use"):
        demo.compute.create_server_interface(second, port_id=port.id)
    demo.compute.delete_server_interface(port.id, server=first)
    clock.go(BOOTED)
    demo.compute.create_server_interface(second, port_id=port.id)
    demo.compute.delete_server(first)
    clock.go(BOOTED)
    assert demo.network.get_port(port).device_id == second.id


def test_a_volume_is_attached_over_a_while_and_detached(demo: Connection, clock: Clock):
    server, volume = boot(demo, clock), volume_of(demo, clock)
    attachment = demo.compute.create_volume_attachment(server, volume_id=volume, device="/dev/vdx")
    assert attachment.device == "/dev/vdb"  # the hypervisor's choice
    assert demo.block_storage.get_volume(volume).status == "attaching"
    clock.go(2)
    assert demo.block_storage.get_volume(volume).status == "in-use"
    with pytest.raises(BadRequestException, match="is already attached to instances"):
        demo.compute.create_volume_attachment(server, volume_id=volume)
    demo.compute.delete_volume_attachment(server, volume)
    assert demo.block_storage.get_volume(volume).status == "detaching"
    clock.go(2)
    assert demo.block_storage.get_volume(volume).status == "available"
    assert list(demo.compute.volume_attachments(server)) == []


def test_a_deleted_server_lets_go_of_its_volumes(demo: Connection, clock: Clock):
    server, volume = boot(demo, clock), volume_of(demo, clock)
    demo.compute.create_volume_attachment(server, volume_id=volume)
    clock.go(BOOTED)
    demo.compute.delete_server(server)
    clock.go(BOOTED)
    assert demo.block_storage.get_volume(volume).status == "available"


def test_a_volume_that_was_detached_does_not_go_with_the_server(demo: Connection, clock: Clock):
    server, volume = boot(demo, clock), volume_of(demo, clock)
    demo.compute.create_volume_attachment(server, volume_id=volume, delete_on_termination=True)
    clock.go(BOOTED)
    demo.compute.delete_volume_attachment(server, volume)
    clock.go(BOOTED)
    demo.compute.delete_server(server)
    clock.go(BOOTED)
    assert demo.block_storage.get_volume(volume).status == "available"


@pytest.mark.parametrize("goes", [True, False])
def test_a_server_boots_from_a_new_volume_which_goes_with_it_or_stays(demo: Connection, clock: Clock, goes: bool):
    mapping = {
        "boot_index": 0,
        "uuid": demo.image.find_image("cirros").id,
        "source_type": "image",
        "destination_type": "volume",
        "volume_size": 2,
        "delete_on_termination": goes,
    }
    server = boot(demo, clock, image_id="", block_device_mapping=[mapping])
    assert server.status == "ACTIVE"
    assert not server.image or not server.image.id
    volume = demo.block_storage.get_volume(server.attached_volumes[0].id)
    assert (volume.status, volume.size, volume.is_bootable) == ("in-use", 2, True)
    demo.compute.delete_server(server)
    clock.go(BOOTED)
    assert bool(list(demo.block_storage.volumes())) is not goes


def test_a_locked_server_is_left_alone(demo: Connection, admin: Connection, clock: Clock):
    server = boot(demo, clock)
    demo.compute.lock_server(server)
    with pytest.raises(ConflictException, match="is locked"):
        demo.compute.delete_server(server)
    demo.compute.unlock_server(server)
    demo.compute.delete_server(server)


def test_an_image_is_made_of_a_server(demo: Connection, clock: Clock):
    server = boot(demo, clock)
    image = demo.compute.create_server_image(server, "snap")
    clock.go(BOOTED)
    assert demo.image.get_image(image.id).status == "active"
    assert demo.compute.get_server(server).task_state is None


def test_metadata_is_kept_item_by_item(demo: Connection, admin: Connection, clock: Clock):
    server = boot(demo, clock, metadata={"a": "1"})
    demo.compute.set_server_metadata(server, b="2")
    demo.compute.delete_server_metadata(demo.compute.get_server(server), ["a"])
    assert demo.compute.get_server(server).metadata == {"b": "2"}
    admin.compute.update_quota_set(demo.current_project_id, metadata_items=1)
    with pytest.raises(ForbiddenException, match="Maximum number of metadata items exceeds 1"):
        demo.compute.set_server_metadata(server, c="3")


def test_a_security_group_goes_to_all_ports_of_a_server(demo: Connection, clock: Clock):
    server = boot(demo, clock)
    group = demo.network.create_security_group(name="web")
    demo.compute.add_security_group_to_server(server, group)
    assert {each["name"] for each in demo.compute.get_server(server).security_groups} == {"default", "web"}
    demo.compute.remove_security_group_from_server(server, group)
    assert {each["name"] for each in demo.compute.get_server(server).security_groups} == {"default"}


def test_a_key_pair_is_made_or_imported_and_belongs_to_its_user(demo: Connection, alt_demo: Connection):
    made = demo.compute.create_keypair(name="made")
    assert made.private_key.startswith("-----BEGIN RSA PRIVATE KEY-----")
    imported = alt_demo.compute.create_keypair(name="made", public_key=made.public_key)
    assert imported.private_key is None
    assert imported.fingerprint == made.fingerprint
    with pytest.raises(ConflictException, match="Key pair 'made' already exists"):
        demo.compute.create_keypair(name="made")
    with pytest.raises(BadRequestException, match="failed to generate fingerprint"):
        demo.compute.create_keypair(name="bad", public_key="ssh-rsa foo")
    assert [each.name for each in demo.compute.keypairs()] == ["made", "my_key"]


def test_a_server_group_knows_its_members_while_they_live(demo: Connection, clock: Clock):
    group = demo.compute.create_server_group(name="g", policy="anti-affinity")
    server = boot(demo, clock, scheduler_hints={"group": group.id})
    assert demo.compute.get_server_group(group).member_ids == [server.id]
    demo.compute.delete_server(server)
    clock.go(BOOTED)
    with pytest.raises(NotFoundException):
        demo.compute.get_server(server)
    assert demo.compute.get_server_group(group).member_ids == []


def test_no_rebuild_keeps_an_ephemeral_disk(demo: Connection, clock: Clock) -> None:
    """It is accepted, and fails on the host; a plain one mends the server."""
    server = boot(demo, clock)
    image = demo.image.find_image("cirros")
    demo.compute.rebuild_server(server, image.id, preserve_ephemeral=True)
    assert demo.compute.get_server(server).status == "REBUILD"
    clock.go(BOOTED)
    failed = demo.compute.get_server(server)
    assert (failed.status, failed.fault["code"]) == ("ERROR", 400)
    assert failed.fault["message"] == "The current driver does not support preserving ephemeral partitions."
    demo.compute.rebuild_server(server, image.id)
    clock.go(BOOTED)
    assert demo.compute.get_server(server).status == "ACTIVE"
