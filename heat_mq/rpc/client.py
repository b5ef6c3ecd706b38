"""Calls of the contract over AMQP, as if they were methods."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import oslo_messaging
from kombu.exceptions import KombuError

from heat_mq import errors
from heat_mq.context import RequestContext
from heat_mq.rpc import contract, envelope
from heat_mq.rpc.contract import EngineMethods, Method, WorkerBell
from heat_mq.rpc.serializer import JsonSerializer
from heat_mq.rpc.transport import is_reachable

LOG = logging.getLogger(__name__)

#: How often sending a call is tried again while the broker cannot be reached, with pauses of 1, 3, … seconds.
CALL_RETRIES = 2

#: How long a call waits for the first engine to listen.
ENGINE_SECONDS = 10.0

#: An engine that gives no sign of life for so long about a call that it works on is taken for dead.
SILENCE_SECONDS = 15

#: oslo.messaging lets some of kombu's errors through when it must not try again.
_UNSENT = (oslo_messaging.MessagingException, KombuError, OSError)


class RpcClient:
    """Sends the methods of one topic. Arguments are those of the contract, defaults filled in.

    A call waits ``rpc_response_timeout`` seconds (60 by default), and no longer than ``silence_seconds`` (whole ones)
    when nobody works on it: a call that an engine took with it when it died. What only reads is asked again then. It
    raises ``RemoteError`` for an error that the engine answered and ``EngineUnavailable`` when no answer came. A
    cast that cannot be sent is logged and dropped, for it is only a hint. Wrong arguments are a ``TypeError``.
    """

    def __init__(
        self, transport: oslo_messaging.Transport, topic: str, *, silence_seconds: int = SILENCE_SECONDS
    ) -> None:
        self._methods: Mapping[str, Method] = contract.TOPICS[topic]
        self._transport = transport
        self._answered = False
        self._timeout = float(transport.conf.rpc_response_timeout)
        self._silence = silence_seconds if silence_seconds < self._timeout else None
        self._client = oslo_messaging.get_rpc_client(
            transport, oslo_messaging.Target(topic=topic, version=contract.VERSION), serializer=JsonSerializer()
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._methods:
            raise AttributeError(f"the contract has no method {name!r}")
        method = self._methods[name]
        return functools.partial(self._call if method.style == "call" else self._cast, method)

    def _cast(self, method: Method, context: RequestContext, /, *args: Any, **kwargs: Any) -> None:
        arguments = method.arguments(*args, **kwargs)
        try:
            self._client.prepare(version=method.since, retry=0).cast(context, method.name, **arguments)
        except _UNSENT as error:
            LOG.warning("%s could not be sent: %s", method.name, error)

    def _call(self, method: Method, context: RequestContext, /, *args: Any, **kwargs: Any) -> Any:
        arguments = method.arguments(*args, **kwargs)
        # oslo.messaging makes its queue for answers at the first call, and would wait for a broker without end.
        if not self._answered and not is_reachable(self._transport):
            raise errors.EngineUnavailable("The message broker cannot be reached.")
        prepared = self._client.prepare(
            version=method.since,
            retry=CALL_RETRIES,
            call_monitor_timeout=self._silence,
            # A call to a queue that no engine has made yet must not wait for an answer that cannot come.
            transport_options=oslo_messaging.TransportOptions(at_least_once=True),
        )
        try:
            answer = self._heard(method, lambda: prepared.call(context, method.name, **arguments))
        except oslo_messaging.MessageUndeliverable as error:
            LOG.error("no engine listens for %s", method.name)
            raise errors.EngineUnavailable("No engine is at work.") from error
        except oslo_messaging.MessagingTimeout as error:
            LOG.error("no engine answered %s: %s", method.name, error)
            told = f"No engine answered {method.name} in time."
            if method.name not in contract.READS:
                told += " It may have been done all the same: look before you ask again."
            raise errors.EngineUnavailable(told) from error
        except oslo_messaging.RemoteError as error:
            LOG.error("%s could not be dispatched: %s: %s", method.name, error.exc_type, error.value)
            raise errors.RemoteError(envelope.INTERNAL, "The engine could not take the request.", {}) from error
        except _UNSENT as error:
            LOG.error("%s could not be sent: %s", method.name, error)
            raise errors.EngineUnavailable("The message broker cannot be reached.") from error
        self._answered = True
        return envelope.unwrap(method.name, answer)

    def _heard(self, method: Method, send: Callable[[], Any]) -> Any:
        """The answer; what only reads is asked again, as long as a call may take, when an engine died with it."""
        deadline = time.monotonic() + self._timeout
        while True:
            try:
                return self._delivered(send)
            except oslo_messaging.MessagingTimeout:
                if method.name not in contract.READS or time.monotonic() >= deadline:
                    raise
                LOG.warning("no engine answered %s, another one is asked", method.name)

    @staticmethod
    def _delivered(send: Callable[[], Any]) -> Any:
        """Send again for a while when nobody listens: engines that start at the same time are seconds away."""
        deadline = time.monotonic() + ENGINE_SECONDS
        while True:
            try:
                return send()
            except oslo_messaging.MessageUndeliverable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.25)


def engine_client(transport: oslo_messaging.Transport) -> EngineMethods:
    """Calls whichever engine is free."""
    return cast(EngineMethods, RpcClient(transport, contract.ENGINE_TOPIC))


def worker_bell(transport: oslo_messaging.Transport) -> WorkerBell:
    """Casts to one of the workers, in turn."""
    return cast(WorkerBell, RpcClient(transport, contract.WORKER_TOPIC))
