"""Client and server over ``fake://``: real oslo.messaging, no broker."""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Iterator
from typing import Any, cast

import oslo_messaging
import pytest
from oslo_config import cfg
from oslo_context import context as oslo_context

from heat_mq import errors
from heat_mq.context import RequestContext
from heat_mq.rpc import contract
from heat_mq.rpc.client import engine_client, worker_bell
from heat_mq.rpc.server import make_server
from heat_mq.rpc.transport import make_transport

IDENTITY = {"tenant": "p1", "stack_name": "s1", "stack_id": "id1", "path": ""}


class Engine:
    """An endpoint with some of the contract's methods."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.rung = threading.Event()

    def show_stack(self, context: RequestContext, stack_identity: Any, resolve_outputs: bool) -> Any:
        self.calls.append((context, stack_identity, resolve_outputs))
        return {"stack_identity": stack_identity, "tags": None}

    def create_stack(self, context: RequestContext, **arguments: Any) -> Any:
        problem = errors.Problem("no such type", path="resources.a.type", line=3, column=5, suggestion="OS::Heat::None")
        raise errors.InvalidTemplate([problem])

    def delete_stack(self, context: RequestContext, stack_identity: Any) -> None:
        raise KeyError("secret")

    def get_template(self, context: RequestContext, stack_identity: Any) -> Any:
        raise errors.Bug("counter below zero in row 7")

    def get_files(self, context: RequestContext, stack_identity: Any) -> Any:
        return {"when": object()}

    def get_revision(self, context: RequestContext) -> str:
        current = oslo_context.get_current()
        return current.request_id if current else "none"

    def work_available(self, context: RequestContext, count: int) -> None:
        self.calls.append((context, count))
        self.rung.set()

    def internal(self, context: RequestContext) -> str:
        return "not for callers"


@pytest.fixture
def transport() -> Iterator[oslo_messaging.Transport]:
    conf = cfg.ConfigOpts()
    conf([])
    transport = make_transport(conf, "fake://")
    yield transport
    transport.cleanup()


@pytest.fixture
def engine(transport: oslo_messaging.Transport) -> Iterator[Engine]:
    endpoint = Engine()
    topics = {contract.ENGINE_TOPIC: endpoint, contract.WORKER_TOPIC: endpoint}
    server = make_server(transport, topics, server_name="one")
    server.start()
    yield endpoint
    server.stop()
    server.wait()


@pytest.fixture
def context() -> RequestContext:
    return RequestContext(project_id="p1", user_id="u1", roles=["member"], auth_token="t")


def test_a_call_carries_context_and_arguments_with_their_defaults(transport, engine, context):
    answer = engine_client(transport).show_stack(context, IDENTITY)

    assert answer == {"stack_identity": IDENTITY, "tags": None}
    [(seen, identity, resolve_outputs)] = engine.calls
    assert (identity, resolve_outputs) == (IDENTITY, True)
    assert (seen.project_id, seen.user_id, seen.roles, seen.auth_token, seen.request_id) == (
        "p1",
        "u1",
        ["member"],
        "t",
        context.request_id,
    )


def test_no_object_is_shared_between_client_and_server(transport, engine, context):
    identity = dict(IDENTITY)
    answer = engine_client(transport).show_stack(context, identity)

    answer["stack_identity"]["stack_name"] = "changed"
    assert identity == IDENTITY
    assert engine.calls[0][1] == IDENTITY


def test_an_error_of_ours_crosses_with_type_message_and_problems(transport, engine, context):
    with pytest.raises(errors.RemoteError) as caught:
        engine_client(transport).create_stack(context, "s", "text", {}, {}, {})

    assert caught.value.type == "StackValidationFailed"
    assert "resources.a.type" in caught.value.message
    [problem] = errors.problems_of(caught.value.fields)
    assert (problem.line, problem.column, problem.suggestion) == (3, 5, "OS::Heat::None")


@pytest.mark.parametrize(
    ("method", "kind", "secret"), [("delete_stack", "InternalError", "secret"), ("get_template", "Bug", "row 7")]
)
def test_an_unexpected_error_is_logged_there_and_crosses_without_its_text(
    transport, engine, context, caplog, method, kind, secret
):
    with caplog.at_level(logging.ERROR), pytest.raises(errors.RemoteError) as caught:
        getattr(engine_client(transport), method)(context, IDENTITY)

    assert caught.value.type == kind
    assert secret not in caught.value.message
    assert secret in caplog.text
    assert "Traceback" in caplog.text


def test_an_answer_that_is_not_json_is_an_error_of_the_engine(transport, engine, context):
    with pytest.raises(errors.Error) as caught:
        engine_client(transport).get_files(context, IDENTITY)
    assert caught.value.type == "InternalError"


def test_the_request_id_is_current_while_a_method_runs_and_not_after(transport, engine, context):
    assert engine_client(transport).get_revision(context) == context.request_id


def test_a_bell_is_cast_to_the_workers(transport, engine, context):
    assert worker_bell(transport).work_available(context, count=7) is None
    assert engine.rung.wait(60)
    assert engine.calls[0][1] == 7


def test_a_method_outside_the_contract_cannot_be_called(transport, engine, context):
    client = cast(Any, engine_client(transport))
    with pytest.raises(AttributeError, match="internal"):
        client.internal(context)
    raw = oslo_messaging.get_rpc_client(transport, oslo_messaging.Target(topic=contract.ENGINE_TOPIC))
    with pytest.raises(oslo_messaging.rpc.dispatcher.NoSuchMethod):
        raw.call(context.to_dict(), "internal")


def test_arguments_that_the_contract_does_not_know_are_refused_before_sending(transport, context):
    with pytest.raises(TypeError, match="colour"):
        cast(Any, engine_client(transport)).show_stack(context, IDENTITY, colour="red")


def test_no_engine_is_an_error_that_says_so(transport, context):
    client = engine_client(transport)
    transport.conf.set_override("rpc_response_timeout", 1)
    with pytest.raises(errors.EngineUnavailable, match="show_stack"):
        client.show_stack(context, IDENTITY)


def test_an_unknown_topic_is_refused_with_the_known_ones(transport):
    with pytest.raises(ValueError, match=contract.ENGINE_TOPIC):
        make_server(transport, {"engine": Engine()}, server_name="one")


def test_every_method_of_the_contract_takes_a_context_and_has_a_docstring():
    for protocol, table in (
        (contract.EngineMethods, contract.METHODS),
        (contract.WorkerBell, contract.WORKER_METHODS),
    ):
        public = {name for name in dir(protocol) if not name.startswith("_") and callable(getattr(protocol, name))}
        assert public == set(table)
        for name in table:
            function = getattr(protocol, name)
            assert list(inspect.signature(function).parameters)[:2] == ["self", "context"]
            assert inspect.getdoc(function)
