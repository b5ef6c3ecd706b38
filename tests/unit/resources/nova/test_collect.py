"""What a guest is told to get its metadata."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.resources.kit import Call, Record
from heat_mq.resources.kit import collect as guest
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.nova.server import collect
from heat_mq.resources.types.nova.server.server import Server
from tests.unit.resources.nova.conftest import World
from tests.unit.resources.signals import FakeSignals

KEYS = {"access_key_id": "access", "secret_access_key": "secret"}
CFN = {"metadata_url": "http://cfn/v1/", **KEYS, "stack_name": "stack", "path": "server.Metadata"}


class NoServer(FakeSignals):
    """A cloud without the CloudFormation-compatible API."""

    def metadata_server(self) -> None:
        return None


def record(**metadata: Any) -> Record:
    base = Record("id", "server", "OS::Nova::Server", "stack-id", "stack", "project", "physical")
    return Record(**{name: getattr(base, name) for name in Record.__slots__} | {"metadata": metadata})


def call(signals: Any) -> Call:
    return Call(cloud=None, clock=FakeClock(), signals=signals)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("signals", "transport", "expected"),
    [
        (FakeSignals(), "POLL_SERVER_CFN", {"cfn": CFN, "collectors": ["cfn", "local"]}),
        (NoServer(), "POLL_SERVER_CFN", {"collectors": ["local"]}),
        (None, "POLL_SERVER_CFN", {"collectors": ["local"]}),
        (FakeSignals(), "POLL_TEMP_URL", {"collectors": ["local"]}),
    ],
)
def test_os_collect_config_polls_with_keys_of_the_servers_own(signals: Any, transport: str, expected: Any) -> None:
    assert guest.settings(call(signals), record(), transport) == expected


def test_os_collect_config_polls_heat_with_a_password() -> None:
    settings = guest.settings(call(FakeSignals()), record(), "POLL_SERVER_HEAT")
    assert settings["collectors"] == ["heat", "local"]
    assert (settings["heat"]["user_id"], settings["heat"]["password"]) == ("u", "p")


def test_the_cfn_tools_get_keys_when_there_are_instructions_for_them() -> None:
    signals = FakeSignals()
    assert collect.cfn_tools(call(signals), record()) == ("http://cfn/v1/", True, "", "")
    assert signals.made == 0
    told = collect.cfn_tools(call(signals), record(**{"AWS::CloudFormation::Init": {}}))
    assert told == ("http://cfn/v1/", True, "access", "secret")
    assert collect.cfn_tools(call(NoServer()), record()) is None


@pytest.mark.parametrize("transport", ["POLL_SERVER_CFN", "POLL_SERVER_HEAT"])
def test_an_interrupted_create_notes_again_what_the_guest_was_given(
    world: World, cloud_clock: FakeClock, transport: str
) -> None:
    signals = FakeSignals()
    signals.left_over = True
    driver = Driver(world.cloud, cloud_clock, signals=signals)
    raw = world.server(user_data_format="SOFTWARE_CONFIG", software_config_transport=transport)
    server = driver.create(Server, "server", raw, lose=["create"])
    assert guest.CONFIG in driver.data[server.id]
    driver.delete(server)


def test_a_server_goes_with_its_user(world: World, cloud_clock: FakeClock) -> None:
    signals = FakeSignals()
    driver = Driver(world.cloud, cloud_clock, signals=signals)
    server = driver.create(Server, "server", world.server(user_data_format="HEAT_CFNTOOLS"))
    driver.delete(server)
    assert signals.removed == 1
