"""Updates of servers that did not end, and the update back that follows."""

from __future__ import annotations

import base64

import pytest

from heat_mq.resources.kit import Replace
from heat_mq.resources.kit.testing import _State
from heat_mq.resources.types.nova.server.server import Server
from tests.unit.resources.mortal import Mortal, every_death

SERVICES = ("compute", "network")
USER_DATA = "OS-EXT-SRV-ATTR:user_data"


@pytest.fixture
def cloud(cloud_of):
    """Administrators are shown user data."""
    return cloud_of("admin")


class Counted:
    """Counts what Nova is asked for."""

    def __init__(self, driver):
        self._compute = driver.cloud.compute
        self._request = self._compute.request
        self.actions = []

    def __enter__(self):
        self._compute.request = self._counting
        return self

    def __exit__(self, *exc):
        self._compute.request = self._request

    def _counting(self, method, path, *args, **kwargs):
        if path.endswith("/action"):
            self.actions += kwargs["body"]
        return self._request(method, path, *args, **kwargs)


def left(driver, record, raw, at):
    """An update whose worker dies after its ``at``-th change of compute."""
    worker = Mortal(driver, at, ("compute",))
    worker.leave_update(record, raw)
    worker.close()
    assert worker.died


def user_data_of(world, record):
    path = f"/servers/{record.physical_id}"
    told = world.cloud.compute.get(path, version="2.26")["server"][USER_DATA]
    return base64.b64decode(told or "").decode()


def told(world, **raw):
    return world.server(user_data_format="RAW", user_data_update_policy="REBUILD", **raw)


def test_a_guest_that_was_told_something_else_is_told_again_what_it_was_told(driver, world):
    record = driver.create(Server, "web", told(world, user_data="old"))
    for worker in every_death(driver, *SERVICES):
        worker.leave_update(record, told(world, user_data="new", name="front"))
        driver.take_back(record, told(world, user_data="new", name="front"))
        assert user_data_of(world, record) == "old"


def test_a_guest_that_was_not_told_yet_keeps_its_disk(driver, world):
    record = driver.create(Server, "web", told(world, user_data="old"))
    raw = told(world, user_data="new", name="front")
    left(driver, record, raw, at=1)
    with Counted(driver) as nova:
        driver.take_back(record, raw)
    assert nova.actions == []


def test_a_resize_that_was_not_confirmed_is_reverted(driver, world):
    record = driver.create(Server, "web", world.server())
    raw = world.server(flavor=world.other_flavor)
    left(driver, record, raw, at=1)
    with Counted(driver) as nova:
        driver.take_back(record, raw)
    assert nova.actions == ["revertResize"]
    assert driver.read(record)["flavor"]["id"] == world.flavor_id(world.flavor)


def test_a_resize_that_is_wanted_after_all_is_confirmed(driver, world):
    record = driver.create(Server, "web", world.server())
    raw = world.server(flavor=world.other_flavor, name="front")
    left(driver, record, raw, at=2)
    state = _State(driver, Server, record)
    props = driver.props(Server, world.server(flavor=world.other_flavor))
    state.old, state.wanted, state.tried = record.properties, props, [driver.props(Server, raw)]
    changed = frozenset({"name", "flavor"})
    with Counted(driver) as nova:
        state.call("update", lambda resource, call: resource.update(call, props, changed))
        state.wait("check_update", ())
    assert nova.actions == ["confirmResize"]
    server = driver.read(record)
    assert (server["name"], server["flavor"]["id"]) == (record.physical_name, world.flavor_id(world.other_flavor))


def test_policies_that_ask_for_a_new_server_do_not_count_for_what_only_an_unfinished_update_wanted(driver, world):
    policies = {"flavor_update_policy": "REPLACE", "image_update_policy": "REPLACE"}
    record = driver.create(Server, "web", world.server(**policies))
    with pytest.raises(Replace):
        driver.update(record, world.server(flavor=world.other_flavor, **policies))
    raw = world.server(flavor=world.other_flavor, image=world.other_image)
    left(driver, record, raw, at=2)
    driver.take_back(record, raw)
    shown = driver.read(record)
    assert (shown["flavor"]["id"], shown["image"]["id"]) == (
        world.flavor_id(world.flavor),
        world.image_id(world.image),
    )


def test_whenever_a_worker_dies_ports_and_their_addresses_are_as_before(driver, world):
    given = world.make_port()
    raw = world.server(networks=[{"network": world.network}, {"port": given}])
    record = driver.create(Server, "web", raw)
    before = shown(world)
    extra = {"allowed_address_pairs": [{"ip_address": "10.0.0.99"}], "port_security_enabled": True}
    other = world.server(networks=[{"network": world.network, "port_extra_properties": extra}])
    for worker in every_death(driver, *SERVICES):
        worker.leave_update(record, other)
        driver.take_back(record, other)
        assert shown(world) == before


def test_whenever_a_worker_dies_a_port_that_was_lent_is_the_server_s_own_again(driver, world):
    record = driver.create(Server, "web", world.server())
    before = shown(world)
    (own,) = world.ports()
    other = world.server(networks=[{"port": own["id"]}])
    for worker in every_death(driver, *SERVICES):
        worker.leave_update(record, other)
        driver.take_back(record, other)
        assert shown(world) == before


def shown(world):
    keys = ("id", "description", "device_id", "fixed_ips", "allowed_address_pairs", "name")
    return sorted([{key: port[key] for key in keys} for port in world.ports()], key=lambda port: port["id"])


def test_whenever_a_worker_dies_floating_ips_are_where_they_were(driver, world):
    network, given = world.cloud.network, world.make_port()
    router = network.create("router", {"external_gateway_info": {"network_id": network.find("network", "public")}})
    network.put(f"/routers/{router['id']}/add_router_interface", {"subnet_id": network.find("subnet", "private")})
    body = {"floating_network_id": network.find("network", "public")}
    first, second, third = (network.create("floatingip", body)["id"] for _ in range(3))
    record = driver.create(Server, "web", world.server(networks=[{"network": world.network, "floating_ip": first}]))
    (own,) = (port["id"] for port in world.ports() if port["device_id"] == record.physical_id)
    moved = {"network": world.network, "floating_ip": second}
    other = world.server(networks=[moved, {"port": given, "floating_ip": third}])
    for worker in every_death(driver, *SERVICES):
        worker.leave_update(record, other)
        driver.take_back(record, other)
        pointed = {each: network.show("floatingip", each)["port_id"] for each in (first, second, third)}
        assert pointed == {first: own, second: None, third: None}


def test_a_server_that_is_being_rebuilt_for_an_unfinished_update_is_deleted_after_that(driver):
    raw = {"image": "cirros", "flavor": "m1.nano", "networks": [{"network": "private-net"}]}
    record = driver.create(Server, "server", raw)
    left(driver, record, {**raw, "image": "cirros-0.3.3-x86_64"}, 1)
    asked = []
    request = driver.cloud.compute.request

    def noting(method, path, *args, **kwargs):
        if method == "DELETE":
            asked.append(driver.read(record)["OS-EXT-STS:task_state"])
        return request(method, path, *args, **kwargs)

    driver.cloud.compute.request = noting
    assert driver.read(record)["OS-EXT-STS:task_state"].startswith("rebuild")
    driver.delete(record, tried={**raw, "image": "cirros-0.3.3-x86_64"})
    assert asked == [None]
