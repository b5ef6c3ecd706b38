"""An update that makes another server: its volumes go with it, and come back when the update fails."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulation.whole import WholeWorld

NAME = "disks"
TEMPLATE = """
heat_template_version: 2021-04-16
parameters:
  drive: {type: boolean, default: false}
  fails: {type: boolean, default: false}
resources:
  net: {type: OS::Neutron::Net}
  subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 10.20.0.0/24}}
  system: {type: OS::Cinder::Volume, properties: {size: 1, image: cirros}}
  store: {type: OS::Cinder::Volume, properties: {size: 1}}
  spare: {type: OS::Cinder::Volume, properties: {size: 1}}
  server:
    type: OS::Nova::Server
    properties:
      flavor: m1.nano
      config_drive: {get_param: drive}
      networks: [{subnet: {get_resource: subnet}}]
      DEVICES
  last:
    type: OS::Heat::TestResource
    depends_on: LAST
    properties: {value: {get_param: fails}, fail: {get_param: fails}}
outputs:
  server: {value: {get_resource: server}}
"""
ATTACHED = """
  attachment:
    type: OS::Cinder::VolumeAttachment
    properties: {instance_uuid: {get_resource: server}, volume_id: {get_resource: spare}}
outputs:"""
DETACHED = """image: cirros
      block_device_mapping_v2: [{volume_id: {get_resource: store}, delete_on_termination: true}]"""
RUN_FROM = """block_device_mapping_v2:
        - {volume_id: {get_resource: system}, boot_index: 0}
        - {volume_id: {get_resource: store}, boot_index: -1, delete_on_termination: true}"""


@pytest.fixture
def whole(tmp_path: pathlib.Path) -> Iterator[WholeWorld]:
    world = WholeWorld(tmp_path)
    yield world
    world.close()


def servers_of_volumes(world: WholeWorld) -> set[str]:
    """The servers that have volumes; every volume but the system's must be in use, without a mark."""
    held = world.holds()
    attached = [each for key, each in held.items() if key[:2] == ("volume", "attachments")]
    volumes = [each for key, each in held.items() if key[:2] == ("volume", "volumes")]
    assert {each["status"] for each in attached} == {"attached"}
    assert all("heat_mq_lender" not in each["metadata"] for each in volumes)
    return {str(each["server_id"]) for each in attached}


def changed(world: WholeWorld, rest: Any, template: str, **parameters: bool) -> str:
    """Update the stack and tell how it ended."""
    stack = rest.get(f"/stacks/{NAME}")["stack"]
    body = {"template": template, "parameters": parameters, "disable_rollback": False}
    answer = rest.request("PUT", f"/stacks/{NAME}/{stack['id']}", json=body)
    assert answer.status_code == 202, answer.text
    world.run()
    return str(rest.get(f"/stacks/{NAME}")["stack"]["stack_status"])


WITH_ATTACHMENT = TEMPLATE.replace("\noutputs:", ATTACHED).replace("LAST", "attachment")


@pytest.mark.parametrize(
    ("template", "stays"),
    [
        (WITH_ATTACHMENT.replace("DEVICES", DETACHED), True),
        (TEMPLATE.replace("LAST", "server").replace("DEVICES", RUN_FROM), False),
    ],
    ids=["detached", "run from"],
)
def test_volumes_follow_the_server_and_come_back_when_the_update_fails(
    whole: WholeWorld, template: str, stays: bool
) -> None:
    rest = whole.log_in("demo")
    before = whole.holds()
    assert rest.create(NAME, template).status_code == 201
    whole.run()
    first = server_of(rest)
    assert servers_of_volumes(whole) == {first}
    assert changed(whole, rest, template, drive=True) == "UPDATE_COMPLETE"
    second = server_of(rest)
    assert second != first
    assert servers_of_volumes(whole) == {second}
    assert changed(whole, rest, template, drive=False, fails=True) == "ROLLBACK_COMPLETE"
    third = server_of(rest)
    assert (third == second) is stays
    assert servers_of_volumes(whole) == {third}
    stack = rest.get(f"/stacks/{NAME}")["stack"]
    assert rest.request("DELETE", f"/stacks/{NAME}/{stack['id']}").status_code == 204
    whole.run()
    assert sorted(whole.holds().keys() ^ before.keys()) == []


def test_what_refers_to_a_server_that_had_to_go_keeps_a_rollback_from_its_end_until_the_next_update(
    whole: WholeWorld,
) -> None:
    """The attachment leads back to a server that can be made anew only when its successor is gone."""
    template = WITH_ATTACHMENT.replace("DEVICES", RUN_FROM)
    rest = whole.log_in("demo")
    before = whole.holds()
    assert rest.create(NAME, template).status_code == 201
    whole.run()
    assert changed(whole, rest, template, drive=True, fails=True) == "ROLLBACK_FAILED"
    assert changed(whole, rest, template, drive=True) == "UPDATE_COMPLETE"
    assert servers_of_volumes(whole) == {server_of(rest)}
    stack = rest.get(f"/stacks/{NAME}")["stack"]
    assert rest.request("DELETE", f"/stacks/{NAME}/{stack['id']}").status_code == 204
    whole.run()
    assert sorted(whole.holds().keys() ^ before.keys()) == []


def server_of(rest: Any) -> str:
    (output,) = rest.get(f"/stacks/{NAME}")["stack"]["outputs"]
    return str(output["output_value"])
