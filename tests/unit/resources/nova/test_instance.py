"""AWS::EC2::Instance, against the simulated Nova and Neutron."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.errors import InvalidTemplate
from heat_mq.resources.kit import Replace
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.nova.instance.as_server import as_server
from heat_mq.resources.types.nova.instance.instance import Instance
from heat_mq.template import UNKNOWN
from tests.unit.resources.nova.conftest import World


def of(world: World, **more: Any) -> dict[str, Any]:
    subnet = world.cloud.network.find("subnet", "private")
    return {"ImageId": world.image, "InstanceType": world.flavor, "SubnetId": subnet, **more}


def tags(**values: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def test_an_instance_is_a_server_in_the_subnet(driver: Driver, world: World) -> None:
    made = driver.create(Instance, "web", of(world, Tags=tags(role="web"), SecurityGroups=["default"]))
    (server,) = world.servers()
    assert (server["id"], server["name"], server["metadata"]) == (made.physical_id, made.physical_name, {"role": "web"})
    (port,) = world.ports()
    assert (port["network_id"], len(port["security_groups"])) == (world.network, 1)
    address = port["fixed_ips"][0]["ip_address"]
    for name in ("PublicIp", "PrivateIp", "PublicDnsName", "PrivateDnsName"):
        assert driver.attribute(made, name) == address
    assert driver.attribute(made, "AvailabilityZone") == "nova"
    assert driver.reference(made) == made.physical_id
    driver.check(made)
    driver.delete(made)
    assert world.servers() == world.ports() == []


@pytest.mark.parametrize("verb", ["create", "check_create", "delete", "check_delete"])
def test_a_death_in_between_makes_no_second_server(driver: Driver, world: World, verb: str) -> None:
    made = driver.create(Instance, "web", of(world), lose=(verb,))
    assert [server["id"] for server in world.servers()] == [made.physical_id]
    driver.delete(made, lose=(verb,))
    assert world.servers() == world.ports() == []


def test_size_tags_and_interfaces_change_in_place(driver: Driver, world: World) -> None:
    made = driver.create(Instance, "web", of(world))
    port = world.make_port()
    changed = of(world, InstanceType=world.other_flavor, Tags=tags(a="b"), NetworkInterfaces=[port])
    del changed["SubnetId"]
    made = driver.update(made, changed, lose=("update", "check_update"))
    (server,) = world.servers()
    assert (server["id"], server["metadata"]) == (made.physical_id, {"a": "b"})
    assert server["flavor"]["id"] == world.flavor_id(world.other_flavor)
    assert [item["id"] for item in world.ports()] == [port]
    driver.delete(made)
    assert [item["id"] for item in world.ports()] == [port], "a port that was given stays"


def test_another_image_needs_another_server(driver: Driver, world: World) -> None:
    made = driver.create(Instance, "web", of(world))
    with pytest.raises(Replace):
        driver.update(made, of(world, ImageId=world.other_image))


def test_user_data_is_for_the_cfn_tools_and_the_user_of_amazon() -> None:
    values = as_server({"ImageId": "i", "InstanceType": "f", "UserData": "#!/bin/sh"})
    assert (values["user_data"], values["user_data_format"], values["admin_user"]) == (
        "#!/bin/sh",
        "HEAT_CFNTOOLS",
        "ec2-user",
    )


def test_interfaces_come_in_the_order_of_their_places() -> None:
    given = [{"NetworkInterfaceId": "b", "DeviceIndex": 1}, {"NetworkInterfaceId": "a", "DeviceIndex": 0}]
    assert [item["port"] for item in as_server({"NetworkInterfaces": given})["networks"]] == ["a", "b"]
    assert [item["port"] for item in as_server({"NetworkInterfaces": ["x", "y"]})["networks"]] == ["x", "y"]


def test_hints_and_volumes_are_in_novas_words() -> None:
    hints = [*tags(group="g"), *tags(different_host="1"), *tags(different_host="2")]
    volumes = [{"VolumeId": "v", "Device": "vdc"}]
    mapping = [
        {
            "DeviceName": "vdb",
            "Ebs": {"SnapshotId": "s", "VolumeSize": "3", "DeleteOnTermination": True},
        }
    ]
    values = as_server({"NovaSchedulerHints": hints, "Volumes": volumes, "BlockDeviceMappings": mapping})
    assert values["scheduler_hints"] == {"group": "g", "different_host": ["1", "2"]}
    found = [
        {key: value for key, value in item.items() if value is not None} for item in values["block_device_mapping_v2"]
    ]
    assert found == [
        {"volume_id": "v", "device_name": "vdc", "delete_on_termination": False},
        {"snapshot_id": "s", "device_name": "vdb", "volume_size": 3, "delete_on_termination": True},
    ]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"SecurityGroups": ["default"], "NetworkInterfaces": ["p"]}, "those of the NetworkInterfaces"),
        ({"NetworkInterfaces": [{"DeviceIndex": 0}]}, "NetworkInterfaceId is missing"),
        ({"NetworkInterfaces": [{"NetworkInterfaceId": "p", "DeviceIndex": "first"}]}, "not a whole number"),
        ({"BlockDeviceMappings": [{"DeviceName": "vdb"}]}, "Ebs is missing"),
        ({"Tenancy": "default"}, "Tenancy not implemented yet"),
    ],
)
def test_properties_that_do_not_hold_are_refused(
    driver: Driver, world: World, wrong: dict[str, Any], text: str
) -> None:
    with pytest.raises(InvalidTemplate, match=text):
        driver.props(Instance, of(world, **wrong))


def test_what_is_not_known_yet_is_not_judged() -> None:
    for name in Instance.Properties.props:
        if Instance.Properties.props[name].implemented:
            assert list(Instance.validate({"ImageId": "i", "InstanceType": "f", name: UNKNOWN})) == []
