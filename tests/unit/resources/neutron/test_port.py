"""OS::Neutron::Port."""

from __future__ import annotations

import pytest

from heat_mq.resources.kit import Replace


def addresses(live):
    return [each["ip_address"] for each in live["fixed_ips"]]


def test_a_port_gets_an_address_of_its_network(stack, port, subnet, net):
    get = stack.driver.attribute
    assert get(port, "fixed_ips")[0]["subnet_id"] == subnet.physical_id
    assert get(port, "network_id") == net.physical_id
    assert get(port, "network")["name"] == net.physical_name
    assert [each["cidr"] for each in get(port, "subnets")] == ["10.11.12.0/24"]
    assert len(get(port, "security_groups")) == 1


def test_a_port_has_what_the_template_says(stack, net, subnet):
    group = stack.create("SecurityGroup", "group")
    port = stack.create(
        "Port",
        "p",
        network=net.physical_id,
        fixed_ips=[{"subnet": subnet.physical_name, "ip_address": "10.11.12.77"}],
        mac_address="fa:16:3e:01:02:03",
        security_groups=[group.physical_name],
        allowed_address_pairs=[{"ip_address": "10.9.0.0/16"}],
        admin_state_up=False,
    )
    live = stack.driver.read(port)
    assert live["fixed_ips"] == [{"subnet_id": subnet.physical_id, "ip_address": "10.11.12.77"}]
    assert live["mac_address"] == "fa:16:3e:01:02:03"
    assert live["security_groups"] == [group.physical_id]
    assert live["allowed_address_pairs"] == [{"ip_address": "10.9.0.0/16", "mac_address": "fa:16:3e:01:02:03"}]
    assert live["admin_state_up"] is False


def test_the_old_names_of_network_and_subnet_still_work(stack, net, subnet):
    port = stack.create("Port", "p", network_id=net.physical_id, fixed_ips=[{"subnet_id": subnet.physical_id}])
    assert stack.driver.attribute(port, "fixed_ips")[0]["subnet_id"] == subnet.physical_id


def test_an_empty_list_of_groups_means_none_and_no_list_the_default(stack, net):
    port = stack.create("Port", "p", network=net.physical_id, security_groups=[])
    assert stack.driver.attribute(port, "security_groups") == []
    port = stack.update(port, network=net.physical_id)
    default = stack.network.find("security_group", "default")
    assert stack.driver.attribute(port, "security_groups") == [default]


def test_addresses_are_changed_in_place(stack, net, subnet, port):
    port = stack.update(port, network=net.physical_id, fixed_ips=[{"ip_address": "10.11.12.99"}])
    assert addresses(stack.driver.read(port)) == ["10.11.12.99"]
    port = stack.update(port, network=net.physical_id, no_fixed_ips=True)
    assert addresses(stack.driver.read(port)) == []


def test_a_port_may_have_no_address(stack, net, subnet):
    port = stack.create("Port", "p", network=net.physical_id, no_fixed_ips=True)
    assert addresses(stack.driver.read(port)) == []


def test_address_pairs_taken_out_of_the_template_are_taken_away(stack, net, subnet):
    port = stack.create("Port", "p", network=net.physical_id, allowed_address_pairs=[{"ip_address": "10.9.0.1"}])
    assert stack.driver.attribute(stack.update(port, network=net.physical_id), "allowed_address_pairs") == []


def test_the_policy_to_replace_always_replaces_even_what_could_be_changed(stack, net, port):
    with pytest.raises(Replace):
        stack.update(port, network=net.physical_id, replacement_policy="REPLACE_ALWAYS", name="x")


def test_a_successor_may_have_the_same_address_and_a_failed_one_gives_it_back(stack, net, subnet):
    given = {"network": net.physical_id, "fixed_ips": [{"ip_address": "10.11.12.50"}]}
    old = stack.create("Port", "old", **given)
    stack.driver.run(old, "prepare_replace")
    stack.driver.run(old, "prepare_replace")
    new = stack.create("Port", "new", **given)
    assert addresses(stack.driver.read(new)) == ["10.11.12.50"]
    stack.delete(new)
    stack.driver.run(old, "restore_replaced")
    assert addresses(stack.driver.read(old)) == ["10.11.12.50"]
