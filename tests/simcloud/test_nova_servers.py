"""Servers of the simulated Nova from creation to the end, through the SDK."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from openstack.compute.v2.server import Server
from openstack.connection import Connection
from openstack.exceptions import BadRequestException, ConflictException, ForbiddenException, NotFoundException

from tests.simcloud.serving import Clock, Served

BOOTED = 6.0


def order(connection: Connection, **values: Any) -> dict[str, Any]:
    """A complete request for a server on the shared network."""
    networks = [{"uuid": connection.network.find_network("private-net").id}]
    image = connection.image.find_image("cirros").id
    return {"name": "s", "image_id": image, "flavor_id": "1", "networks": networks, **values}


def create(connection: Connection, **values: Any) -> Server:
    return connection.compute.create_server(**order(connection, **values))


def test_a_server_builds_plugs_in_and_is_active_after_the_boot_time(demo: Connection, clock: Clock):
    server = demo.compute.get_server(create(demo, name="Web Server"))
    assert (server.status, server.task_state) == ("BUILD", "scheduling")
    assert server.addresses == {}
    clock.go(2)
    plugged = demo.compute.get_server(server)
    address = plugged.addresses["private-net"][0]
    port = next(demo.network.ports(device_id=server.id))
    assert port.device_owner == "compute:nova"
    assert port.dns_name == "web-server"
    assert address == {
        "addr": port.fixed_ips[0]["ip_address"],
        "version": 4,
        "OS-EXT-IPS:type": "fixed",
        "OS-EXT-IPS-MAC:mac_addr": port.mac_address,
    }
    assert plugged.status == "BUILD"
    clock.go(4)
    active = demo.compute.get_server(server)
    assert (active.status, active.vm_state, active.power_state, active.task_state) == ("ACTIVE", "active", 1, None)
    assert active.security_groups == [{"name": "default"}]
    assert demo.network.get_port(port).status == "ACTIVE"


def test_a_deleted_server_takes_its_own_ports_along_and_leaves_the_given_ones(demo: Connection, clock: Clock):
    network = demo.network.find_network("private-net")
    given = demo.network.create_port(network_id=network.id)
    server = create(demo, networks=[{"port": given.id}, {"uuid": network.id}])
    clock.go(BOOTED)
    with pytest.raises(ConflictException, match="is still in use"):
        create(demo, networks=[{"port": given.id}])
    own = [each.id for each in demo.network.ports(device_id=server.id) if each.id != given.id]
    demo.compute.delete_server(server)
    going = demo.compute.get_server(server)
    assert (going.status, going.task_state) == ("ACTIVE", "deleting")
    clock.go(2)
    with pytest.raises(NotFoundException):
        demo.compute.get_server(server)
    left = demo.network.get_port(given)
    assert (left.device_id, left.device_owner, left.status, left.dns_name) == ("", "", "DOWN", "")
    assert [each for each in own if demo.network.find_port(each)] == []


def test_a_server_takes_a_port_that_was_made_without_addresses_and_none_that_lost_them(demo: Connection, clock: Clock):
    network = demo.network.find_network("private-net")
    bare = demo.network.create_port(network_id=network.id, fixed_ips=[])
    assert (bare.fixed_ips, bare.ip_allocation) == ([], "none")
    server = create(demo, networks=[{"port": bare.id}])
    clock.go(BOOTED)
    assert demo.compute.get_server(server).status == "ACTIVE"
    stripped = demo.network.update_port(demo.network.create_port(network_id=network.id), fixed_ips=[])
    with pytest.raises(BadRequestException, match="requires a FixedIP"):
        create(demo, networks=[{"port": stripped.id}])


def test_a_network_can_go_right_after_its_last_server(demo: Connection, clock: Clock):
    network = demo.network.create_network(name="n")
    demo.network.create_subnet(network_id=network.id, ip_version=4, cidr="192.168.1.0/24")
    server = create(demo, networks=[{"uuid": network.id}])
    clock.go(BOOTED)
    demo.compute.delete_server(server)
    with pytest.raises(ConflictException):
        demo.network.delete_network(network)
    clock.go(2)
    demo.network.delete_network(network, ignore_missing=False)


def test_a_floating_ip_is_among_the_addresses(demo: Connection, clock: Clock):
    server = create(demo)
    clock.go(BOOTED)
    port = next(demo.network.ports(device_id=server.id))
    public = demo.network.find_network("public")
    floating = demo.network.create_ip(floating_network_id=public.id, port_id=port.id)
    kinds = {each["OS-EXT-IPS:type"]: each["addr"] for each in demo.compute.get_server(server).addresses["private-net"]}
    assert kinds == {"fixed": port.fixed_ips[0]["ip_address"], "floating": floating.floating_ip_address}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"image_id": "11111111-2222-3333-4444-555555555555"}, "Can not find requested image"),
        ({"flavor_id": "zz"}, "Flavor zz could not be found."),
        ({"key_name": "zz"}, "Invalid key_name provided."),
        ({"networks": [{"uuid": "11111111-2222-3333-4444-555555555555"}]}, "Network .* could not be found"),
        ({"networks": [{"port": "11111111-2222-3333-4444-555555555555"}]}, "Port id .* could not be found"),
        ({"security_groups": [{"name": "zz"}]}, "Unable to find security_group with name or id 'zz'"),
        ({"availability_zone": "zz"}, "The requested availability zone is not available"),
        ({"metadata": {"key": "x" * 256}}, "Invalid input for field/attribute key"),
        ({"user_data": "A" * 65536}, "Invalid input for field/attribute user_data"),
        ({"name": ""}, "Invalid input for field/attribute name"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(demo: Connection, values: dict[str, Any], message: str):
    with pytest.raises(BadRequestException, match=message):
        create(demo, **values)
    assert list(demo.compute.servers()) == []


def test_without_a_network_the_only_one_is_taken_and_of_several_none(demo: Connection, clock: Clock):
    server = create(demo, networks="auto")
    clock.go(BOOTED)
    assert list(demo.compute.get_server(server).addresses) == ["private-net"]
    bare = create(demo, networks="none")
    clock.go(BOOTED)
    assert demo.compute.get_server(bare).addresses == {}
    network = demo.network.create_network(name="n")
    demo.network.create_subnet(network_id=network.id, ip_version=4, cidr="192.168.1.0/24")
    with pytest.raises(ConflictException, match="Multiple possible networks found"):
        create(demo, networks="auto")


def test_a_member_gets_no_server_on_the_external_network(demo: Connection, clock: Clock):
    public = demo.network.find_network("public")
    server = create(demo, networks=[{"uuid": public.id}])
    clock.go(BOOTED)
    failed = demo.compute.get_server(server)
    assert failed.status == "ERROR"
    assert "Failed to allocate the network(s), not rescheduling." in failed.fault["message"]
    demo.compute.delete_server(server)
    clock.go(2)
    assert list(demo.compute.servers()) == []


def test_a_quota_is_refused_in_novas_words(demo: Connection, admin: Connection):
    admin.compute.update_quota_set(demo.current_project_id, instances=1, cores=1)
    with pytest.raises(ForbiddenException) as caught:
        create(demo, min_count=2)
    assert caught.value.response.json()["forbidden"] == {
        "code": 403,
        "message": "Quota exceeded for cores, instances: Requested 2, 2, but already used 0, 0 of 1, 1 cores, "
        "instances",
    }


def test_servers_are_found_by_pattern_status_and_tags(demo: Connection, clock: Clock):
    create(demo, name="web-1", tags=["a", "b"])
    clock.go(BOOTED)
    create(demo, name="web-2", tags=["a"])
    create(demo, name="db")
    assert [each.name for each in demo.compute.servers(name="^web")] == ["web-2", "web-1"]
    assert [each.name for each in demo.compute.servers(status="ACTIVE")] == ["web-1"]
    assert [each.name for each in demo.compute.servers(tags="a,b")] == ["web-1"]
    assert [each.name for each in demo.compute.servers(limit=1)] == ["db", "web-2", "web-1"]


def test_servers_belong_to_their_project(demo: Connection, alt_demo: Connection, admin: Connection):
    server = create(demo)
    with pytest.raises(NotFoundException, match=f"Instance {server.id} could not be found"):
        alt_demo.compute.get_server(server.id)
    with pytest.raises(ForbiddenException):
        list(alt_demo.compute.servers(all_projects=True))
    assert [each.id for each in admin.compute.servers(all_projects=True)] == [server.id]


def test_a_server_shows_a_copy_of_its_flavor(demo: Connection, admin: Connection):
    flavor = admin.compute.create_flavor(name="own", ram=64, vcpus=1, disk=1)
    server = create(demo, flavor_id=flavor.id)
    admin.compute.delete_flavor(flavor)
    shown = demo.compute.get_server(server).flavor
    assert (shown.original_name, shown.ram) == ("own", 64)
    old = demo.compute.get(f"/servers/{server.id}", microversion="2.1").json()["server"]["flavor"]
    assert old["id"] == flavor.id


def test_a_fault_on_demand_leaves_a_server_building_or_broken(served: Served, demo: Connection, clock: Clock):
    served.cloud.faults.add({"kind": "stuck_build", "service": "compute", "name": "stuck"})
    served.cloud.faults.add({"kind": "object_error", "service": "compute", "name": "broken", "message": "no luck"})
    stuck, broken = create(demo, name="stuck"), create(demo, name="broken")
    clock.go(1_000)
    assert demo.compute.get_server(stuck).status == "BUILD"
    failed = demo.compute.get_server(broken)
    assert (failed.status, failed.fault["message"]) == ("ERROR", "no luck")
    assert list(demo.network.ports(device_id=broken.id)) == []


def test_a_guest_prints_to_the_console_when_it_is_up(demo: Connection, clock: Clock):
    server = create(demo, user_data=base64.b64encode(b"#!/bin/sh\n").decode())
    assert demo.compute.get_server_console_output(server)["output"] == ""
    clock.go(BOOTED)
    assert "cloud-init" in demo.compute.get_server_console_output(server)["output"]


@pytest.mark.parametrize(("wanted", "status"), [("2.1", 200), ("2.96", 200), ("2.999", 406), ("x", 400)])
def test_versions_are_negotiated(demo: Connection, wanted: str, status: int):
    headers = {"OpenStack-API-Version": f"compute {wanted}"}
    answer = demo.compute.get("/servers", headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["OpenStack-API-Version"] == f"compute {wanted}"


def test_hundreds_of_servers_are_no_trouble(served: Served, demo: Connection, clock: Clock):
    for _ in range(3):
        create(demo, min_count=100, max_count=100)
    clock.go(BOOTED)
    assert len(list(demo.compute.servers(status="ACTIVE"))) == 300
    addresses = {each.fixed_ips[0]["ip_address"] for each in demo.network.ports(device_owner="compute:nova")}
    assert len(addresses) == 300


def test_a_server_goes_on_building_in_a_cloud_started_again(tmp_path: Path, clock: Clock):
    first = Served(state_dir=tmp_path, clock=clock)
    with first.connect() as connection:
        server = create(connection)
    first.close()
    clock.go(BOOTED)
    second = Served(state_dir=tmp_path, clock=clock)
    with second.connect() as connection:
        assert connection.compute.get_server(server.id).status == "ACTIVE"
        assert connection.compute.get_server(server.id).addresses["private-net"]
    second.close()
