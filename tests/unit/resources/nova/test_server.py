"""Servers, against the simulated Nova and Neutron."""

import base64

import pytest

from heat_mq.errors import CloudError, StepFailed
from heat_mq.resources.kit import Replace
from heat_mq.resources.types.nova.server.server import Server


def one(items):
    (item,) = items
    return item


def test_a_server_is_made_read_and_deleted(driver, world):
    record = driver.create(Server, "web", world.server(metadata={"role": "web", "n": 1}, tags=["a", "b"]))
    server = one(world.servers())
    assert server["name"] == record.physical_name
    assert len(record.physical_name) <= 53
    assert server["metadata"] == {"role": "web", "n": "1"}
    assert driver.attribute(record, "name") == record.physical_name
    assert sorted(driver.attribute(record, "tags")) == ["a", "b"]
    assert driver.reference(record) == server["id"]
    driver.check(record)
    driver.delete(record)
    assert world.servers() == world.ports() == []
    driver.delete(record)


def test_the_server_makes_ports_of_its_own_and_takes_them_along(driver, world):
    entries = [{"network": "private"}, {"subnet": "other", "fixed_ip": None}]
    record = driver.create(Server, "web", world.server(networks=entries, security_groups=["default"]))
    ports = {port["name"]: port for port in world.ports()}
    assert sorted(ports) == [f"{record.physical_name}-port-0", f"{record.physical_name}-port-1"]
    first, second = (ports[name] for name in sorted(ports))
    assert (first["network_id"], second["network_id"]) == (world.network, world.other)
    assert {port["device_id"] for port in ports.values()} == {record.physical_id}
    assert all(len(port["security_groups"]) == 1 for port in ports.values())
    driver.delete(record)
    assert world.ports() == []


def test_a_given_port_outlives_the_server(driver, world):
    port = world.make_port()
    record = driver.create(Server, "web", world.server(networks=[{"port": port}]))
    assert one(world.ports())["device_id"] == record.physical_id
    driver.delete(record)
    assert one(world.ports())["id"] == port


def test_addresses_tell_ports_subnets_and_networks(driver, world):
    record = driver.create(Server, "web", world.server())
    port = one(world.ports())
    address = port["fixed_ips"][0]["ip_address"]
    assert driver.attribute(record, "networks") == {"private": [address], world.network: [address]}
    assert driver.attribute(record, "first_address") == address
    addresses = driver.attribute(record, "addresses")
    assert set(addresses) == {"private", world.network}
    item = one(addresses["private"])
    assert (item["addr"], item["port"]) == (address, port["id"])
    assert item["network"]["id"] == world.network
    assert item["subnets"][0]["cidr"].endswith(".0/24")


def test_console_urls_are_asked_for_one_by_one(driver, world):
    record = driver.create(Server, "web", world.server())
    urls = driver.attribute(record, "console_urls")
    assert urls["novnc"].startswith("http")
    assert set(urls) >= {"novnc", "serial", "spice-html5"}


def test_a_server_in_error_fails_with_novas_words(driver, world, served):
    served.cloud.faults.add({"kind": "object_error", "service": "compute", "message": "No valid host was found."})
    with pytest.raises(StepFailed, match=r"Went to status ERROR due to .*No valid host was found"):
        driver.create(Server, "web", world.server())


def test_a_refused_server_leaves_no_port(driver, world, served):
    served.cloud.faults.add({"kind": "quota", "service": "compute", "resource": "*"})
    with pytest.raises(CloudError):
        driver.create(Server, "web", world.server())
    assert world.ports() == []


@pytest.mark.parametrize("name", [None, "web (1)", "web"])
@pytest.mark.parametrize("lose", [["create"], ["check_create"], ["create", "check_create"]])
def test_a_worker_that_dies_leaves_one_server(driver, world, lose, name):
    raw = world.server(**({"name": name} if name else {}))
    other = driver.create(Server, "other", raw)
    record = driver.create(Server, "web", raw, lose=lose)
    assert len(world.servers()) == len(world.ports()) == 2
    driver.delete(record, lose=["delete", "check_delete"])
    assert one(world.servers())["id"] == other.physical_id
    assert one(world.ports())["device_id"] == other.physical_id


def test_user_data_reaches_nova_as_the_format_says(driver, world, served):
    raw = world.server(user_data="#!/bin/sh\ntrue\n", user_data_format="RAW")
    record = driver.create(Server, "web", raw)
    shown = driver.cloud.compute.get(f"/servers/{record.physical_id}", version="2.3")["server"]
    given = shown.get("OS-EXT-SRV-ATTR:user_data")
    assert given is None or base64.b64decode(given) == b"#!/bin/sh\ntrue\n"


def test_small_changes_are_made_at_once(driver, world):
    record = driver.create(Server, "web", world.server(metadata={"a": "1"}))
    raw = world.server(name="front", metadata={"b": "2"}, tags=["x"], admin_pass="new password")
    record = driver.update(record, raw, lose=["update", "check_update"])
    server = one(world.servers())
    assert (server["name"], server["metadata"], server["tags"]) == ("front", {"b": "2"}, ["x"])
    driver.update(record, world.server())
    server = one(world.servers())
    assert (server["name"], server["metadata"], server["tags"]) == (record.physical_name, {}, [])


@pytest.mark.parametrize("lose", [[], ["update"], ["check_update"], ["update", "check_update"]])
def test_a_new_flavor_resizes(driver, world, lose):
    record = driver.create(Server, "web", world.server())
    record = driver.update(record, world.server(flavor=world.other_flavor), lose=lose)
    server = one(world.servers())
    assert server["flavor"]["id"] == world.flavor_id(world.other_flavor)
    assert server["status"] == "ACTIVE"


@pytest.mark.parametrize("lose", [[], ["update"], ["check_update"], ["update", "check_update"]])
def test_a_new_image_rebuilds(driver, world, lose):
    record = driver.create(Server, "web", world.server())
    both = world.server(image=world.other_image, flavor=world.other_flavor)
    driver.update(record, both, lose=lose)
    server = one(world.servers())
    assert server["id"] == record.physical_id
    assert server["image"]["id"] == world.image_id(world.other_image)
    assert server["flavor"]["id"] == world.flavor_id(world.other_flavor)


def test_the_policies_can_ask_for_a_new_server(driver, world):
    record = driver.create(Server, "web", world.server(user_data="a"))
    for change in (
        {"flavor": world.other_flavor, "flavor_update_policy": "REPLACE"},
        {"image": world.other_image, "image_update_policy": "REPLACE"},
        {"user_data": "b"},
        {"key_name": ""},
    ):
        with pytest.raises(Replace):
            driver.update(record, world.server(**{"user_data": "a", **change}))
    driver.update(record, world.server(user_data="b", user_data_update_policy="IGNORE"))
    driver.update(record, world.server(user_data="c", user_data_update_policy="REBUILD"))
    assert one(world.servers())["id"] == record.physical_id


def test_new_networks_attach_and_detach_interfaces(driver, world):
    port = world.make_port()
    record = driver.create(Server, "web", world.server())
    before = one(p for p in world.ports() if p["id"] != port)
    record = driver.update(
        record, world.server(networks=[{"network": world.network}, {"network": world.other}, {"port": port}])
    )
    ports = {p["id"]: p for p in world.ports()}
    assert len(ports) == 3
    assert before["id"] in ports
    assert {p["device_id"] for p in ports.values()} == {record.physical_id}
    record = driver.update(record, world.server(networks=[{"network": world.other}]), lose=["check_update"])
    left = {p["id"]: p for p in world.ports()}
    assert len(left) == 2
    assert left[port]["device_id"] == ""
    driver.delete(record)
    assert [p["id"] for p in world.ports()] == [port]


def test_a_port_property_changes_in_place(driver, world):
    record = driver.create(Server, "web", world.server())
    before = one(world.ports())
    entry = {"network": world.network, "port_extra_properties": {"admin_state_up": False}}
    record = driver.update(record, world.server(networks=[entry]))
    after = one(world.ports())
    assert (after["id"], after["admin_state_up"]) == (before["id"], False)
    driver.update(record, world.server())
    assert one(world.ports())["admin_state_up"] is True


def test_a_server_without_network_loses_its_interfaces(driver, world):
    record = driver.create(Server, "web", world.server())
    record = driver.update(record, world.server(networks=[{"allocate_network": "none"}]))
    assert world.ports() == []
    driver.update(record, world.server())
    assert one(world.ports())["device_id"] == record.physical_id


def test_the_cloud_gives_no_interface_when_told_so(driver, world):
    record = driver.create(Server, "web", world.server(networks=[{"allocate_network": "none"}]))
    assert world.ports() == []
    driver.delete(record)


def test_only_a_server_in_error_or_gone_is_replaced(driver, world, cloud_of):
    record = driver.create(Server, "web", world.server())
    assert not driver.needs_replace_failed(record)
    action = {"os-resetState": {"state": "error"}}
    cloud_of("admin").compute.post(f"/servers/{record.physical_id}/action", action)
    assert driver.needs_replace_failed(record)
    with pytest.raises(StepFailed):
        driver.check(record)
    driver.delete(record)
    assert driver.needs_replace_failed(record)


def test_a_server_whose_build_is_cut_off_by_its_deletion_goes(driver, world, cloud):
    image = next(iter(cloud.image.each("/images", "images")))["id"]
    disk = {"device_name": "vda", "image": image, "volume_size": 1, "delete_on_termination": True}
    record = driver.begin(Server, "web", world.server(image=None, block_device_mapping_v2=[disk]))
    seen = []
    passing = driver.clock.sleep

    def look(seconds):
        passing(seconds)
        seen.extend((server["status"], server["OS-EXT-STS:task_state"]) for server in world.servers())

    driver.clock.sleep = look
    driver.delete(record)
    assert ("ERROR", None) in seen
    assert world.servers() == world.ports() == []


def test_a_server_that_nova_cannot_delete_fails_in_its_words_after_some_tries(driver, world, monkeypatch):
    record = driver.create(Server, "web", world.server())
    asked = []
    get = world.cloud.compute.get

    def broken(path, **kwargs):
        answer = get(path, **kwargs)
        if "server" in answer:
            answer["server"] |= {"status": "ERROR", "OS-EXT-STS:task_state": None}
            answer["server"]["fault"] = {"message": "the hypervisor is away", "code": 500}
        return answer

    monkeypatch.setattr(driver.cloud.compute, "get", broken)
    monkeypatch.setattr(driver.cloud.compute, "delete", asked.append)
    with pytest.raises(StepFailed, match=r"Deleting the server failed: .*the hypervisor is away"):
        driver.delete(record)
    assert len(asked) == 4


@pytest.mark.parametrize("late", [3, 1000])
def test_an_update_ends_when_nova_shows_no_address_of_a_port_that_left_or_after_some_looks(
    driver, world, monkeypatch, late
):
    record = driver.create(Server, "web", world.server(networks=[{"network": world.network}, {"network": world.other}]))
    get, before, looks = driver.cloud.compute.get, driver.read(record)["addresses"], []

    def stale(path, **kwargs):
        """Nova looks at the addresses a while after the port has gone."""
        answer = get(path, **kwargs)
        if "server" in answer and len(world.ports()) == 1 and len(looks) < late:
            looks.append(path)
            answer["server"]["addresses"] = before
        return answer

    monkeypatch.setattr(driver.cloud.compute, "get", stale)
    record = driver.update(record, world.server(networks=[{"network": world.network}]))
    assert late <= len(looks) or 5 < len(looks) < 50
    monkeypatch.undo()
    assert list(driver.read(record)["addresses"]) == ["private"]
