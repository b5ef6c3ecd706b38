"""Software configs and deployments as they are listed and shown."""

from __future__ import annotations

from typing import Any

from heat_mq.rpc.answers import SoftwareConfig, SoftwareConfigSummary, SoftwareDeployment

_SUMMARY = ("id", "name", "group", "creation_time")
_CONFIG = (*_SUMMARY, "config", "inputs", "outputs", "options")
_DEPLOYMENT = (
    "id",
    "config_id",
    "server_id",
    "input_values",
    "output_values",
    "action",
    "status",
    "status_reason",
    "creation_time",
)


def config_summary(found: SoftwareConfigSummary) -> dict[str, Any]:
    return _picked({**found}, _SUMMARY, "project")


def config(found: SoftwareConfig) -> dict[str, Any]:
    return _picked({**found}, _CONFIG, "project")


def deployment(found: SoftwareDeployment) -> dict[str, Any]:
    return _picked({**found}, _DEPLOYMENT, "updated_time")


def _picked(found: dict[str, Any], names: tuple[str, ...], *optional: str) -> dict[str, Any]:
    return {name: found[name] for name in names} | {name: found[name] for name in optional if name in found}
