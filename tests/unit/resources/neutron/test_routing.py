"""Routers, their interfaces and gateways, floating IPs and their associations."""

from __future__ import annotations

import contextlib

import pytest

from heat_mq.errors import CloudConflict, CloudGone, InvalidTemplate
from heat_mq.resources.kit import Replace
from tests.unit.resources.mortal import Death, every_death


def test_a_router_leads_to_the_external_network_until_that_is_taken_away(stack):
    public = stack.network.find("network", "public")
    router = stack.create("Router", "r", external_gateway_info={"network": "public"})
    assert stack.driver.attribute(router, "external_gateway_info")["network_id"] == public
    router = stack.update(router)
    assert stack.driver.attribute(router, "external_gateway_info") is None
    router = stack.update(router, external_gateway_info={"network": public}, lose=("update",))
    assert stack.driver.attribute(router, "external_gateway_info")["network_id"] == public
    assert stack.driver.attribute(router, "status") == "ACTIVE"


def test_a_router_is_switched_off_in_place(stack):
    router = stack.create("Router", "r")
    assert stack.driver.attribute(stack.update(router, admin_state_up=False), "admin_state_up") is False


@pytest.mark.parametrize("lose", [(), ("create",)])
def test_an_interface_on_a_subnet_is_named_by_router_and_subnet(stack, subnet, lose):
    router = stack.create("Router", "r")
    foot = stack.create("RouterInterface", "i", router=router.physical_id, subnet=subnet.physical_id, lose=lose)
    assert foot.physical_id == f"{router.physical_id}:subnet_id={subnet.physical_id}"
    assert stack.driver.reference(foot) == foot.physical_id
    assert stack.driver.read(foot)["fixed_ips"][0]["ip_address"] == "10.11.12.1"
    stack.driver.check(foot)
    stack.delete(foot, lose=("delete",))
    with pytest.raises(CloudGone):
        stack.driver.check(foot)
    assert stack.driver.needs_replace_failed(foot)


@pytest.mark.parametrize("lose", [(), ("create",)])
def test_an_interface_may_be_a_port_which_then_goes_with_it(stack, net, subnet, lose):
    router = stack.create("Router", "r")
    port = stack.create("Port", "p", network=net.physical_id)
    foot = stack.create("RouterInterface", "i", router=router.physical_name, port=port.physical_id, lose=lose)
    assert foot.physical_id == f"{router.physical_id}:port_id={port.physical_id}"
    assert stack.driver.read(foot)["id"] == port.physical_id
    stack.delete(foot)
    stack.delete(port)


def test_an_interface_gives_way_to_another_router_and_is_there_again_when_that_failed(stack, subnet):
    router, other = (stack.create("Router", name).physical_id for name in ("router", "other"))
    given = {"router": router, "subnet": subnet.physical_id}
    interface = stack.create("RouterInterface", "i", **given)
    stack.driver.prepare_replace(interface, {**given, "router": other})
    assert not stack.exists(interface)
    assert stack.driver.finish(interface, "restore_replaced").physical_id == interface.physical_id
    assert stack.exists(interface)


def test_an_interface_is_there_again_though_the_worker_died_for_which_it_gave_way(stack, subnet):
    routers = [stack.create("Router", name).physical_id for name in ("router", "other")]
    given = [{"router": router, "subnet": subnet.physical_id} for router in routers]
    interface = stack.create("RouterInterface", "i", **given[0])
    for worker in every_death(stack.driver, "network"):
        with contextlib.suppress(Death):
            stack.driver.prepare_replace(interface, given[1])
        assert not stack.exists(interface)
        assert worker.until_done(interface, "restore_replaced").physical_id == interface.physical_id
        assert stack.exists(interface)


def test_an_interface_goes_quietly_with_its_router(stack, subnet):
    router = stack.create("Router", "r")
    foot = stack.create("RouterInterface", "i", router=router.physical_id, subnet=subnet.physical_id)
    with pytest.raises(CloudConflict):
        stack.network.remove("router", router.physical_id)
    stack.network.put(f"/routers/{router.physical_id}/remove_router_interface", {"subnet_id": subnet.physical_id})
    stack.delete(router)
    stack.delete(foot)


@pytest.mark.parametrize("given", [{}, {"subnet": "s", "port": "p"}])
def test_an_interface_needs_a_subnet_or_a_port(stack, given):
    with pytest.raises(InvalidTemplate):
        stack.create("RouterInterface", "i", router="r", **given)


@pytest.mark.parametrize("lose", [(), ("create",)])
def test_a_gateway_apart_from_its_router(stack, lose):
    router = stack.create("Router", "r")
    gateway = stack.create("RouterGateway", "g", router_id=router.physical_id, network_id="public", lose=lose)
    public = stack.network.find("network", "public")
    assert gateway.physical_id == f"{router.physical_id}:{public}"
    assert stack.driver.read(gateway)["network_id"] == public
    stack.delete(gateway, lose=("delete",))
    assert stack.driver.attribute(router, "external_gateway_info") is None


def test_a_floating_ip_leads_to_a_port_and_is_moved_in_place(stack, net, router, port):
    ip = stack.create("FloatingIP", "ip", floating_network="public", port_id=port.physical_id)
    get = stack.driver.attribute
    fixed = get(port, "fixed_ips")[0]["ip_address"]
    assert get(ip, "fixed_ip_address") == fixed
    assert get(ip, "router_id") == router.physical_id
    assert get(ip, "floating_network_id") == stack.network.find("network", "public")
    assert get(ip, "floating_ip_address").startswith("172.24.")
    other = stack.create("Port", "other", network=net.physical_id)
    ip = stack.update(ip, floating_network="public", port_id=other.physical_id)
    assert get(ip, "port_id") == other.physical_id
    ip = stack.update(ip, floating_network="public")
    assert get(ip, "port_id") is None


def test_the_old_name_of_the_external_network_still_works(stack):
    ip = stack.create("FloatingIP", "ip", floating_network_id="public")
    assert stack.driver.attribute(ip, "floating_network_id") == stack.network.find("network", "public")


def test_another_external_network_needs_another_floating_ip(stack, net):
    ip = stack.create("FloatingIP", "ip", floating_network="public")
    with pytest.raises(Replace):
        stack.update(ip, floating_network=net.physical_id)


def test_an_association_joins_and_parts(stack, net, router, port):
    ip = stack.create("FloatingIP", "ip", floating_network="public")
    given = {"floatingip_id": ip.physical_id, "port_id": port.physical_id}
    joined = stack.create("FloatingIPAssociation", "a", **given, lose=("create",))
    assert stack.driver.attribute(ip, "port_id") == port.physical_id
    assert not stack.driver.needs_replace_failed(joined)
    stack.driver.check(joined)
    other = stack.create("FloatingIP", "other", floating_network="public")
    joined = stack.update(joined, floatingip_id=other.physical_id, port_id=port.physical_id, lose=("update",))
    assert stack.driver.attribute(ip, "port_id") is None
    assert stack.driver.attribute(other, "port_id") == port.physical_id
    stack.delete(joined, lose=("delete",))
    assert stack.driver.attribute(other, "port_id") is None


def test_an_association_parts_only_what_it_joined(stack, net, router, port):
    ip = stack.create("FloatingIP", "ip", floating_network="public")
    joined = stack.create("FloatingIPAssociation", "a", floatingip_id=ip.physical_id, port_id=port.physical_id)
    other = stack.create("Port", "other", network=net.physical_id)
    stack.network.change("floatingip", ip.physical_id, {"port_id": other.physical_id})
    stack.delete(joined)
    assert stack.driver.attribute(ip, "port_id") == other.physical_id
