"""Aggregates of the simulated Nova, as openstacksdk meets them."""

from __future__ import annotations

import pytest
from openstack import exceptions
from openstack.connection import Connection

from tests.simcloud.serving import Clock

HOST = "simulated-compute"


def zones(connection: Connection) -> list[str]:
    return [each.name for each in connection.compute.availability_zones()]


def test_the_host_is_in_the_zone_of_its_aggregate(admin: Connection, demo: Connection):
    compute = admin.compute
    assert zones(demo) == ["nova"]
    north = compute.create_aggregate(name="rack", availability_zone="north")
    assert zones(demo) == ["nova"]
    compute.add_host_to_aggregate(north, HOST)
    assert zones(demo) == ["north"]
    south = compute.create_aggregate(name="shelf", availability_zone="south")
    with pytest.raises(exceptions.ConflictException, match="availability zone"):
        compute.add_host_to_aggregate(south, HOST)
    compute.remove_host_from_aggregate(north, HOST)
    compute.delete_aggregate(north)
    assert zones(demo) == ["nova"]


def test_metadata_is_set_and_taken_away(admin: Connection):
    compute = admin.compute
    rack = compute.create_aggregate(name="rack")
    compute.set_aggregate_metadata(rack, {"ssd": "true", "floor": "1"})
    compute.set_aggregate_metadata(rack, {"floor": None})
    assert compute.get_aggregate(rack.id).metadata == {"ssd": "true"}


def test_what_nova_refuses_is_refused(admin: Connection, demo: Connection):
    compute = admin.compute
    rack = compute.create_aggregate(name="rack")
    compute.add_host_to_aggregate(rack, HOST)
    with pytest.raises(exceptions.ConflictException, match="already exists"):
        compute.create_aggregate(name="rack")
    with pytest.raises(exceptions.ConflictException, match="already has"):
        compute.add_host_to_aggregate(rack, HOST)
    with pytest.raises(exceptions.NotFoundException, match="could not be found"):
        compute.add_host_to_aggregate(rack, "elsewhere")
    with pytest.raises(exceptions.BadRequestException, match="not empty"):
        compute.delete_aggregate(rack)
    with pytest.raises(exceptions.BadRequestException, match="does not match"):
        compute.create_aggregate(name=" ")
    with pytest.raises(exceptions.ForbiddenException):
        demo.compute.create_aggregate(name="mine")


def test_a_host_with_servers_stays_in_its_zone(admin: Connection, clock: Clock):
    compute = admin.compute
    image, flavor = next(admin.image.images()), next(compute.flavors())
    server = compute.create_server(name="web", image_id=image.id, flavor_id=flavor.id, networks="none")
    clock.go(60)
    north = compute.create_aggregate(name="rack", availability_zone="north")
    anywhere = compute.create_aggregate(name="shelf")
    with pytest.raises(exceptions.ConflictException, match="has 1 servers"):
        compute.add_host_to_aggregate(north, HOST)
    compute.add_host_to_aggregate(anywhere, HOST)
    with pytest.raises(exceptions.ConflictException, match="has 1 servers"):
        compute.update_aggregate(anywhere, availability_zone="south")
    compute.delete_server(server)
    clock.go(60)
    compute.add_host_to_aggregate(north, HOST)
    compute.create_server(name="web", image_id=image.id, flavor_id=flavor.id, networks="none")
    clock.go(60)
    with pytest.raises(exceptions.ConflictException, match="has 1 servers"):
        compute.remove_host_from_aggregate(north, HOST)
