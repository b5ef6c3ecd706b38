"""Green threads: eventlet's pool and WSGI server behind this package's interfaces."""

from __future__ import annotations

import contextlib
import logging
import socket
import warnings
from collections.abc import Callable
from typing import Any

with warnings.catch_warnings():
    # eventlet announces its maintenance mode at every import; the choice is made in [runtime] backend.
    warnings.simplefilter("ignore")
    import eventlet
    import eventlet.green.select
    import eventlet.green.socket
    import eventlet.greenpool
    import eventlet.hubs
    import eventlet.patcher
    import eventlet.wsgi

from heat_mq.concurrency.exchange import FAREWELL_SECONDS, IDLE_SECONDS

LOG = logging.getLogger(__name__)


def patch() -> None:
    """Make the standard library and psycopg2 yield. Doing it twice changes nothing."""
    eventlet.monkey_patch()
    _green_psycopg2()


def is_patched() -> bool:
    return bool(eventlet.patcher.is_monkey_patched("thread"))


def _green_psycopg2() -> None:
    """Let psycopg2, which waits inside libpq, wait in the hub instead."""
    try:
        from psycopg2 import extensions
    except ImportError:
        return

    def wait(connection: Any) -> None:
        while (state := connection.poll()) != extensions.POLL_OK:
            reading = state == extensions.POLL_READ
            eventlet.hubs.trampoline(connection.fileno(), read=reading, write=not reading)

    extensions.set_wait_callback(wait)


class GreenPool:
    """See :class:`heat_mq.concurrency.Pool`."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool = eventlet.greenpool.GreenPool(size)

    def spawn(self, fn: Callable[..., object], *args: Any) -> None:
        self._pool.spawn_n(_logged, fn, *args)

    def free(self) -> int:
        return int(self._pool.free())

    def join(self) -> None:
        self._pool.waitall()


def _logged(fn: Callable[..., object], *args: Any) -> None:
    try:
        fn(*args)
    except Exception:
        LOG.exception("%s failed", getattr(fn, "__qualname__", fn))


class _State:
    """Whether a server is to end, for its parts that eventlet makes or calls."""

    stopping = False


class _Door:
    """The listening socket, as eventlet's server uses it; nobody comes in any more once the server is to end."""

    def __init__(self, listener: Any, state: _State) -> None:
        self._listener = listener
        self._state = state
        self._wake_reader, self._wake_writer = eventlet.green.socket.socketpair()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)

    def accept(self) -> tuple[Any, Any]:
        while True:
            eventlet.green.select.select([self._listener, self._wake_reader], [], [])
            if self._state.stopping:
                eventlet.Event().wait()  # until the server's thread is killed
            with contextlib.suppress(BlockingIOError):  # another process was faster
                client, address = self._listener.fd.accept()
                return eventlet.greenio.GreenSocket(client), address

    def shut(self) -> None:
        """Let nobody in from now on."""
        self._wake_writer.send(b"x")

    def close(self) -> None:
        for each in (self._listener, self._wake_reader, self._wake_writer):
            each.close()


class GreenServer:
    """See :class:`heat_mq.concurrency.Server`."""

    def __init__(
        self, app: Callable[..., Any], listener: socket.socket, max_connections: int, max_header_line: int
    ) -> None:
        self.host, self.port = listener.getsockname()[:2]
        # eventlet has no parameter for it; servers of one process share the largest.
        eventlet.wsgi.MAX_HEADER_LINE = max(eventlet.wsgi.MAX_HEADER_LINE, max_header_line)
        self._state = _State()
        self._door = _Door(_green(listener), self._state)
        self._pool = eventlet.greenpool.GreenPool(max_connections)
        self._thread = eventlet.spawn(self._serve, app, max_header_line)

    def _serve(self, app: Callable[..., Any], max_header_line: int) -> None:
        quiet = logging.getLogger("heat_mq.wsgi")
        try:
            eventlet.wsgi.server(
                self._door,
                app,
                log=quiet,
                log_output=False,
                custom_pool=self._pool,
                protocol=_protocol(self._state),
                keepalive=IDLE_SECONDS,
                url_length_limit=max_header_line,
                debug=False,
            )
        except eventlet.greenlet.GreenletExit:
            return

    def stop(self) -> None:
        if self._state.stopping:
            return
        self._state.stopping = True
        self._door.shut()
        # Ends the accept loop there; eventlet then closes idle connections, whether or not a request is on its way,
        # and finishes what runs. Clients that keep asking have heard of the end with an answer by then.
        eventlet.spawn_after(FAREWELL_SECONDS, self._thread.kill)

    def wait(self, timeout: float | None = None) -> bool:
        with eventlet.Timeout(timeout, False):
            self._thread.wait()
        return bool(self._thread.dead)


def _green(listener: socket.socket) -> Any:
    """The green socket over ``listener``, which may have been made before the process was patched."""
    if isinstance(listener, eventlet.greenio.GreenSocket):
        return listener
    return eventlet.greenio.GreenSocket(listener)


def _protocol(state: _State) -> type:
    """eventlet's side of a connection; tells the client with an answer that no other will follow."""

    class Protocol(eventlet.wsgi.HttpProtocol):
        @property
        def close_connection(self) -> bool:
            return state.stopping or self._ends

        @close_connection.setter
        def close_connection(self, ends: bool) -> None:
            self._ends = bool(ends)

    return Protocol
