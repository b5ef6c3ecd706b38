"""The contract over a real RabbitMQ: several servers share calls and bells, and a lost broker is told."""

from __future__ import annotations

import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Connection

from heat_mq import concurrency, errors
from heat_mq import conf as configuration
from heat_mq.context import RequestContext
from heat_mq.rpc import contract
from heat_mq.rpc.client import RpcClient, engine_client, worker_bell
from heat_mq.rpc.server import RpcServer, make_server
from heat_mq.rpc.transport import make_transport
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.integration

#: How many slow calls are served side by side.
TOGETHER = threading.Barrier(8)
IDENTITY: Any = {"tenant": "p1", "stack_name": "s1", "stack_id": "id1", "path": ""}


class Engine:
    def __init__(self, name: str) -> None:
        self.name = name
        self.calls: list[str] = []
        self.bells: list[int] = []

    def get_revision(self, context: RequestContext) -> str:
        self.calls.append(context.request_id)
        return f"{self.name} {context.request_id} {context.project_id}"

    def get_template(self, context: RequestContext, stack_identity: Any) -> dict[str, Any]:
        return {"description": "ü" * 300_000}

    def show_stack(self, context: RequestContext, stack_identity: Any, resolve_outputs: bool) -> Any:
        raise errors.NotFound("no such stack", nearest="s2")

    def list_services(self, context: RequestContext) -> Any:
        return [TOGETHER.wait(PATIENCE)]

    def work_available(self, context: RequestContext, count: int) -> None:
        self.bells.append(count)


@pytest.fixture
def transport(transport_url: str) -> Iterator[Any]:
    conf = configuration.load()
    # Queues of its own: a server that just stopped must not take this test's messages.
    conf.set_override("control_exchange", f"test-{uuid.uuid4().hex[:8]}")
    transport = make_transport(conf, transport_url)
    yield transport
    transport.cleanup()


@pytest.fixture
def engines(transport: Any) -> Iterator[list[Engine]]:
    found = [Engine("one"), Engine("two")]
    servers: list[RpcServer] = []
    for engine in found:
        topics = {contract.ENGINE_TOPIC: engine, contract.WORKER_TOPIC: engine}
        servers.append(make_server(transport, topics, server_name=engine.name))
        servers[-1].start()
    yield found
    for server in servers:
        server.stop()
    for server in servers:
        server.wait()


@pytest.fixture
def context() -> RequestContext:
    return RequestContext(project_id="p1", user_id="u1")


def test_calls_are_shared_among_servers_and_bear_their_context(transport, engines, context):
    client = engine_client(transport)
    answers = {client.get_revision(context) for _ in range(20)}
    assert answers == {f"one {context.request_id} p1", f"two {context.request_id} p1"}


def test_bells_are_shared_among_workers(transport, engines, context):
    bell = worker_bell(transport)
    for _ in range(20):
        bell.work_available(context, count=1)
    until(lambda: sum(len(engine.bells) for engine in engines) >= 20, "twenty bells")
    assert [len(engine.bells) > 0 for engine in engines] == [True, True]
    assert sum(len(engine.bells) for engine in engines) == 20


def test_an_error_and_a_large_answer_cross_the_broker(transport, engines, context):
    client = engine_client(transport)
    with pytest.raises(errors.RemoteError) as caught:
        client.show_stack(context, IDENTITY)
    assert (caught.value.type, caught.value.message) == ("EntityNotFound", "no such stack")
    assert caught.value.fields == {"nearest": "s2"}
    assert len(client.get_template(context, IDENTITY)["description"]) == 300_000


def test_slow_calls_run_side_by_side(transport, engines, context):
    client = engine_client(transport)
    places: list[Any] = []
    threads = [
        threading.Thread(target=lambda: places.extend(client.list_services(context))) for _ in range(TOGETHER.parties)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(places) == list(range(TOGETHER.parties))


def test_a_server_that_stops_loses_no_call(transport, engines, context):
    # Many callers, so that the broker sends ahead to each server. A call that is lost fails when its time is up.
    client = engine_client(transport)
    stopped = threading.Event()
    failed: list[Exception] = []

    def call_on() -> None:
        while not stopped.is_set():
            try:
                client.get_revision(context)
            except errors.Error as error:
                failed.append(error)

    threads = [threading.Thread(target=call_on) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(3):
        engine = Engine(f"short-lived {number}")
        server = make_server(transport, {contract.ENGINE_TOPIC: engine}, server_name=f"short-lived-{number}")
        server.start()
        until(lambda served=engine.calls: len(served) > 20, "calls to the new server")
        server.stop()
        server.wait()
    stopped.set()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_call_that_an_engine_took_with_it_is_known_soon_and_asked_again_when_it_reads(
    transport, transport_url, context
):
    exchange = transport.conf.control_exchange
    client = RpcClient(transport, contract.ENGINE_TOPIC, silence_seconds=2)
    with Connection(transport_url.replace("rabbit:", "amqp:", 1)) as broker:
        channel = broker.default_channel
        channel.exchange_declare(exchange, "topic", durable=False, auto_delete=False)
        channel.queue_declare(contract.ENGINE_TOPIC, durable=False, auto_delete=False)
        channel.queue_bind(contract.ENGINE_TOPIC, exchange, contract.ENGINE_TOPIC)
        taken: list[object] = []
        died = threading.Event()

        def take_and_die() -> None:
            until(lambda: taken.append(channel.basic_get(contract.ENGINE_TOPIC, no_ack=True)) or taken[-1], "a call")
            died.set()

        engine = Engine("one")
        server = make_server(transport, {contract.ENGINE_TOPIC: engine}, server_name="one")
        for write in (True, False):
            died.clear()
            dying = threading.Thread(target=take_and_die)
            dying.start()
            if write:
                with pytest.raises(errors.EngineUnavailable, match=r"in time\. It may have been done all the same"):
                    client.delete_stack(context, IDENTITY)
                dying.join()
                continue
            starting = threading.Thread(target=lambda: died.wait(PATIENCE) and server.start())
            starting.start()
            assert client.get_revision(context).startswith("one")
            assert len(engine.calls) == 1
            for thread in (dying, starting):
                thread.join()
    server.stop()
    server.wait()


def test_a_broker_that_is_away_fails_a_call_and_drops_a_bell(context):
    transport = make_transport(configuration.load(), "rabbit://guest:guest@127.0.0.1:1/")
    # Left to itself oslo.messaging would try to reach it without end.
    with pytest.raises(errors.EngineUnavailable):
        engine_client(transport).get_revision(context)
    worker_bell(transport).work_available(context, count=1)


PROCESS = """
import sys
from heat_mq import concurrency
concurrency.patch(sys.argv[3])
import threading
from heat_mq import conf
from heat_mq.context import RequestContext
from heat_mq.rpc import contract
from heat_mq.rpc.client import engine_client
from heat_mq.rpc.server import make_server
from heat_mq.rpc.transport import make_transport
from tests.waiting import PATIENCE, until

together = threading.Barrier(20)

class Engine:
    def get_revision(self, context):
        together.wait(50)
        return context.project_id

options = conf.load()
options.set_override("control_exchange", sys.argv[2])
transport = make_transport(options, sys.argv[1])
server = make_server(transport, {contract.ENGINE_TOPIC: Engine()}, server_name="one")
server.start()
client = engine_client(transport)
answers = []
calls = concurrency.pool(20)
for number in range(20):
    calls.spawn(lambda n: answers.append(client.get_revision(RequestContext(project_id=str(n)))), number)
calls.join()
assert sorted(answers, key=int) == [str(n) for n in range(20)], answers
server.stop()
server.wait()
transport.cleanup()
print("done")
"""


@pytest.mark.parametrize("backend", concurrency.BACKENDS)
def test_a_process_serves_and_calls_side_by_side(transport_url, backend):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROCESS, transport_url, f"test-{uuid.uuid4().hex[:8]}", backend],
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.stdout == "done\n", done.stderr
