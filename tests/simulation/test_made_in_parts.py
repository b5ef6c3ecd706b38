"""Types that make other things before the object itself: all of it goes, though the object never came to be."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from heat_mq.errors import CloudConflict
from heat_mq.resources.types.nova.server import request
from tests.simulation.cloud import Death
from tests.simulation.whole import WholeWorld

NET = {
    "net": {"type": "OS::Neutron::Net"},
    "subnet": {
        "type": "OS::Neutron::Subnet",
        "properties": {"network": {"get_resource": "net"}, "cidr": "10.20.0.0/24"},
    },
}
SERVER: dict[str, Any] = {
    "type": "OS::Nova::Server",
    "depends_on": "subnet",
    "properties": {
        "image": "cirros",
        "flavor": "m1.nano",
        "networks": [{"network": {"get_resource": "net"}}],
        "user_data_format": "SOFTWARE_CONFIG",
        "software_config_transport": "POLL_TEMP_URL",
    },
}
INSTANCE = {
    "type": "AWS::EC2::Instance",
    "properties": {"ImageId": "cirros", "InstanceType": "m1.nano", "SubnetId": {"get_resource": "subnet"}},
}


@pytest.fixture
def whole(tmp_path: pathlib.Path) -> Iterator[WholeWorld]:
    world = WholeWorld(tmp_path)
    yield world
    world.close()


@pytest.mark.parametrize("server", [SERVER, INSTANCE], ids=["server", "instance"])
def test_a_death_between_the_ports_and_the_server_leaves_nothing_after_a_delete(
    whole: WholeWorld, monkeypatch: pytest.MonkeyPatch, server: dict[str, Any]
) -> None:
    rest = whole.log_in("demo")
    before = whole.holds()
    template = {"heat_template_version": "2021-04-16", "resources": {**NET, "server": server}}
    answer = rest.create("trial", json.dumps(template))
    assert answer.status_code == 201, answer.text
    stack = answer.json()["stack"]["id"]
    body_of = request.server_body
    ports: list[int] = []

    def die_once(*args: Any, **kwargs: Any) -> Any:
        """The user deletes the stack when the ports are there, and then the worker dies."""
        if not ports:
            ports.append(sum(key[:2] == ("network", "ports") for key in whole.holds().keys() - before.keys()))
            assert rest.request("DELETE", f"/stacks/trial/{stack}").status_code == 204
            raise Death
        return body_of(*args, **kwargs)

    monkeypatch.setattr(request, "server_body", die_once)
    whole.run()
    assert ports == [1]
    assert rest.request("GET", f"/stacks/trial/{stack}").json()["stack"]["stack_status"] == "DELETE_COMPLETE"
    assert sorted(whole.holds().keys() ^ before.keys()) == []


def test_a_server_that_nova_refused_leaves_no_user_after_a_delete(
    whole: WholeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = whole.log_in("demo")
    before = whole.holds()

    def refuse(*args: Any, **kwargs: Any) -> Any:
        assert any(key[1] == "users" for key in whole.holds().keys() - before.keys())
        raise CloudConflict("Multiple possible networks found")

    monkeypatch.setattr(request, "server_body", refuse)
    told = {**SERVER["properties"], "software_config_transport": "POLL_SERVER_HEAT"}
    template = {"heat_template_version": "2021-04-16", "resources": {**NET, "server": {**SERVER, "properties": told}}}
    answer = rest.create("trial", json.dumps(template))
    assert answer.status_code == 201, answer.text
    whole.run()
    stack = rest.get("/stacks/trial")["stack"]
    assert stack["stack_status"] == "CREATE_FAILED"
    assert rest.request("DELETE", f"/stacks/trial/{stack['id']}").status_code == 204
    whole.run()
    assert sorted(whole.holds().keys() ^ before.keys()) == []
