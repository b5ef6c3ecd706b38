"""Stacks with software deployments, and the guests that report on them."""

from __future__ import annotations

from typing import Any

from heat_mq.db.repo import software
from heat_mq.engine.queries.resources import describe_stack_resource
from heat_mq.engine.software_maps import config_map, deployment_map
from tests.simulation.world import World

SERVER: dict[str, Any] = {"type": "OS::Heat::DeployedServer"}
CONFIG: dict[str, Any] = {
    "type": "OS::Heat::SoftwareConfig",
    "properties": {
        "group": "script",
        "config": "echo $place",
        "inputs": [{"name": "place", "default": "here"}, {"name": "kind", "replace_on_change": True}],
        "outputs": [{"name": "answer"}, {"name": "fault", "error_output": True}],
    },
}


def deployment(**properties: Any) -> dict[str, Any]:
    """The definition of a deployment of ``config`` to ``server``."""
    given = {"server": {"get_resource": "server"}, "config": {"get_resource": "config"}, **properties}
    return {"type": "OS::Heat::SoftwareDeployment", "properties": given}


def resources(**properties: Any) -> dict[str, Any]:
    """A server, a config, and the deployment ``run`` with these properties."""
    return {"server": SERVER, "config": CONFIG, "run": deployment(**properties)}


def deployments(world: World) -> list[dict[str, Any]]:
    """Every deployment there is, the oldest first."""
    rows = world.database.read(software.list_deployments, None)
    return [deployment_map(world.service.box, row) for row in rows]


def configs(world: World) -> list[dict[str, Any]]:
    """Every config there is, the newest first."""
    rows = world.database.read(software.list_configs, None)
    return [config_map(world.service.box, row) for row in rows]


def applied(world: World, stack: str, server: str = "server") -> list[dict[str, Any]]:
    """What the guest on a server is told to apply."""
    row = world.stack(stack)
    identity = {"tenant": row.project_id, "stack_name": row.name, "stack_id": row.id, "path": ""}
    shown = describe_stack_resource(world.service, world.context, identity, server)
    return list(shown["metadata"].get("deployments") or ())


def inputs(config: dict[str, Any]) -> dict[str, Any]:
    return {item["name"]: item.get("value") for item in config["inputs"]}


def waits(world: World, count: int = 1) -> bool:
    """Whether so many deployments wait for their reports."""
    return len([item for item in deployments(world) if item["status"] == "IN_PROGRESS"]) == count
