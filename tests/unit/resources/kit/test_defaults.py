"""Defaults that an operator chooses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heat_mq.resources.kit import registry
from heat_mq.resources.kit.defaults import choose_defaults


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    choose_defaults("HEAT_CFNTOOLS", "POLL_SERVER_CFN", "CFN_SIGNAL")


def default(type_name: str, name: str) -> object:
    return registry.get(type_name).Properties.props[name].default


def test_servers_and_deployments_take_what_the_operator_chooses() -> None:
    choose_defaults("SOFTWARE_CONFIG", "POLL_TEMP_URL", "HEAT_SIGNAL")
    assert default("OS::Nova::Server", "user_data_format") == "SOFTWARE_CONFIG"
    assert default("OS::Heat::DeployedServer", "software_config_transport") == "POLL_TEMP_URL"
    assert default("OS::Nova::Server", "software_config_transport") == "POLL_TEMP_URL"
    for name in ("SoftwareDeployment", "StructuredDeployment", "SoftwareDeploymentGroup", "StructuredDeployments"):
        assert default(f"OS::Heat::{name}", "signal_transport") == "HEAT_SIGNAL"


def test_a_handle_keeps_its_own() -> None:
    choose_defaults("RAW", "POLL_TEMP_URL", "HEAT_SIGNAL")
    assert default("OS::Heat::WaitConditionHandle", "signal_transport") == "TOKEN_SIGNAL"
