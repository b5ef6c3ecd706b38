"""The document that the API serves is true: it has every route, and says what each reads and answers."""

from __future__ import annotations

import json
from typing import Any

import falcon.inspect
import pytest
import schemathesis

from heat_mq.api import falcon_app
from heat_mq.api.handlers import lookup
from heat_mq.api.openapi.document import PATH, document
from heat_mq.api.openapi.operations import OPERATIONS
from heat_mq.api.query import Query
from heat_mq.api.routes import ROUTES
from heat_mq.errors import EngineUnavailable
from heat_mq.web import body
from heat_mq.web.service import Service
from tests.contract.requests import TEMPLATE, VARIABLES, Example, examples, let_answer
from tests.documented import described, operation_of, operations
from tests.unit.api.fakes import Api

#: An error of the engine for each status that an operation that asks it may answer.
ERRORS = {
    400: "StackValidationFailed",
    404: "EntityNotFound",
    409: "ActionInProgress",
    500: "InternalError",
    502: "CloudError",
    503: "CloudTransient",
}
EXAMPLES = {example.name: example for example in examples()}


@pytest.fixture
def api() -> Api:
    made = Api()
    let_answer(made.engine)
    made.auth.roles = "admin,member,reader"
    return made


def send(api: Api, example: Example, request_body: Any = None, **headers: str) -> Any:
    """The answer; the fixture's API refuses one that is not in the document."""
    path = example.path(**VARIABLES)
    return api(f"{example.route.method} /{path}", request_body or example.body, **headers)


def test_it_is_served_to_everybody_with_the_address_by_which_they_came(api: Api):
    answer = api(f"GET /{PATH}", X_Auth_Token="wrong", Host="cloud.example.org:8004")
    assert answer.json == document("http://cloud.example.org:8004")
    assert answer.headers["content-type"] == "application/json"
    assert api(f"POST /{PATH}", X_Auth_Token="wrong").status_code == 405


def test_it_is_openapi_as_others_read_it():
    schema = schemathesis.openapi.from_dict(described())
    schema.validate()
    assert sum(1 for found in schema.get_all_operations() if found.ok()) == len(operations())


def test_every_route_of_the_router_is_in_it(api: Api):
    service: Any = Service(api.conf, api.engine, None)  # type: ignore[arg-type]
    routes = falcon.inspect.inspect_app(falcon_app.make_falcon_app(service)).routes
    own = [(method, route.path) for route in routes for method in route.methods if not method.internal]
    routed = {(method.method, path) for method, path in own if method.method != "OPTIONS"}
    listed = {(operation.method, operation.path) for operation in operations()}
    assert len(routed) == len(ROUTES)
    assert routed <= listed
    arns = {path for _, path in listed - routed if path.startswith("/v1/")}
    assert arns == {path for _, path in listed if "arn:" in path}


def test_operations_have_names_of_their_own_and_say_what_they_do():
    names = [operation.name for operation in operations()]
    assert len(names) == len(set(names))
    assert all(operation.described["summary"] for operation in operations())


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_good_request_is_answered_as_it_says(api: Api, name: str):
    assert send(api, EXAMPLES[name]).status_code == EXAMPLES[name].status


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_refusal_that_it_announces_happens(api: Api, name: str):
    example = EXAMPLES[name]
    path = example.path(**VARIABLES)
    operation = operation_of(example.route.method, path)
    assert operation is not None
    announced = set(operation.described["responses"])
    nul = example.path(**VARIABLES | {"tenant_id": "%00"})
    happened = {
        send(api, example).status_code,
        send(api, example, X_Auth_Token="wrong").status_code,
        api(f"{example.route.method} /{nul}").status_code,
    }
    if "404" in announced:
        kinds = {status: kind for status, kind in ERRORS.items() if str(status) in announced}
        for kind in kinds.values():
            api.engine.refuse(kind)
            happened.add(send(api, example).status_code)
        api.engine.failure = EngineUnavailable("No engine is at work.")
        happened.add(send(api, example).status_code)
    api.auth.roles = "nobody"
    happened.add(send(api, example).status_code)
    assert {str(status) for status in happened} == announced


# --- what requests hold -----------------------------------------------------------------------


class Seen(Query):
    """A query that notes what a handler reads, and how."""

    read: dict[str, set[str]]

    def all(self, name: str) -> list[str]:
        self.read.setdefault(name, set()).add("all")
        return super().all(name)

    def text(self, name: str) -> str | None:
        found = super().text(name)
        self.read[name].add("text")
        return found

    def flag(self, name: str, default: bool = False) -> bool:
        found = super().flag(name, default)
        self.read[name].add("flag")
        return found

    def number(self, name: str) -> int | None:
        found = super().number(name)
        self.read[name].add("number")
        return found


def kind_of(parameter: dict[str, Any]) -> str:
    """The reader of :class:`Query` that a documented parameter is for."""
    schema = parameter["schema"]
    by_type = {"array": "all", "boolean": "flag", "integer": "number", "string": "text"}
    return by_type[schema["type"]]


def reader_of(ways: set[str]) -> str:
    return next(way for way in ("flag", "number", "text", "all") if way in ways)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Query parameters that the request has asked for."""
    found: dict[str, set[str]] = {}
    monkeypatch.setattr(Seen, "read", found, raising=False)
    monkeypatch.setattr(falcon_app, "Query", Seen)
    return found


@pytest.mark.parametrize("name", [name for name, each in EXAMPLES.items() if each.route.handler is not lookup.by_arn])
def test_it_has_every_query_parameter_that_is_read(api: Api, reads: dict[str, set[str]], name: str):
    example = EXAMPLES[name]
    send(api, example)
    operation = operation_of(example.route.method, example.path(**VARIABLES))
    assert operation is not None
    announced = {item["name"]: kind_of(item) for item in operation.described["parameters"]}
    assert {name: reader_of(ways) for name, ways in reads.items()} == announced


class Watched(dict[str, Any]):
    """A body that notes which keys are asked for."""

    def __init__(self, given: dict[str, Any], asked: set[str]) -> None:
        super().__init__(given)
        self._asked = asked

    def get(self, key: str, default: Any = None) -> Any:
        self._asked.add(key)
        return super().get(key, default)


BODIES = {
    name: each
    for name, each in EXAMPLES.items()
    if "properties" in (OPERATIONS[each.route.handler].body or {}) and not each.route.guarded_by_handler
}


@pytest.mark.parametrize("name", BODIES)
def test_it_has_every_key_of_a_body_that_is_read(api: Api, monkeypatch: pytest.MonkeyPatch, name: str):
    example, asked = BODIES[name], set[str]()
    real = body.read_map
    monkeypatch.setattr(body, "read_map", lambda raw: Watched(real(raw), asked))
    # With a template that comes in another way, so that all the ways are tried.
    sent = {key: value for key, value in example.body.items() if key != "template"}
    send(api, example)
    adopted = json.dumps({"template": TEMPLATE})
    if "template" in example.body:
        send(api, example, {**sent, "template_url": "ftp://nowhere"})
        send(api, example, {**sent, "adopt_stack_data": adopted})
    described_keys = set((OPERATIONS[example.route.handler].body or {})["properties"])
    assert asked == described_keys


WRONG: list[Any] = [True, 1.5, "\N{SNOWMAN}", [[]], {"\N{SNOWMAN}": []}]


@pytest.mark.parametrize("name", BODIES)
def test_a_value_of_another_kind_than_it_says_is_refused(api: Api, name: str):
    example = BODIES[name]
    properties = (OPERATIONS[example.route.handler].body or {})["properties"]
    taken = []
    for key, schema in properties.items():
        kinds = _kinds(schema)
        for value in WRONG:
            if kinds and not kinds & _kind(value):
                # A template in the body counts before one elsewhere, which is not looked at then.
                rest = {
                    name: item for name, item in example.body.items() if (name, key) != ("template", "template_url")
                }
                answer = send(api, example, {**rest, key: value})
                taken += [(key, value)] if answer.status_code < 400 else []
    assert taken == []


def _kinds(schema: dict[str, Any]) -> set[str]:
    """The types that a schema takes; none when it takes all."""
    if "anyOf" in schema:
        found = [_kinds(part) for part in schema["anyOf"]]
        return set().union(*found) if all(found) else set()
    if "enum" in schema:
        return {"string", "boolean"}
    kinds = schema.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _kind(value: Any) -> set[str]:
    match value:
        case bool():
            return {"boolean"}
        case int():
            return {"integer", "number"}
        case float():
            return {"number"}
        case str():
            return {"string"}
        case list():
            return {"array"}
    return {"object"}
