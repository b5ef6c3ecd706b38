"""Servers that are suspended, resumed, saved before deletion, or reached from outside."""

from heat_mq.resources.types.nova.server.server import Server
from tests.unit.resources.mortal import every_death


def test_a_server_is_suspended_and_resumed(driver, world):
    record = driver.create(Server, "web", world.server())
    for worker in every_death(driver, "compute"):
        for verb, status in (("suspend", "SUSPENDED"), ("resume", "ACTIVE")):
            worker.once(record, verb)
            worker.until_done(record, f"check_{verb}")
            assert world.servers()[0]["status"] == status


def test_the_policy_snapshot_leaves_one_image(driver, world):
    before = {image["id"] for image in world.cloud.image.each("/images", "images")}
    for worker in every_death(driver, "compute"):
        record = worker.create(Server, "web", world.server())
        worker.saved(record)
        images = [image for image in world.cloud.image.each("/images", "images") if image["id"] not in before]
        assert [(image["name"], image["status"]) for image in images] == [(record.physical_name, "active")]
        before.add(images[0]["id"])
        worker.delete(record)
    assert world.servers() == []


def test_a_floating_ip_points_at_the_port_of_its_interface(driver, world):
    network = world.cloud.network
    public = next(iter(network.each("/networks", "networks", query={"router:external": "True"})))
    router = network.create("router", {"external_gateway_info": {"network_id": public["id"]}})
    subnet = next(iter(network.each("/subnets", "subnets", query={"network_id": world.network})))
    network.put(f"/routers/{router['id']}/add_router_interface", {"subnet_id": subnet["id"]})
    floating = network.create("floatingip", {"floating_network_id": public["id"]})
    other = network.create("floatingip", {"floating_network_id": public["id"]})

    def entries(id):
        return [{"network": world.network, "floating_ip": id}]

    record = driver.create(Server, "web", world.server(networks=entries(floating["id"])), lose=["create"])
    (port,) = (port for port in world.ports() if port["device_id"] == record.physical_id)
    assert network.show("floatingip", floating["id"])["port_id"] == port["id"]
    record = driver.update(record, world.server(networks=entries(other["floating_ip_address"])))
    assert network.show("floatingip", floating["id"])["port_id"] is None
    assert network.show("floatingip", other["id"])["port_id"] == port["id"]
    record = driver.update(record, world.server())
    assert network.show("floatingip", other["id"])["port_id"] is None
