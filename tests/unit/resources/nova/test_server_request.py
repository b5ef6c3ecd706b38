"""The request that makes a server."""

import base64

from heat_mq.resources.kit import Props, Record, convert
from heat_mq.resources.types.nova.server import devices, request
from heat_mq.resources.types.nova.server.server import Server

RECORD = Record(
    id="0b7e1f4c-0000-4000-8000-000000000001",
    name="web",
    type="OS::Nova::Server",
    stack_id="s",
    stack_name="shop",
    project_id="p",
    physical_name="shop-web-abc",
)


def props(**raw):
    problems = []
    values = convert.convert(Server.Properties, {"flavor": "f", **raw}, problems.append)
    assert problems == []
    return Props(values)


def body(interfaces=None, user_data="", **raw):
    return request.server_body(RECORD, props(**raw), interfaces=interfaces, user_data=user_data)


def test_a_server_without_name_gets_its_physical_name_and_always_its_mark():
    server = body(image="i")["server"]
    assert server == {
        "name": "shop-web-abc",
        "description": "Server web of stack shop (0b7e1f4c-0000-4000-8000-000000000001)",
        "flavorRef": "f",
        "imageRef": "i",
    }
    assert body(name="front")["server"]["name"] == "front"


def test_metadata_becomes_text():
    assert body(metadata={"a": 1, "b": "x", "c": [True]})["server"]["metadata"] == {"a": "1", "b": "x", "c": "[true]"}


def test_user_data_and_files_are_encoded():
    server = body(user_data="#!/bin/sh", personality={"/etc/motd": "hello"})["server"]
    assert base64.b64decode(server["user_data"]) == b"#!/bin/sh"
    assert server["personality"] == [{"path": "/etc/motd", "contents": base64.b64encode(b"hello").decode()}]


def test_security_groups_go_to_nova_only_when_nova_makes_the_ports():
    assert body(security_groups=["web"])["server"]["security_groups"] == [{"name": "web"}]
    assert "security_groups" not in body([{"port": "p"}], security_groups=["web"])["server"]


def test_a_reservation_is_a_hint_for_the_scheduler():
    assert body(reservation_id="r", scheduler_hints={"group": "g"})["os:scheduler_hints"] == {
        "group": "g",
        "reservation": "r",
    }
    assert "os:scheduler_hints" not in body()


def test_the_microversion_grows_with_what_is_asked_for():
    assert request.version_for(props()) == "2.19"
    assert request.version_for(props(networks=[{"allocate_network": "auto"}])) == "2.37"
    assert request.version_for(props(networks=[{"network": "n", "tag": "nic"}])) == "2.42"
    device = {"image": "i", "volume_size": 1, "volume_type": "fast"}
    assert request.version_for(props(block_device_mapping_v2=[device])) == "2.67"


def test_the_first_device_is_the_root_disk_when_there_is_no_image():
    first, second = devices.modern([{"volume_id": "a"}, {"volume_id": "b"}], None)
    assert (first["boot_index"], second["boot_index"]) == (0, -1)


def test_a_volume_beside_an_image_is_not_booted_from():
    root, volume = devices.modern([{"volume_id": "a"}], "image")
    assert root["source_type"] == "image"
    assert (root["boot_index"], volume["boot_index"]) == (0, -1)
    assert volume["delete_on_termination"] is False


def test_what_a_device_says_goes_before_what_its_kind_implies():
    (device,) = devices.modern([{"volume_id": "a", "boot_index": 1, "delete_on_termination": True}], "")
    assert device["boot_index"] == 1
    assert device["delete_on_termination"] is True


def test_swap_and_ephemeral_disks_are_blank_local_disks():
    swap, ephemeral = devices.modern([{"swap_size": 512}, {"ephemeral_size": 2, "ephemeral_format": "ext4"}], None)
    assert (swap["guest_format"], swap["volume_size"], swap["boot_index"]) == ("swap", 512, -1)
    assert (ephemeral["guest_format"], ephemeral["volume_size"]) == ("ext4", 2)
    assert {swap["destination_type"], ephemeral["destination_type"]} == {"local"}
