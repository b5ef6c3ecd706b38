"""OS::Neutron::Net and OS::Neutron::Subnet."""

from __future__ import annotations

import pytest

from heat_mq.errors import CloudConflict, InvalidTemplate
from heat_mq.resources.kit import Replace


def test_a_network_tells_its_attributes(stack, net, subnet):
    get = stack.driver.attribute
    assert get(net, "subnets") == [subnet.physical_id]
    assert get(net, "name") == net.physical_name
    assert get(net, "admin_state_up") is True
    assert get(net, "status") == "ACTIVE"
    assert get(net, "mtu") > 0


def test_only_what_changed_is_sent(stack, net):
    stack.network.change("network", net.physical_id, {"name": "changed outside"})
    changed = stack.update(net, admin_state_up=False)
    live = stack.driver.read(changed)
    assert (live["admin_state_up"], live["name"]) == (False, "changed outside")


def test_value_specs_are_sent_as_they_are(stack):
    net = stack.create("Net", "net", value_specs={"mtu": 1400})
    assert stack.driver.read(net)["mtu"] == 1400
    assert stack.driver.read(stack.update(net, value_specs={"mtu": 1300}))["mtu"] == 1300


def test_port_security_follows_the_property(stack):
    net = stack.create("Net", "net", port_security_enabled=False)
    assert stack.driver.attribute(net, "port_security_enabled") is False
    assert stack.driver.attribute(stack.update(net), "port_security_enabled") is True


def test_a_subnet_has_what_the_template_says(stack, net):
    subnet = stack.create(
        "Subnet",
        "subnet",
        network=net.physical_name,
        cidr="192.168.9.0/24",
        gateway_ip="192.168.9.254",
        dns_nameservers=["8.8.8.8"],
        allocation_pools=[{"start": "192.168.9.10", "end": "192.168.9.20"}],
        host_routes=[{"destination": "10.0.0.0/8", "nexthop": "192.168.9.253"}],
        enable_dhcp=False,
    )
    live = stack.driver.read(subnet)
    assert live["network_id"] == net.physical_id
    assert live["gateway_ip"] == "192.168.9.254"
    assert live["dns_nameservers"] == ["8.8.8.8"]
    assert live["allocation_pools"] == [{"start": "192.168.9.10", "end": "192.168.9.20"}]
    assert live["host_routes"] == [{"destination": "10.0.0.0/8", "nexthop": "192.168.9.253"}]
    assert live["enable_dhcp"] is False
    assert stack.driver.attribute(subnet, "cidr") == "192.168.9.0/24"


def test_routes_and_servers_taken_out_of_the_template_are_taken_away(stack, net):
    route = {"destination": "10.0.0.0/8", "nexthop": "192.168.9.253"}
    given = {"network": net.physical_id, "cidr": "192.168.9.0/24"}
    subnet = stack.create("Subnet", "s", **given, host_routes=[route], dns_nameservers=["8.8.8.8"])
    live = stack.driver.read(stack.update(subnet, **given))
    assert (live["host_routes"], live["dns_nameservers"]) == ([], [])


def test_pools_taken_out_of_the_template_are_taken_away(stack, net):
    given = {"network": net.physical_id, "cidr": "192.168.9.0/24"}
    subnet = stack.create("Subnet", "s", **given, allocation_pools=[{"start": "192.168.9.10", "end": "192.168.9.20"}])
    assert stack.driver.read(stack.update(subnet, **given))["allocation_pools"] == []


@pytest.mark.parametrize("gateway", ["", None])
def test_an_empty_gateway_means_none(stack, net, gateway):
    pools = [{"start": "192.168.9.10", "end": "192.168.9.20"}]
    given = {"network": net.physical_id, "cidr": "192.168.9.0/24", "allocation_pools": pools}
    subnet = stack.create("Subnet", "s", gateway_ip=gateway, **given)
    assert stack.driver.read(subnet)["gateway_ip"] is None
    subnet = stack.update(subnet, gateway_ip="192.168.9.7", **given)
    assert stack.driver.read(subnet)["gateway_ip"] == "192.168.9.7"


def test_a_gateway_that_is_not_given_is_the_first_address(stack, subnet):
    assert stack.driver.attribute(subnet, "gateway_ip") == "10.11.12.1"


def test_the_old_name_of_network_still_works(stack, net):
    subnet = stack.create("Subnet", "s", network_id=net.physical_id, cidr="192.168.9.0/24")
    assert stack.driver.attribute(subnet, "network_id") == net.physical_id


def test_another_cidr_needs_another_subnet(stack, net, subnet):
    with pytest.raises(Replace):
        stack.update(subnet, network=net.physical_id, cidr="10.11.13.0/24")


def test_a_network_in_use_is_deleted_only_when_nothing_is_on_it(stack, net, subnet, port):
    with pytest.raises(CloudConflict):
        stack.network.remove("network", net.physical_id)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, "cidr"),
        ({"cidr": "10.0.0.0/24", "subnetpool": "p"}, "cidr"),
        ({"cidr": "10.0.0.0/24", "prefixlen": 24}, "prefixlen"),
        ({"cidr": "10.0.0.0/24", "ipv6_ra_mode": "slaac"}, "ipv6_ra_mode"),
        (
            {"cidr": "fd00::/64", "ip_version": 6, "ipv6_ra_mode": "slaac", "ipv6_address_mode": "dhcpv6-stateful"},
            "ipv6_address_mode",
        ),
    ],
)
def test_properties_that_contradict_each_other_are_refused(stack, given, path):
    with pytest.raises(InvalidTemplate) as raised:
        stack.create("Subnet", "s", network="some-net", **given)
    assert [problem.path for problem in raised.value.problems] == [path]
