"""The whole document: an operation for each route, with what its policy guards and what it may answer."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from heat_mq.api.openapi.operations import OPERATIONS
from heat_mq.api.openapi.parts import COMPONENTS, LINKS, ref
from heat_mq.api.openapi.schema import TEXT, Operation, Schema, closed, list_of
from heat_mq.api.routes import ARN_ROUTE, ROUTES, Route
from heat_mq.policies import list_rules

PATH: Final = "/openapi.json"
PREFIX: Final = "/v1/{tenant_id}"
JSON: Final = "application/json"

#: The ARN of a stack in place of its name, as a path of the document; it may lead further into the stack.
_ARN_PATH: Final = "/stacks/arn:openstack:heat::{arn_tenant_id}:stacks/{stack_name}/{stack_id}"
_ARN_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")

#: What every operation may answer instead: the request, the token, the policy.
_REFUSALS: Final = (400, 401, 403)
#: What is named is not there; the engine, a service of the cloud, or the way to them failed.
_REMOTE: Final = (404, 500, 502, 503)
_SCHEMAS: Final = {
    401: ref("Unauthorized"),
    # A path that leads nowhere is no fault of an operation.
    404: {"anyOf": [ref("Fault"), ref("Plain")]},
}
_REQUEST_ID: Final = {"X-Openstack-Request-Id": {"schema": TEXT, "required": True}}
_LOCATION: Final = {"Location": {"schema": {**TEXT, "format": "uri"}, "required": True}}
_TAGS: Final = {
    "stack_list": "stacks",
    "preview": "stacks",
    "outputs": "stacks",
    "lookup": "stacks",
}


def documented_routes() -> list[Route]:
    """Every route with the path and method by which the document knows it."""
    arns = [Route(method, _ARN_PATH, ARN_ROUTE.handler, ARN_ROUTE.policy) for method in _ARN_METHODS]
    return [*ROUTES, *arns]


def document(base: str = "") -> dict[str, Any]:
    """The OpenAPI 3.1 document; ``base`` is the address by which the client reached the API."""
    routes = documented_routes()
    guarded = {rule.name: rule.description or "" for rule in list_rules()}
    paths: dict[str, Any] = {}
    for route, name in zip(routes, _names(routes), strict=True):
        item = paths.setdefault(PREFIX + route.path, {"parameters": _path_parameters(route.path)})
        item[route.method.lower()] = _operation(route, name, guarded.get(route.policy) or _first_line(route.handler))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Orchestration API",
            "version": "1.0",
            "description": "Version 1 of Heat's REST API, as heat_mq serves it.",
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base.rstrip("/") or "/"}],
        "paths": _without_token() | paths,
        "components": {
            "schemas": COMPONENTS,
            "responses": _refusals(),
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}},
        },
        "security": [{"token": []}],
    }


def _operation(route: Route, name: str, summary: str) -> Schema:
    described = OPERATIONS[route.handler]
    noun = _noun(route)
    found: Schema = {
        "operationId": name,
        "summary": summary,
        "tags": [_TAGS.get(noun, noun)],
        "x-policy": route.policy,
        "parameters": [parameter.as_dict() for parameter in described.query],
        "responses": _responses(described),
    }
    if described.body is not None:
        found["requestBody"] = {"required": described.body_required, "content": {JSON: {"schema": described.body}}}
    return found


def _responses(described: Operation) -> Schema:
    headers = _REQUEST_ID | (_LOCATION if described.location else {})
    found = {str(described.status): _response(described.status, described.answer, headers)}
    refusals = sorted({*_REFUSALS, *(_REMOTE if described.remote else ()), *described.refusals})
    return found | {str(status): {"$ref": f"#/components/responses/{status}"} for status in refusals}


def _refusals() -> dict[str, Schema]:
    """Every refusal by its status."""
    statuses = {status for described in OPERATIONS.values() for status in described.refusals}
    statuses |= {*_REFUSALS, *_REMOTE}
    return {
        str(status): _response(status, _SCHEMAS.get(status, ref("Fault")), _REQUEST_ID) for status in sorted(statuses)
    }


def _response(status: int, schema: Schema | None, headers: Schema) -> Schema:
    found: Schema = {"description": HTTPStatus(status).phrase, "headers": headers}
    if schema is not None:
        found["content"] = {JSON: {"schema": schema}}
    return found


def _without_token() -> dict[str, Any]:
    """What answers everybody."""
    version = closed({"id": TEXT, "status": TEXT, "links": LINKS})
    versions = _response(300, closed({"versions": list_of(version)}), _REQUEST_ID)
    shown: Schema = {"type": "object", "required": ["openapi", "paths"]}
    return {
        "/": {"get": _open("versions", "List the versions of the API.", {"300": versions})},
        PATH: {"get": _open("openapi", "Show this document.", {"200": _response(200, shown, _REQUEST_ID)})},
    }


def _open(name: str, summary: str, responses: Schema) -> Schema:
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["versions"],
        "security": [],
        "parameters": [],
        "responses": responses,
    }


def _path_parameters(path: str) -> list[Schema]:
    names = re.findall(r"\{(\w+)\}", PREFIX + path)
    return [{"name": name, "in": "path", "required": True, "schema": {**TEXT, "minLength": 1}} for name in names]


def _names(routes: Iterable[Route]) -> list[str]:
    """``stacks.show``; with method and path where a handler has several routes."""
    routes = list(routes)
    uses = Counter(route.handler for route in routes)
    return [_name(route, alone=uses[route.handler] == 1) for route in routes]


def _name(route: Route, *, alone: bool) -> str:
    name = f"{_noun(route)}.{route.handler.__name__}"
    return name if alone else f"{name}.{route.method.lower()}{re.sub(r'[^a-z_]+', '.', route.path)}".rstrip(".")


def _noun(route: Route) -> str:
    return route.handler.__module__.rpartition(".")[2]


def _first_line(handler: object) -> str:
    return (inspect.getdoc(handler) or "").partition("\n")[0]
