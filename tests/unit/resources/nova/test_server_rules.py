"""Rules between a server's properties, and what it waits for."""

import pytest

from heat_mq.resources.kit import Sibling
from heat_mq.resources.types.nova.server.server import Server
from heat_mq.template.marks import UNKNOWN


def problems(**props):
    return [problem.path for problem in Server.validate({"image": "i", "flavor": "f", **props})]


def test_a_server_boots_from_an_image_or_a_volume():
    assert problems() == []
    assert problems(image=None) == ["image"]
    assert problems(image="") == ["image"]
    assert problems(image=None, block_device_mapping_v2=[{"volume_id": "v"}]) == []
    assert problems(image=None, block_device_mapping=[{"device_name": "vda", "snapshot_id": "s"}]) == []
    assert problems(image=None, block_device_mapping_v2=[{"swap_size": 5}]) == ["image"]


@pytest.mark.parametrize(
    ("device", "path"),
    [
        ({}, None),
        ({"device_name": "vdb"}, "block_device_mapping_v2[0]"),
        ({"volume_id": "v", "snapshot_id": "s"}, "block_device_mapping_v2[0]"),
        ({"volume_id": "v", "ephemeral_size": 1}, "block_device_mapping_v2[0]"),
        ({"ephemeral_size": 1, "ephemeral_format": "ext4"}, None),
        ({"image": "i"}, "block_device_mapping_v2[0].volume_size"),
        ({"image": "i", "volume_size": 1}, None),
    ],
)
def test_a_device_has_one_source(device, path):
    assert problems(block_device_mapping_v2=[device]) == ([path] if path else [])


def test_only_one_form_of_device_mapping_is_used():
    mapping = {"block_device_mapping": [{"device_name": "vdb", "volume_id": "v"}]}
    assert problems(**mapping, block_device_mapping_v2=[{"volume_id": "v"}]) == ["block_device_mapping"]


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ({"network": "n"}, None),
        ({"uuid": "n"}, None),
        ({"subnet": "s"}, None),
        ({"port": "p"}, None),
        ({"port": "p", "network": "n"}, None),
        ({"port": "p", "fixed_ip": "10.0.0.1"}, "networks[0].fixed_ip"),
        ({"fixed_ip": "10.0.0.1"}, "networks[0]"),
        ({"allocate_network": "auto"}, None),
        ({"allocate_network": "none", "network": "n"}, "networks[0].network"),
        (
            {"subnet": "s", "port_extra_properties": {"no_fixed_ips": True}},
            "networks[0].port_extra_properties",
        ),
    ],
)
def test_an_interface_is_told_in_one_way(entry, path):
    assert problems(networks=[entry]) == ([path] if path else [])


def test_networks_chosen_by_the_cloud_are_the_only_entry():
    assert problems(networks=[{"allocate_network": "auto"}, {"network": "n"}]) == ["networks[0]"]


def test_security_groups_are_for_ports_that_the_server_makes():
    assert problems(security_groups=["web"], networks=[{"network": "n"}]) == []
    assert problems(security_groups=["web"], networks=[{"port": "p"}]) == ["security_groups"]


def test_what_is_not_known_breaks_no_rule():
    assert problems(image=UNKNOWN) == []
    assert problems(image=None, block_device_mapping_v2=UNKNOWN) == []
    assert problems(image=None, block_device_mapping_v2=[{"volume_id": UNKNOWN}]) == []
    assert problems(networks=UNKNOWN) == []
    assert problems(networks=[UNKNOWN, {"network": UNKNOWN}]) == []
    assert problems(user_data_format=UNKNOWN, software_config_transport=UNKNOWN) == []


def depends_on(networks, **subnets):
    me = Sibling("server", "OS::Nova::Server", {"networks": networks})
    others = [Sibling(name, "OS::Neutron::Subnet", {"network": network}) for name, network in subnets.items()]
    others.append(Sibling("net", "OS::Neutron::Net", {"network": "a"}))
    return list(Server.hidden_dependencies(me, others))


def test_a_server_waits_for_all_subnets_of_its_networks():
    assert depends_on([{"network": "a"}], one="a", two="a", three="b") == ["one", "two"]
    assert depends_on([{"uuid": "b"}], one="a", three="b") == ["three"]


def test_a_network_that_is_not_known_may_be_that_of_any_subnet():
    assert depends_on([{"network": UNKNOWN}], one="a") == ["one"]
    assert depends_on([{"network": "a"}], one=UNKNOWN, two=None) == ["one", "two"]


def test_an_interface_with_a_port_or_subnet_refers_to_what_it_needs():
    assert depends_on([{"port": "p"}, {"subnet": "s"}], one="a") == []
    assert depends_on(None, one="a") == []
