"""The edges of the API in tests: an engine that records calls, and a proof of identity without Keystone."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable, Iterable
from typing import Any

import falcon.testing
from oslo_config import cfg

from heat_mq import conf as configuration
from heat_mq import errors
from heat_mq.api.app import make_app
from heat_mq.rpc import contract
from tests.documented import misfit

PROJECT = "p1"
STACK_ID = "0b0c3a1e-4a1c-4a37-9c1c-2a8f6e6b7a10"
IDENTITY = {"tenant": PROJECT, "stack_name": "s1", "stack_id": STACK_ID, "path": ""}
STACK = {
    "stack_identity": IDENTITY,
    "stack_name": "s1",
    "creation_time": "2026-01-02T03:04:05Z",
    "updated_time": None,
    "deletion_time": None,
    "description": "No description",
    "template_description": "No description",
    "parameters": {
        "OS::project_id": PROJECT,
        "OS::stack_id": STACK_ID,
        "OS::stack_name": "s1",
        "a": "x",
        "h": "******",
    },
    "outputs": [{"output_key": "o", "description": "No description given", "output_value": "x"}],
    "notification_topics": [],
    "capabilities": [],
    "stack_action": "CREATE",
    "stack_status": "COMPLETE",
    "stack_status_reason": "Stack CREATE completed successfully",
    "disable_rollback": True,
    "timeout_mins": 5,
    "stack_owner": "user",
    "parent": None,
    "stack_user_project_id": "sup1",
    "tags": ["t1", "t2"],
}
RESOURCE = {
    "resource_identity": {**IDENTITY, "path": "/resources/v"},
    "stack_identity": IDENTITY,
    "stack_name": "s1",
    "resource_name": "v",
    "resource_type": "OS::Heat::Value",
    "resource_action": "CREATE",
    "resource_status": "COMPLETE",
    "resource_status_reason": "state changed",
    "physical_resource_id": "s1-v-35cbmrh2iawf",
    "creation_time": "2026-01-02T03:04:05Z",
    "updated_time": "2026-01-02T03:04:05Z",
    "required_by": [],
    "metadata": {},
}
SNAPSHOT = {
    "id": "4fd1c0f1-8a24-4c47-9e0f-5b2f0a7d3c11",
    "name": "sn",
    "stack_id": STACK_ID,
    "data": {"name": "s1"},
    "action": "CREATE",
    "status": "COMPLETE",
    "status_reason": "Stack SNAPSHOT completed successfully",
    "creation_time": "2026-01-02T03:04:05Z",
}
EVENT = {
    "event_identity": {**IDENTITY, "path": "/resources/v/events/e1"},
    "stack_identity": IDENTITY,
    "stack_name": "s1",
    "event_time": "2026-01-02T03:04:05Z",
    "resource_name": "v",
    "resource_type": "OS::Heat::Value",
    "resource_action": "CREATE",
    "resource_status": "COMPLETE",
    "resource_status_reason": "state changed",
    "physical_resource_id": "x",
    "resource_properties": {"value": "x"},
}

CONFIG = {
    "id": "0d1ae5f0-9a42-4b8a-9f2f-7d5c0c2f9b11",
    "name": "c",
    "group": "script",
    "creation_time": "2026-01-02T03:04:05Z",
    "config": "echo",
    "inputs": [],
    "outputs": [{"name": "o", "type": "String", "error_output": False}],
    "options": {},
}
DEPLOYMENT = {
    "id": "3b9c1f0e-2f0a-4a55-8d51-0c6a8e0e7f22",
    "config_id": CONFIG["id"],
    "server_id": "srv",
    "input_values": {"a": 1},
    "output_values": None,
    "action": "CREATE",
    "status": "IN_PROGRESS",
    "status_reason": "r",
    "creation_time": "2026-01-02T03:04:05Z",
}


def stack(**changes: Any) -> dict[str, Any]:
    return {**STACK, **changes}


def configured(directory: pathlib.Path, text: str) -> cfg.ConfigOpts:
    """The configuration that a file with ``text`` gives."""
    file = directory / "heat_mq.conf"
    file.write_text(text)
    return configuration.load(files=[file])


class FakeEngine:
    """Records each call with its arguments as the contract completes them; answers what was put into ``answers``."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.contexts: list[Any] = []
        self.failure: Exception | None = None
        self.answers: dict[str, Any] = {
            "identify_stack": IDENTITY,
            "list_stacks": [STACK],
            "count_stacks": 3,
            "show_stack": STACK,
            "create_stack": IDENTITY,
            "update_stack": IDENTITY,
            "delete_stack": None,
            "get_revision": "unknown",
            "list_services": [],
            "list_stack_resources": [RESOURCE],
            "describe_stack_resource": {**RESOURCE, "description": "", "attributes": {"value": "x"}},
            "resource_signal": None,
            "resource_mark_unhealthy": None,
            "stack_check": None,
            "stack_suspend": None,
            "stack_resume": None,
            "stack_cancel_update": None,
            "stack_restore": None,
            "delete_snapshot": None,
            "list_events": [EVENT],
        }

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = contract.METHODS[name]

        def answer(context: Any, /, *args: Any, **kwargs: Any) -> Any:
            arguments = method.arguments(*args, **kwargs)
            # What crosses must be JSON; a call that is not would fail in the real client.
            self.calls.append((name, json.loads(json.dumps(arguments))))
            self.contexts.append(context)
            if self.failure is not None:
                raise self.failure
            return self.answers[name]

        return answer

    def refuse(self, kind: str, message: str = "the engine refused", **fields: Any) -> None:
        self.failure = errors.RemoteError(kind, message, fields)

    @property
    def last(self) -> tuple[str, dict[str, Any]]:
        return self.calls[-1]


class FakeAuth:
    """Believes every token but ``wrong`` and sets the headers that keystonemiddleware sets."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.roles = "member,reader"
        self.project = PROJECT

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_X_AUTH_TOKEN") in (None, "wrong"):
            start_response("401 Unauthorized", [("Content-Type", "application/json")])
            return [b'{"error": {"code": 401, "title": "Unauthorized", "message": "no"}}']
        environ.update(
            HTTP_X_IDENTITY_STATUS="Confirmed",
            HTTP_X_USER_ID="u1",
            HTTP_X_USER_NAME="user",
            HTTP_X_PROJECT_ID=self.project,
            HTTP_X_PROJECT_NAME="demo",
            HTTP_X_ROLES=self.roles,
        )
        return self._app(environ, start_response)


class Api:
    """The real application between both fakes."""

    def __init__(self, conf: cfg.ConfigOpts | None = None, *, auth: Any = None) -> None:
        self.conf = conf or configuration.load()
        self.engine = FakeEngine()
        self.auth: FakeAuth

        def believe(app: Any, _: cfg.ConfigOpts) -> FakeAuth:
            self.auth = FakeAuth(app)
            return self.auth

        app = make_app(self.conf, self.engine, auth=auth or believe)  # type: ignore[arg-type]
        # falcon's simulation inspects the signature, which a middleware object does not show.
        self.app = lambda environ, start_response: app(environ, start_response)

    def __call__(self, request: str, body: Any = None, *, raw: bytes | None = None, **headers: str) -> Any:
        """Send ``GET /stacks?x=1`` below the project, or any path that starts with ``//`` (then without one slash).

        Every answer must be one that the API's document announces.
        """
        method, _, url = request.partition(" ")
        path, _, query = url.partition("?")
        path = path[1:] if path.startswith("//") else f"/v1/{PROJECT}{path}"
        content = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        sent = {"X-Auth-Token": "good", "Host": "localhost", **{k.replace("_", "-"): v for k, v in headers.items()}}
        result = falcon.testing.simulate_request(
            self.app, method, path, query_string=query, body=content, headers=sent, protocol="http"
        )
        wrong = misfit(method, path, result.status_code, result.headers, result.content)
        assert not wrong, wrong
        return result
