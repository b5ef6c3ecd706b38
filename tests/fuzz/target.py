"""The system that is fuzzed: both APIs, the engine, its worker and the simulated cloud, in one process."""

from __future__ import annotations

import json
import pathlib
from typing import Any

from tests.contract.requests import VARIABLES
from tests.fuzz.sending import Answer, Request, send
from tests.simulation.whole import WholeWorld

TEMPLATE: dict[str, Any] = {
    "heat_template_version": "2021-04-16",
    "parameters": {
        "word": {"type": "string", "default": "a"},
        "secret": {"type": "string", "hidden": True, "default": "b"},
    },
    "resources": {
        "value": {"type": "OS::Heat::Value", "properties": {"value": {"get_param": "word"}}},
        "random": {"type": "OS::Heat::RandomString", "properties": {"length": 8}},
        "handle": {"type": "OS::Heat::WaitConditionHandle"},
        "old_handle": {"type": "AWS::CloudFormation::WaitConditionHandle"},
        "group": {
            "type": "OS::Heat::AutoScalingGroup",
            "properties": {
                "min_size": 1,
                "max_size": 3,
                "resource": {"type": "OS::Heat::Value", "properties": {"value": "x"}},
            },
        },
        "net": {"type": "OS::Neutron::Net"},
    },
    "outputs": {"out": {"value": {"get_attr": ["value", "value"]}}},
}
#: Stacks beyond so many are deleted between requests.
MOST_STACKS = 8
#: Things that the worker does after a request that may have changed something.
STEPS = 60


class Target:
    """``names`` are those of what is there, by the variables of the document's paths."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.world = WholeWorld(directory)
        user = self.world.log_in("demo")
        self.token = str(user.session.headers["X-Auth-Token"])
        self.project = user.project_id
        #: Always the same keys: what is generated must not depend on what is there at the moment.
        self.names = {**VARIABLES, "tenant_id": self.project, "arn_tenant_id": self.project}
        self.furnish()

    def send(self, request: Request) -> Answer:
        """Ask, and let the worker do something about it."""
        app = self.world.rest_app if request.api == "rest" else self.world.cfn_app
        answer = send(app, request)
        if answer.status < 400 and (request.method != "GET" or request.api == "cfn"):
            self.world.go_on(STEPS)
        return answer

    def furnish(self) -> None:
        """Make what is missing, and unmake what is too much."""
        stacks = self.ask("GET", "/stacks?show_nested=false")["stacks"]
        base = [
            stack for stack in stacks if stack["stack_name"] == "base" and stack["stack_status"].endswith("COMPLETE")
        ]
        others = [stack for stack in stacks if stack not in base]
        if len(others) > MOST_STACKS or (not base and others):
            for stack in others:
                self.ask("DELETE", f"/stacks/{stack['stack_name']}/{stack['id']}")
            self.world.go_on(20 * STEPS)
        if not base:
            self._furnish()

    def _furnish(self) -> None:
        made = self.ask("POST", "/stacks", {"stack_name": "base", "template": TEMPLATE})
        self.world.go_on(20 * STEPS)
        if "stack" not in made:
            return  # the old one is still being deleted; requests go to names that are not there meanwhile
        stack_id = made["stack"]["id"]
        stack = f"/stacks/base/{stack_id}"
        snapshot = self.ask("POST", f"{stack}/snapshots", {"name": "sn"})
        self.world.go_on(20 * STEPS)
        config = self.ask("POST", "/software_configs", {"name": "c", "config": "echo", "group": "script"})[
            "software_config"
        ]
        given = {"server_id": "srv", "config_id": config["id"]}
        deployment = self.ask("POST", "/software_deployments", given)["software_deployment"]
        event = self.ask("GET", f"{stack}/resources/value/events")["events"][0]
        self.names |= {
            "stack_name": "base",
            "stack_id": stack_id,
            "resource_name": "value",
            "event_id": event["id"],
            "output_key": "out",
            "snapshot_id": snapshot["id"],
            "config_id": config["id"],
            "deployment_id": deployment["id"],
            "server_id": "srv",
        }

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A good request; answers its JSON."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = (("X-Auth-Token", self.token), ("Content-Type", "application/json"))
        answer = send(
            self.world.rest_app,
            Request("rest", "furnishing", method, f"/v1/{self.project}{path}", headers, content),
        )
        return json.loads(answer.body) if answer.body else None

    def close(self) -> None:
        """The end; what is stored must be legal."""
        self.world.close()
