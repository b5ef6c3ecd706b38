"""Addresses of ports: whatever is created and deleted, no two ports share one."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openstack.connection import Connection
from openstack.exceptions import ConflictException, HttpException

from heat_mq.simcloud.neutron.addresses import Addresses, default_gateway, default_pools, eui64

SMALL = {
    "id": "s",
    "ip_version": 4,
    "allocation_pools": [{"start": "10.0.0.2", "end": "10.0.0.3"}, {"start": "10.0.0.9", "end": "10.0.0.11"}],
}


@given(st.lists(st.integers(min_value=0, max_value=6), max_size=60))
@settings(deadline=None)
def test_an_address_is_given_out_once_until_it_is_released(steps: list[int]):
    addresses = Addresses()
    held: list[str] = []
    for step in steps:
        if step < len(held) and step % 2:
            addresses.release("s", held.pop(step))
            continue
        found = addresses.next_free(SMALL)
        assert (found is None) == (len(held) == 5)
        if found is not None:
            assert found not in held
            addresses.take("s", found, "port")
            held.append(found)


@given(st.integers(min_value=8, max_value=30), st.booleans())
def test_default_pools_hold_every_address_but_the_gateway_and_the_special_ones(length: int, with_gateway: bool):
    network = ipaddress.ip_network(f"10.0.0.0/{length}")
    gateway = default_gateway(network) if with_gateway else None
    pools = default_pools(network, gateway)
    sizes = [int(ipaddress.ip_address(pool["end"])) - int(ipaddress.ip_address(pool["start"])) + 1 for pool in pools]
    assert sum(sizes) == network.num_addresses - 2 - with_gateway


def test_an_interface_makes_its_address_of_its_mac():
    assert eui64(ipaddress.ip_network("fd00::/64"), "fa:16:3e:00:00:01") == "fd00::f816:3eff:fe00:1"


@pytest.fixture
def tight(demo: Connection) -> str:
    """The id of a network with room for two ports."""
    network = demo.network.create_network(name="tight")
    demo.network.create_subnet(
        network_id=network.id,
        ip_version=4,
        cidr="192.168.9.0/24",
        allocation_pools=[{"start": "192.168.9.10", "end": "192.168.9.11"}],
    )
    return str(network.id)


def test_a_full_pool_refuses_and_a_deleted_port_frees_its_address(demo: Connection, tight: str):
    first = demo.network.create_port(network_id=tight)
    demo.network.create_port(network_id=tight)
    with pytest.raises(ConflictException, match="No more IP addresses available on network"):
        demo.network.create_port(network_id=tight)
    demo.network.delete_port(first)
    again = demo.network.create_port(network_id=tight)
    assert again.fixed_ips == first.fixed_ips


def test_an_address_outside_the_pools_can_be_asked_for_but_not_twice(demo: Connection, tight: str):
    wanted = [{"ip_address": "192.168.9.77"}]
    assert demo.network.create_port(network_id=tight, fixed_ips=wanted).fixed_ips[0]["ip_address"] == "192.168.9.77"
    with pytest.raises(ConflictException, match=r"IP address 192.168.9.77 already allocated in subnet"):
        demo.network.create_port(network_id=tight, fixed_ips=wanted)
    with pytest.raises(HttpException, match="is not a valid IP for any of the subnets"):
        demo.network.create_port(network_id=tight, fixed_ips=[{"ip_address": "10.9.9.9"}])


def test_a_changed_port_keeps_what_it_still_wants(demo: Connection, tight: str):
    port = demo.network.create_port(network_id=tight)
    kept = port.fixed_ips[0]
    changed = demo.network.update_port(port, fixed_ips=[kept, {"ip_address": "192.168.9.80"}])
    assert [each["ip_address"] for each in changed.fixed_ips] == [kept["ip_address"], "192.168.9.80"]
    bare = demo.network.update_port(port, fixed_ips=[])
    assert bare.fixed_ips == []
    other = demo.network.create_port(network_id=tight, fixed_ips=[{"ip_address": kept["ip_address"]}])
    assert other.fixed_ips[0]["ip_address"] == kept["ip_address"]


def test_every_port_joins_a_subnet_that_makes_addresses_of_macs(demo: Connection, tight: str):
    port = demo.network.create_port(network_id=tight, mac_address="fa:16:3e:00:00:01")
    subnet = demo.network.create_subnet(
        network_id=tight, ip_version=6, cidr="fd00::/64", ipv6_ra_mode="slaac", ipv6_address_mode="slaac"
    )
    assert "fd00::f816:3eff:fe00:1" in [each["ip_address"] for each in demo.network.get_port(port).fixed_ips]
    demo.network.delete_subnet(subnet)
    assert len(demo.network.get_port(port).fixed_ips) == 1
