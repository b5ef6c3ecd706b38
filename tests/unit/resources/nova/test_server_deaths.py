"""Servers made, changed and deleted by workers that die after any request."""

from heat_mq.resources.types.nova.server.server import Server
from tests.unit.resources.mortal import every_death

SERVICES = ("compute", "network", "image")


def test_whenever_a_worker_dies_while_it_makes_a_server_there_is_one(driver, world):
    deaths = 0
    for worker in every_death(driver, *SERVICES):
        entries = [{"network": world.network}, {"network": world.network}]
        record = worker.create(Server, "web", world.server(name="web", networks=entries, tags=["t"]))
        assert len(world.servers()) == 1
        assert len(world.ports()) == 2
        worker.delete(record)
        assert world.servers() == world.ports() == []
        deaths += worker.died
    assert deaths >= 6


def test_whenever_a_worker_dies_while_it_changes_a_server_the_change_is_made(driver, world):
    given = world.make_port()
    for worker in every_death(driver, *SERVICES):
        record = worker.create(Server, "web", world.server())
        raw = world.server(
            image=world.other_image,
            flavor=world.other_flavor,
            networks=[{"network": world.other}, {"port": given}],
            name="front",
        )
        record = worker.update(record, raw)
        (server,) = world.servers()
        assert server["name"] == "front"
        assert server["image"]["id"] == world.image_id(world.other_image)
        assert server["flavor"]["id"] == world.flavor_id(world.other_flavor)
        attached = [port for port in world.ports() if port["device_id"] == record.physical_id]
        assert sorted(port["network_id"] for port in attached) == sorted([world.other, world.network])
        assert len(world.ports()) == 2
        worker.delete(record)
        assert [port["id"] for port in world.ports()] == [given]


def test_whenever_a_worker_dies_a_port_goes_to_the_successor_and_back(driver, world):
    given = world.make_port()
    for worker in every_death(driver, *SERVICES):
        entry = {"network": world.network, "fixed_ip": _address(world, 77)}
        raw = world.server(networks=[{"port": given}, entry])
        old = worker.create(Server, "web", raw)
        worker.until_done(old, "prepare_replace")
        new = worker.create(Server, "web", raw)
        assert _addresses(world, new) == {_address(world, 77), _fixed(world, given)}
        worker.delete(new)
        worker.until_done(old, "restore_replaced")
        assert _addresses(world, old) == {_address(world, 77), _fixed(world, given)}
        worker.delete(old)
        assert [port["id"] for port in world.ports()] == [given]


def _address(world, last):
    subnet = next(iter(world.cloud.network.each("/subnets", "subnets", query={"network_id": world.network})))
    return subnet["cidr"].replace("0/24", str(last))


def _fixed(world, port_id):
    return next(port for port in world.ports() if port["id"] == port_id)["fixed_ips"][0]["ip_address"]


def _addresses(world, record):
    return {
        fixed["ip_address"]
        for port in world.ports()
        if port["device_id"] == record.physical_id
        for fixed in port["fixed_ips"]
    }
