"""One request that holds for each route, and an engine that answers it: what policies, the document and isolation try.

A route without an example fails the tests that ask for one.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from heat_mq.api.handlers import (
    actions,
    preview,
    resources,
    snapshots,
    software_configs,
    software_deployments,
    stacks,
)
from heat_mq.api.openapi.document import PREFIX, documented_routes
from heat_mq.api.openapi.operations import OPERATIONS
from heat_mq.api.routes import Route
from tests.unit.api.fakes import CONFIG, DEPLOYMENT, EVENT, IDENTITY, RESOURCE, SNAPSHOT, STACK, FakeEngine

TEMPLATE = {"heat_template_version": "2021-04-16", "resources": {"v": {"type": "OS::Heat::None"}}}
BODIES: dict[Any, Any] = {
    preview.validate: {"template": TEMPLATE},
    preview.create: {"stack_name": "another", "template": TEMPLATE},
    preview.update: {"template": TEMPLATE},
    preview.patch: {"template": TEMPLATE},
    stacks.create: {"stack_name": "another", "template": TEMPLATE},
    stacks.update: {"template": TEMPLATE},
    stacks.patch: {"template": TEMPLATE},
    snapshots.create: {"name": "sn"},
    resources.signal: {"status": "SUCCESS", "id": "1", "data": "", "reason": ""},
    resources.mark_unhealthy: {"mark_unhealthy": True},
    software_configs.create: {"name": "c", "group": "script", "config": "echo"},
    software_deployments.create: {"server_id": "srv", "config_id": CONFIG["id"]},
    software_deployments.update: {"status": "COMPLETE"},
}


@dataclasses.dataclass(frozen=True)
class Example:
    """A request for a route; ``status`` is that of a good answer."""

    route: Route
    body: Any = None
    query: str = ""

    @property
    def status(self) -> int:
        return OPERATIONS[self.route.handler].status

    @property
    def name(self) -> str:
        action = next(iter(self.body)) if self.route.guarded_by_handler else ""
        return f"{self.route.method} {self.route.path}{self.query} {action}".strip()

    def path(self, **variables: str) -> str:
        """The path as it is sent."""
        return (PREFIX + self.route.path).format(**variables) + self.query


def examples() -> list[Example]:
    """One for each route, of the route for actions one for each action."""
    found: list[Example] = []
    for route in documented_routes():
        if route.handler is actions.act:
            found += [Example(route, {name: None}) for name in actions.ACTIONS]
            continue
        described = OPERATIONS[route.handler]
        if described.body is not None and route.handler not in BODIES:
            raise LookupError(f"{route.method} {route.path} has no example of a body in {__name__}")
        found.append(Example(route, BODIES.get(route.handler)))
    return found


#: What the fake engine knows, by the names of the variables in paths.
VARIABLES = {
    "tenant_id": IDENTITY["tenant"],
    "arn_tenant_id": IDENTITY["tenant"],
    "stack_name": IDENTITY["stack_name"],
    "stack_id": IDENTITY["stack_id"],
    "resource_name": "v",
    "event_id": "e1",
    "output_key": "o",
    "snapshot_id": SNAPSHOT["id"],
    "config_id": CONFIG["id"],
    "deployment_id": DEPLOYMENT["id"],
    "server_id": "srv",
    "type_name": "OS::Heat::Value",
    "template_version": "heat_template_version.2021-04-16",
}


def let_answer(engine: FakeEngine) -> None:
    """Let the engine answer every method."""
    change = {**RESOURCE, "description": "", "attributes": {"value": "x"}}
    changes = {name: [change] for name in ("unchanged", "updated", "replaced", "added", "deleted")}
    summary = {key: CONFIG[key] for key in ("id", "name", "group", "creation_time")}
    engine.answers |= {
        "preview_stack": {**STACK, "resources": []},
        "preview_update_stack": changes,
        "validate_template": {"Description": "", "Parameters": {"p": {"Type": "String", "NoEcho": "false"}}},
        "get_template": TEMPLATE,
        "get_environment": {},
        "get_files": {"a.yaml": "text"},
        "abandon_stack": {},
        "export_stack": {},
        "list_outputs": [{"output_key": "o", "description": ""}],
        "show_output": STACK["outputs"][0],  # type: ignore[index]
        "stack_snapshot": SNAPSHOT,
        "show_snapshot": SNAPSHOT,
        "stack_list_snapshots": [SNAPSHOT],
        "list_software_configs": [summary],
        "show_software_config": CONFIG,
        "create_software_config": CONFIG,
        "delete_software_config": None,
        "list_software_deployments": [DEPLOYMENT],
        "metadata_software_deployments": [CONFIG],
        "show_software_deployment": DEPLOYMENT,
        "create_software_deployment": DEPLOYMENT,
        "update_software_deployment": DEPLOYMENT,
        "delete_software_deployment": None,
        "list_resource_types": ["OS::Heat::Value"],
        "resource_schema": {"resource_type": "t", "properties": {}, "attributes": {}, "support_status": {}},
        "generate_template": TEMPLATE,
        "list_template_versions": [{"version": "v", "type": "hot", "aliases": []}],
        "list_template_functions": [{"functions": "f", "description": "d"}],
    }
    engine.answers = json.loads(json.dumps(engine.answers | {"list_events": [EVENT]}))
