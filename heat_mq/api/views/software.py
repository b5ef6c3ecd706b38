"""Software configs and deployments as they are listed and shown."""

from __future__ import annotations

from typing import Any

from heat_mq.rpc.answers import SoftwareConfig, SoftwareConfigSummary, SoftwareDeployment

SUMMARY = ("id", "name", "group", "creation_time")
CONFIG = (*SUMMARY, "config", "inputs", "outputs", "options")
DEPLOYMENT = (
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
    return _picked({**found}, SUMMARY, "project")


def config(found: SoftwareConfig) -> dict[str, Any]:
    return _picked({**found}, CONFIG, "project")


def deployment(found: SoftwareDeployment) -> dict[str, Any]:
    return _picked({**found}, DEPLOYMENT, "updated_time")


def _picked(found: dict[str, Any], names: tuple[str, ...], *optional: str) -> dict[str, Any]:
    return {name: found[name] for name in names} | {name: found[name] for name in optional if name in found}
