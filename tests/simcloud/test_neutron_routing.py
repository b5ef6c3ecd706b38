"""Routers and floating IPs of the simulated Neutron, through the SDK."""

from __future__ import annotations

import dataclasses

import pytest
from openstack.connection import Connection
from openstack.exceptions import ConflictException, NotFoundException

from tests.simcloud.serving import Clock


@dataclasses.dataclass
class Site:
    """A network with a subnet, a port on it, and a router that is not yet connected."""

    network: str
    subnet: str
    port: str
    router: str
    public: str


@pytest.fixture
def site(demo: Connection) -> Site:
    network = demo.network.create_network(name="n")
    subnet = demo.network.create_subnet(network_id=network.id, ip_version=4, cidr="192.168.1.0/24")
    port = demo.network.create_port(network_id=network.id)
    router = demo.network.create_router(name="r")
    return Site(network.id, subnet.id, port.id, router.id, demo.network.find_network("public").id)


def connect(demo: Connection, site: Site) -> None:
    demo.network.update_router(site.router, external_gateway_info={"network_id": site.public})
    demo.network.add_interface_to_router(site.router, subnet_id=site.subnet)


def test_an_interface_takes_the_gateways_address_once(demo: Connection, site: Site):
    answer = demo.network.add_interface_to_router(site.router, subnet_id=site.subnet)
    port = demo.network.get_port(answer["port_id"])
    assert (port.device_id, port.device_owner) == (site.router, "network:router_interface")
    assert port.fixed_ips[0]["ip_address"] == "192.168.1.1"
    with pytest.raises(Exception, match="Router already has a port on subnet"):
        demo.network.add_interface_to_router(site.router, subnet_id=site.subnet)
    with pytest.raises(ConflictException, match="has device owner network:router_interface"):
        demo.network.delete_port(port.id)


def test_a_floating_ip_needs_a_router_that_leads_there(demo: Connection, site: Site, clock: Clock):
    with pytest.raises(NotFoundException) as caught:
        demo.network.create_ip(floating_network_id=site.public, port_id=site.port)
    assert caught.value.response.json()["NeutronError"]["type"] == "ExternalGatewayForFloatingIPNotFound"
    connect(demo, site)
    floating = demo.network.create_ip(floating_network_id=site.public, port_id=site.port)
    assert floating.router_id == site.router
    clock.go(1)
    assert demo.network.get_ip(floating.id).status == "ACTIVE"


def test_what_a_floating_ip_needs_stays(demo: Connection, site: Site):
    connect(demo, site)
    floating = demo.network.create_ip(floating_network_id=site.public, port_id=site.port)
    with pytest.raises(ConflictException, match="required by one or more floating IPs"):
        demo.network.remove_interface_from_router(site.router, subnet_id=site.subnet)
    with pytest.raises(ConflictException, match="required by one or more floating IPs"):
        demo.network.update_router(site.router, external_gateway_info={})
    demo.network.update_ip(floating.id, port_id=None)
    demo.network.remove_interface_from_router(site.router, subnet_id=site.subnet)
    demo.network.delete_router(site.router, ignore_missing=False)


def test_a_fixed_address_has_one_floating_ip_only(demo: Connection, site: Site):
    connect(demo, site)
    demo.network.create_ip(floating_network_id=site.public, port_id=site.port)
    with pytest.raises(ConflictException, match="already has a floating IP"):
        demo.network.create_ip(floating_network_id=site.public, port_id=site.port)


def test_a_deleted_port_leaves_its_floating_ip_alone(demo: Connection, site: Site, clock: Clock):
    connect(demo, site)
    floating = demo.network.create_ip(floating_network_id=site.public, port_id=site.port)
    demo.network.delete_port(site.port)
    clock.go(1)
    left = demo.network.get_ip(floating.id)
    assert (left.port_id, left.router_id, left.fixed_ip_address, left.status) == (None, None, None, "DOWN")


def test_a_router_with_interfaces_stays_and_one_with_a_gateway_goes(demo: Connection, site: Site):
    connect(demo, site)
    with pytest.raises(ConflictException, match="has ports still attached"):
        demo.network.delete_router(site.router)
    demo.network.remove_interface_from_router(site.router, subnet_id=site.subnet)
    demo.network.delete_router(site.router, ignore_missing=False)


def test_routes_go_by_hops_on_the_routers_subnets_and_hold_them(demo: Connection, site: Site):
    connect(demo, site)
    route = {"destination": "10.9.0.0/24", "nexthop": "192.168.1.9"}
    demo.network.add_extra_routes_to_router(site.router, {"router": {"routes": [route]}})
    with pytest.raises(ConflictException, match="required by one or more routes"):
        demo.network.remove_interface_from_router(site.router, subnet_id=site.subnet)
    with pytest.raises(Exception, match="the nexthop is not connected with router"):
        demo.network.update_router(site.router, routes=[{"destination": "10.9.0.0/24", "nexthop": "1.1.1.1"}])
    before = {"destination": "10.8.0.0/24", "nexthop": "192.168.1.9"}
    shown = demo.network.add_extra_routes_to_router(site.router, {"router": {"routes": [before]}})
    assert shown.routes == [before, route]
    changed = demo.network.remove_extra_routes_from_router(site.router, {"router": {"routes": [route, before]}})
    assert changed.routes == []


def test_a_given_port_becomes_an_interface_and_goes_with_it(demo: Connection, site: Site):
    demo.network.add_interface_to_router(site.router, port_id=site.port)
    with pytest.raises(ConflictException, match="Port already has an attached device"):
        demo.network.add_interface_to_router(site.router, port_id=site.port)
    demo.network.remove_interface_from_router(site.router, port_id=site.port)
    with pytest.raises(NotFoundException):
        demo.network.get_port(site.port)


def test_only_an_administrator_turns_translation_off(demo: Connection, admin: Connection, site: Site):
    info = {"network_id": site.public, "enable_snat": False}
    with pytest.raises(Exception, match="external_gateway_info:enable_snat"):
        demo.network.update_router(site.router, external_gateway_info=info)
    changed = admin.network.update_router(site.router, external_gateway_info=info)
    assert changed.external_gateway_info["enable_snat"] is False
