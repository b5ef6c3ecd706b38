"""The one room, with ``cmd``, that knows eventlet.

A process is *green* (eventlet, after ``patch``) or *native* (threads); all other code uses the standard
library's threading, time, queue and socket, which are green where the process is. What the standard library
does not have stands here: a pool with a bound that is cheap at hundreds of members, and a WSGI server.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol

#: The values of ``[runtime] backend``.
BACKENDS = ("eventlet", "threads")


class Pool(Protocol):
    """Runs functions side by side, at most ``size`` at once. An exception of one is logged."""

    size: int

    def spawn(self, fn: Callable[..., object], *args: Any) -> None:
        """Start ``fn(*args)``; blocks while the pool is full."""

    def free(self) -> int:
        """How many more could start now."""

    def join(self) -> None:
        """Wait until nothing runs."""


class Server(Protocol):
    """A WSGI server that already serves."""

    host: str
    port: int

    def stop(self) -> None:
        """Accept nothing new and close idle connections; requests that run are finished. Does not block."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end after ``stop``; False when requests still run after ``timeout`` seconds."""


def patch(backend: str = "eventlet") -> None:
    """Make this process run on ``backend``; call it first of all, before other modules are imported.

    Green means: the standard library yields instead of blocking, and so does psycopg2. Native needs nothing.
    """
    if backend not in BACKENDS:
        raise ValueError(f"no such backend: {backend!r}; there are {', '.join(BACKENDS)}")
    if backend == "eventlet":
        from heat_mq.concurrency import green

        green.patch()


def is_green() -> bool:
    """Whether ``patch`` has made this process green."""
    if "eventlet" not in sys.modules:
        return False
    from heat_mq.concurrency import green

    return green.is_patched()


def spawn(fn: Callable[..., object], *args: Any, name: str | None = None) -> threading.Thread:
    """Start ``fn(*args)`` beside the caller, for work that lasts as long as the process."""
    thread = threading.Thread(target=fn, args=args, name=name or getattr(fn, "__name__", None), daemon=True)
    thread.start()
    return thread


def pool(size: int) -> Pool:
    """A pool for at most ``size`` functions at once, of green threads or of threads."""
    if size < 1:
        raise ValueError(f"a pool has room for one at least, not {size}")
    if is_green():
        from heat_mq.concurrency import green

        return green.GreenPool(size)
    from heat_mq.concurrency import native

    return native.ThreadPool(size)


def listen(host: str, port: int, *, backlog: int = 4096, keepidle: int = 600) -> socket.socket:
    """A TCP socket that listens on ``host``, an address of IPv4 or IPv6 or a name; port 0 takes any free one.

    ``keepidle``: seconds of silence before the kernel probes a connection. Raises OSError.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_KEEPIDLE"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, keepidle)
        listener.bind(address)
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener


def serve_wsgi(
    app: Callable[..., Any],
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    sock: socket.socket | None = None,
    max_connections: int = 1000,
    max_header_line: int = 16384,
) -> Server:
    """Serve a WSGI application on a listening ``sock``, or on ``host`` and ``port`` (0: any free one).

    Returns at once. Connections are kept alive, at most ``max_connections`` are served at once and others wait;
    a header or request line longer than ``max_header_line`` bytes is refused. Writes no access log: an
    application that wants one logs it. Raises OSError when the address cannot be had.
    """
    listener = sock or listen(host, port)
    if is_green():
        from heat_mq.concurrency import green

        return green.GreenServer(app, listener, max_connections, max_header_line)
    from heat_mq.concurrency import threadserver

    return threadserver.ThreadServer(app, listener, max_connections, max_header_line)
