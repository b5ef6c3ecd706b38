"""What a server leaves to the one that takes its place, and gets back when that does not come to be."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.errors import CloudGone, StepFailed
from heat_mq.resources.kit import Record
from heat_mq.resources.kit.testing import Driver, _State
from heat_mq.resources.types.nova.instance.instance import Instance
from heat_mq.resources.types.nova.server import volumes
from heat_mq.resources.types.nova.server.server import Server
from tests.simcloud.serving import Served
from tests.unit.resources.mortal import every_death
from tests.unit.resources.nova.conftest import World

SERVICES = ("compute", "network", "block-storage")


@pytest.fixture
def admin(cloud_of: Any) -> Any:
    return cloud_of("admin")


def volume(world: World, driver: Driver, *, bootable: bool = False) -> str:
    wanted: dict[str, Any] = {"size": 1, **({"imageRef": world.image_id(world.image)} if bootable else {})}
    made = str(world.cloud.volume.post("/volumes", {"volume": wanted})["volume"]["id"])
    driver.clock.sleep(60)
    return made


def lender(world: World, volume_id: str) -> str:
    return str(world.cloud.volume.get(f"/volumes/{volume_id}")["volume"]["metadata"].get(volumes.LENDER, ""))


def state(world: World, volume_id: str) -> tuple[str, list[str]]:
    """The volume's status, and the servers that have it."""
    shown = world.cloud.volume.get(f"/volumes/{volume_id}")["volume"]
    return shown["status"], [each["server_id"] for each in shown["attachments"]]


def with_disk(world: World, disk: str, **more: Any) -> dict[str, Any]:
    return world.server(block_device_mapping_v2=[{"volume_id": disk, **more}])


def from_disk(world: World, disk: str, **more: Any) -> dict[str, Any]:
    raw = world.server(block_device_mapping_v2=[{"volume_id": disk, "boot_index": 0, **more}])
    del raw["image"]
    return raw


def break_it(admin: Any, record: Record) -> None:
    admin.compute.post(f"/servers/{record.physical_id}/action", {"os-resetState": {"state": "error"}})


def address(world: World, last: int) -> str:
    subnet = next(iter(world.cloud.network.each("/subnets", "subnets", query={"network_id": world.other})))
    return str(subnet["cidr"]).replace("0/24", str(last))


def addresses(world: World, server_id: str | None) -> set[str]:
    return {
        fixed["ip_address"] for port in world.ports() if port["device_id"] == server_id for fixed in port["fixed_ips"]
    }


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("owned", [False, True])
def test_whenever_a_worker_dies_a_volume_goes_to_the_successor_and_back(
    driver: Driver, world: World, older: bool, owned: bool
) -> None:
    disk = volume(world, driver)
    device = {"volume_id": disk, "device_name": "vdb", "delete_on_termination": owned}
    raw = world.server(**{"block_device_mapping" if older else "block_device_mapping_v2": [device]})
    kept = {**raw, "metadata": {"a": "b"}}
    for worker in every_death(driver, *SERVICES):
        old = worker.create(Server, "web", raw)
        worker.prepare_replace(old, kept)
        assert state(world, disk) == ("available", [])
        new = worker.create(Server, "web", kept)
        assert state(world, disk) == ("in-use", [new.physical_id])
        worker.delete(new)
        worker.until_done(old, "restore_replaced")
        assert state(world, disk) == ("in-use", [old.physical_id])
        assert volumes.RELEASED not in driver.data[old.id]
        shown = world.cloud.compute.get(f"/servers/{old.physical_id}/os-volume_attachments/{disk}", version="2.79")
        assert shown["volumeAttachment"]["delete_on_termination"] is owned
        assert lender(world, disk) == ""
        worker.prepare_replace(old, raw)
        worker.delete(old)
        assert world.servers() == world.ports() == []


def test_whenever_a_worker_dies_the_successor_keeps_the_volume_when_the_old_server_goes(
    driver: Driver, world: World
) -> None:
    disk = volume(world, driver)
    raw = with_disk(world, disk)
    for worker in every_death(driver, *SERVICES):
        old = worker.create(Server, "web", raw)
        worker.prepare_replace(old, raw)
        new = worker.create(Server, "web", raw)
        worker.delete(old)
        assert state(world, disk) == ("in-use", [new.physical_id])
        worker.delete(new)
        assert state(world, disk) == ("available", [])


@pytest.mark.parametrize("owned", [False, True])
def test_whenever_a_worker_dies_the_volume_that_a_server_runs_from_goes_to_the_successor_and_back(
    driver: Driver, world: World, owned: bool
) -> None:
    disk, given = volume(world, driver, bootable=True), world.make_port()
    entries = [{"port": given}, {"network": world.other, "fixed_ip": address(world, 77)}, {"network": world.network}]
    raw = {**from_disk(world, disk, delete_on_termination=owned), "name": "web", "networks": entries}
    for worker in every_death(driver, *SERVICES):
        old = worker.create(Server, "web", raw)
        before = addresses(world, old.physical_id)
        assert len(before) == 3
        worker.prepare_replace(old, raw)
        assert world.servers() == []
        new = worker.create(Server, "web", raw)
        assert state(world, disk) == ("in-use", [new.physical_id])
        worker.delete(new)
        restored = worker.until_done(old, "restore_replaced")
        assert restored.physical_id not in (None, old.physical_id)
        assert [server["id"] for server in world.servers()] == [restored.physical_id]
        assert state(world, disk) == ("in-use", [restored.physical_id])
        assert addresses(world, restored.physical_id) == before
        worker.prepare_replace(restored, raw)
        worker.delete(restored)
        assert [port["id"] for port in world.ports()] == [given]
        assert state(world, disk) == ("available", [])


def test_a_server_in_error_gives_its_volume_up(driver: Driver, world: World, admin: Any) -> None:
    disk = volume(world, driver)
    raw = with_disk(world, disk, delete_on_termination=True)
    old = driver.create(Server, "web", raw)
    break_it(admin, old)
    assert driver.needs_replace_failed(old)
    driver.prepare_replace(old, raw)
    new = driver.create(Server, "web", raw)
    driver.delete(old)
    assert state(world, disk) == ("in-use", [new.physical_id])
    driver.delete(new)
    with pytest.raises(CloudGone):  # it goes with the server that has it for good
        state(world, disk)


def test_volumes_that_the_successor_does_not_name_stay(driver: Driver, world: World) -> None:
    disk, root = volume(world, driver), volume(world, driver, bootable=True)
    old, other = (
        driver.create(Server, "web", with_disk(world, disk)),
        driver.create(Server, "b", from_disk(world, root)),
    )
    driver.prepare_replace(old, world.server())
    driver.prepare_replace(other, with_disk(world, disk))
    assert state(world, disk) == ("in-use", [old.physical_id])
    assert state(world, root) == ("in-use", [other.physical_id])


def test_a_server_that_was_about_to_go_is_gone_on_with_when_nobody_has_deleted_it(driver: Driver, world: World) -> None:
    """The worker died between the two, and the replacement was taken back."""
    old = driver.create(Server, "web", from_disk(world, volume(world, driver, bootable=True)))
    driver.data[old.id]["made_room"] = True
    assert driver.finish(old, "restore_replaced").physical_id == old.physical_id
    assert "made_room" not in driver.data[old.id]


def test_an_instance_leaves_its_volumes_to_its_successor(driver: Driver, world: World) -> None:
    disk = volume(world, driver)
    subnet = next(s["id"] for s in world.cloud.network.each("/subnets", "subnets", query={"network_id": world.network}))
    raw = {"ImageId": world.image, "InstanceType": world.flavor, "SubnetId": subnet}
    raw |= {"Volumes": [{"VolumeId": disk, "Device": "/dev/vdc"}]}
    old = driver.create(Instance, "web", raw)
    driver.prepare_replace(old, {**raw, "ImageId": world.other_image})
    new = driver.create(Instance, "web", {**raw, "ImageId": world.other_image})
    assert state(world, disk) == ("in-use", [new.physical_id])
    driver.prepare_replace(new, raw)
    driver.delete(new)
    driver.finish(old, "restore_replaced")
    assert state(world, disk) == ("in-use", [old.physical_id])


@pytest.mark.parametrize(
    ("props", "found"),
    [
        ({"image": "i", "block_device_mapping_v2": [{"volume_id": "v"}]}, None),
        ({"block_device_mapping_v2": [{"volume_id": "v"}]}, "v"),
        ({"block_device_mapping_v2": [{"volume_id": "v"}, {"volume_id": "w", "boot_index": 0}]}, "w"),
        ({"block_device_mapping_v2": [{"image": "i", "boot_index": 0}, {"volume_id": "w"}]}, None),
        ({"block_device_mapping": [{"device_name": "vdb", "volume_id": "v"}]}, "v"),
        (
            {
                "block_device_mapping": [
                    {"device_name": d, "volume_id": v} for d, v in (("vdb", "v"), ("/dev/vda", "w"))
                ]
            },
            "w",
        ),
        ({}, None),
    ],
)
def test_the_volume_that_a_server_runs_from_is_told_by_its_template(props: dict[str, Any], found: str | None) -> None:
    assert volumes.root(props) == found


def own_port(world: World, record: Record) -> dict[str, Any]:
    (port,) = (port for port in world.ports() if port["device_id"] == record.physical_id)
    return port


def test_whenever_a_worker_dies_an_own_port_that_the_template_names_goes_with_its_server(
    driver: Driver, world: World
) -> None:
    for worker in every_death(driver, *SERVICES):
        server = worker.create(Server, "web", world.server())
        port = own_port(world, server)
        server = worker.update(server, world.server(networks=[{"port": port["id"]}]))
        assert own_port(world, server)["id"] == port["id"]
        worker.delete(server)
        assert world.ports() == []


def test_an_own_port_that_another_server_has_got_outlives_its_server(driver: Driver, world: World) -> None:
    server = driver.create(Server, "web", world.server())
    port = own_port(world, server)
    server = driver.update(server, world.server(networks=[{"port": port["id"]}]))
    server = driver.update(server, world.server(networks=[{"network": world.other}]))
    other = driver.create(Server, "other", world.server(networks=[{"port": port["id"]}]))
    driver.delete(server)
    assert own_port(world, other)["id"] == port["id"]
    driver.delete(other)
    assert [each["id"] for each in world.ports()] == [port["id"]]


@pytest.mark.parametrize("tag", [None, "nic"])
def test_an_own_port_that_the_template_named_is_detached_when_the_server_drops_it_and_goes_with_it(
    driver: Driver, world: World, tag: str | None
) -> None:
    server = driver.create(Server, "web", world.server())
    port = own_port(world, server)
    entry = {"port": port["id"], **({"tag": tag} if tag else {})}
    server = driver.update(server, world.server(networks=[entry]))
    server = driver.update(server, world.server(networks=[{"network": world.other}]))
    assert {each["id"]: each["device_id"] for each in world.ports()} == {
        port["id"]: "",
        own_port(world, server)["id"]: server.physical_id,
    }
    driver.delete(server)
    assert world.ports() == []


def test_a_port_that_the_template_names_no_more_goes_with_the_server_again(driver: Driver, world: World) -> None:
    """As after an update that was rolled back."""
    server = driver.create(Server, "web", world.server())
    port = own_port(world, server)
    server = driver.update(server, world.server(networks=[{"port": port["id"]}]))
    server = driver.update(server, world.server())
    assert own_port(world, server) == {**port, "revision_number": own_port(world, server)["revision_number"]} | {
        "updated_at": own_port(world, server)["updated_at"]
    }
    driver.delete(server)
    assert world.ports() == []


def test_whenever_a_worker_dies_an_own_port_that_the_successor_names_goes_to_it_and_back(
    driver: Driver, world: World, admin: Any
) -> None:
    for worker in every_death(driver, *SERVICES):
        old = worker.create(Server, "web", world.server())
        port = own_port(world, old)["id"]
        raw = world.server(networks=[{"port": port}], key_name="")
        worker.prepare_replace(old, raw)
        new = worker.create(Server, "web", raw)
        assert own_port(world, new)["id"] == port
        worker.delete(new)
        worker.until_done(old, "restore_replaced")
        assert own_port(world, old)["id"] == port
        worker.prepare_replace(old, raw)
        new = worker.create(Server, "web", raw)
        worker.delete(old)
        assert own_port(world, new)["id"] == port
        worker.delete(new)
        assert [each["id"] for each in world.ports()] == [port]
        admin.network.remove("port", port)


def test_a_server_made_anew_that_goes_to_error_is_made_once_more_by_the_next_try(
    driver: Driver, world: World, served: Served
) -> None:
    disk = volume(world, driver, bootable=True)
    raw = {**from_disk(world, disk, delete_on_termination=False), "networks": [{"network": world.network}]}
    old = driver.create(Server, "web", raw)
    driver.prepare_replace(old, raw)
    served.cloud.faults.add({"kind": "object_error", "service": "compute", "count": 1, "message": "No valid host"})
    restoring = _State(driver, Server, old)
    with pytest.raises(StepFailed, match="No valid host"):
        restoring.wait("restore_replaced", ())
    broken = restoring.record.physical_id
    assert [server["id"] for server in world.servers()] == [broken]
    restored = driver.finish(restoring.record, "restore_replaced")
    assert restored.physical_id not in (old.physical_id, broken)
    assert state(world, disk) == ("in-use", [restored.physical_id])
    assert [server["id"] for server in world.servers()] == [restored.physical_id]
    driver.delete(restored)
    assert world.servers() == world.ports() == []
