"""Defaults of properties that an operator may choose: set once, when a process starts and before it serves anybody."""

from __future__ import annotations

from collections.abc import Callable

from heat_mq.resources.kit.registry import load
from heat_mq.resources.kit.resource import Resource


def choose_defaults(user_data_format: str, software_config_transport: str, signal_transport: str) -> None:
    """How user data reaches servers, how their guests ask what to apply, and how deployments are reported on."""
    _choose("user_data_format", user_data_format, lambda cls: cls.takes_deployments)
    _choose("software_config_transport", software_config_transport, lambda cls: cls.takes_deployments)
    _choose("signal_transport", signal_transport, lambda cls: bool(cls.deploys_to))


def _choose(name: str, value: str, concerns: Callable[[type[Resource]], bool]) -> None:
    """Give the property of that name another default in all types that are concerned."""
    for cls in load().values():
        prop = cls.Properties.props.get(name)
        if prop is not None and concerns(cls):
            prop.default = value
