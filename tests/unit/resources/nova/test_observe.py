"""What a server, a flavor, a volume and an attachment look like to an update that observes."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.errors import CloudGone
from heat_mq.resources.kit import Record, Replace
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.nova.flavor import Flavor
from heat_mq.resources.types.nova.server.server import Server


@pytest.fixture
def raw(world: Any) -> dict[str, Any]:
    return dict(world.server(name="web", metadata={"role": "web", "n": 1}, tags=["b", "a"]))


@pytest.fixture
def server(driver: Driver, raw: dict[str, Any]) -> Record:
    return driver.create(Server, "web", raw)


def test_a_server_as_made_has_not_drifted(driver: Driver, raw: dict[str, Any], server: Record) -> None:
    assert driver.drift(server, raw) == set()


def test_a_server_whose_name_was_generated_may_be_renamed_by_others(driver: Driver, world: Any) -> None:
    record = driver.create(Server, "web", world.server())
    world.cloud.compute.put(f"/servers/{record.physical_id}", {"server": {"name": "theirs"}})
    assert driver.drift(record, world.server()) == set()


def test_name_metadata_and_tags_are_brought_back(
    driver: Driver, world: Any, raw: dict[str, Any], server: Record
) -> None:
    path = f"/servers/{server.physical_id}"
    world.cloud.compute.put(path, {"server": {"name": "theirs"}})
    world.cloud.compute.post(f"{path}/metadata", {"metadata": {"extra": "x"}})
    world.cloud.compute.put(f"{path}/tags", {"tags": ["c"]}, version="2.26")
    assert driver.drift(server, raw) == {"name", "metadata", "tags"}
    driver.update(server, raw, observe=True)
    assert driver.drift(server, raw) == set()


def test_a_server_that_was_resized_is_resized_back(
    driver: Driver, world: Any, raw: dict[str, Any], server: Record
) -> None:
    larger = {**raw, "flavor": world.other_flavor}
    # Others have made it larger, and the template has followed: nothing is left to do.
    driver.update(server, larger)
    assert driver.drift(server, larger) == set()
    assert driver.drift(server, raw) == {"flavor"}
    with pytest.raises(Replace):
        driver.update(server, {**raw, "flavor_update_policy": "REPLACE"}, observe=True)


def test_an_interface_that_was_detached_comes_back(driver: Driver, world: Any) -> None:
    given = world.make_port()
    raw = world.server(networks=[{"network": "private"}, {"port": given}, {"network": "other"}])
    record = driver.create(Server, "web", raw)
    before = {port["id"]: port["network_id"] for port in world.ports()}
    lost = next(id for id, network in before.items() if network == world.other)
    for port in (lost, given):
        world.cloud.compute.delete(f"/servers/{record.physical_id}/os-interface/{port}")
    driver._pass(60)
    assert driver.drift(record, raw) == {"networks"}
    record = driver.update(record, raw, observe=True)
    assert driver.drift(record, raw) == set()
    attached = [port for port in world.ports() if port["device_id"] == record.physical_id]
    assert given in [port["id"] for port in attached]
    assert sorted(port["network_id"] for port in attached) == sorted([world.network, world.network, world.other])
    assert len(world.ports()) == 3
    driver.delete(record)
    assert [port["id"] for port in world.ports()] == [given]


def test_a_deleted_server_is_gone(driver: Driver, world: Any, raw: dict[str, Any], server: Record) -> None:
    world.cloud.compute.delete(f"/servers/{server.physical_id}")
    driver._pass(600)
    with pytest.raises(CloudGone):
        driver.drift(server, raw)


def test_extra_specs_of_a_flavor_are_compared_as_text(driver: Driver, cloud_of: Any) -> None:
    admin = Driver(cloud_of("admin"), driver.clock)
    raw = {"ram": 64, "vcpus": 1, "extra_specs": {"a": 1, "b": "x"}}
    record = admin.create(Flavor, "tiny", raw)
    assert admin.drift(record, raw) == set()
    admin.cloud.compute.post(f"/flavors/{record.physical_id}/os-extra_specs", {"extra_specs": {"c": "y"}})
    assert admin.drift(record, raw) == {"extra_specs"}
    record = admin.update(record, raw, observe=True)
    assert admin.drift(record, raw) == set()
    admin.delete(record)
