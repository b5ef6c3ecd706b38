"""Receives calls and casts and hands them to endpoints. Green or native as the process is.

oslo.messaging acknowledges a message before it is run: a worker that is killed loses it. The caller of a
call sees a timeout; a cast is only a hint, and what it pointed at is found by the sweep.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import oslo_messaging

from heat_mq.context import RequestContext
from heat_mq.rpc import contract, envelope
from heat_mq.rpc.contract import Method
from heat_mq.rpc.serializer import JsonSerializer

LOG = logging.getLogger(__name__)


class AnswerSerializer(JsonSerializer):
    """An answer that is not JSON becomes an error: the caller must not be left waiting."""

    def serialize_entity(self, context: Any, entity: Any) -> str:
        try:
            return super().serialize_entity(context, entity)
        except (TypeError, ValueError):
            LOG.exception("an answer is not JSON")
            return super().serialize_entity(context, envelope.internal_error())


class Answering:
    """Shows oslo.messaging an endpoint's methods of the contract, and nothing else of it."""

    def __init__(self, endpoint: object, methods: Mapping[str, Method]) -> None:
        self.target = oslo_messaging.Target(version=contract.VERSION)
        self._endpoint = endpoint
        self._methods = {name: method for name, method in methods.items() if hasattr(endpoint, name)}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self._methods:
            raise AttributeError(name)
        method, function = self._methods[name], getattr(self._endpoint, name)

        def run(context: RequestContext, **arguments: Any) -> Any:
            with context.current():
                answer = envelope.wrap(name, lambda: function(context, **arguments))
            return answer if method.style == "call" else None

        return run


class RpcServer:
    """The listening servers of one process, one for each topic."""

    def __init__(self, servers: list[oslo_messaging.MessageHandlingServer]) -> None:
        self._servers = servers

    def start(self) -> None:
        """Listen; returns when the queues exist."""
        for server in self._servers:
            server.start()

    def stop(self) -> None:
        """Take no new message; those taken go on."""
        # Side by side: a listener that has nothing to do looks up after seconds only.
        stopping = [threading.Thread(target=_stop, args=(server,)) for server in self._servers]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()

    def wait(self) -> None:
        """Return when every message taken has been served."""
        for server in self._servers:
            server.wait()


def make_server(transport: oslo_messaging.Transport, endpoints: Mapping[str, object], *, server_name: str) -> RpcServer:
    """A server, not yet listening, for one endpoint per topic.

    ``endpoints`` maps ``contract.ENGINE_TOPIC`` or ``contract.WORKER_TOPIC`` to an object with methods of
    that topic. Each message of a topic goes to one of the servers that listen there, in turn.
    ``server_name`` is unique among them. A topic the contract does not know raises ``ValueError``.
    """
    servers = []
    for topic, endpoint in endpoints.items():
        if topic not in contract.TOPICS:
            raise ValueError(f"the contract has no topic {topic!r}: it has {', '.join(contract.TOPICS)}")
        with warnings.catch_warnings():
            # oslo.messaging announces the end of eventlet at each server of a green process.
            warnings.simplefilter("ignore", DeprecationWarning)
            servers.append(
                oslo_messaging.get_rpc_server(
                    transport,
                    oslo_messaging.Target(topic=topic, server=server_name),
                    [Answering(endpoint, contract.TOPICS[topic])],
                    serializer=AnswerSerializer(),
                )
            )
    return RpcServer(servers)


def _stop(server: oslo_messaging.MessageHandlingServer) -> None:
    """Stop, and let the broker give to others what it has sent ahead to a server that has stopped.

    oslo.messaging reads that when it closes its connection, and would acknowledge what nobody serves any more: the
    caller would wait in vain. It offers no way to say so but its own attributes; where they have other names, nothing
    is done.
    """
    server.stop()
    listener = getattr(server.listener, "_poll_style_listener", None)
    for consumer in getattr(getattr(listener, "conn", None), "_consumers", ()):
        consumer.callback = _leave


def _leave(message: object) -> None:
    """Not acknowledged, a message goes back to its queue."""
