"""A WSGI server of native threads, one for each connection, over the standard library's HTTP parts."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from heat_mq.concurrency.exchange import FAREWELL_SECONDS, Connection

LOG = logging.getLogger(__name__)


class ThreadServer:
    """See :class:`heat_mq.concurrency.Server`."""

    def __init__(
        self, app: Callable[..., Any], listener: socket.socket, max_connections: int, max_header_line: int
    ) -> None:
        self.host, self.port = listener.getsockname()[:2]
        self._app = app
        self._listener = listener
        self._max_header_line = max_header_line
        self._slots = threading.BoundedSemaphore(max_connections)
        self._changed = threading.Condition()
        self._open: set[Connection] = set()
        self._stopping = False
        # Closing a listener that another process shares would not wake accept() here; a byte in this pair does.
        self._wake_reader, self._wake_writer = socket.socketpair()
        listener.setblocking(False)
        self._acceptor = threading.Thread(target=self._accept_all, name=f"http-{self.port}", daemon=True)
        self._acceptor.start()

    def stop(self) -> None:
        with self._changed:
            if self._stopping:
                return
            self._stopping = True
            # The acceptor may have seen that by itself: it closes the pair under this lock.
            self._wake_writer.send(b"x")
        # Clients that keep asking hear of the end with an answer; a request on its way would be lost.
        farewell = threading.Timer(FAREWELL_SECONDS, self._hang_up)
        farewell.daemon = True
        farewell.start()

    def _hang_up(self) -> None:
        """End the connections on which nothing was asked."""
        with self._changed:
            idle = [connection for connection in self._open if not connection.busy]
        for connection in idle:
            connection.hang_up()

    def wait(self, timeout: float | None = None) -> bool:
        deadline = None if timeout is None else time.monotonic() + timeout
        self._acceptor.join(timeout)
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        with self._changed:
            ended = self._changed.wait_for(lambda: not self._open, left)
        return ended and not self._acceptor.is_alive()

    def _accept_all(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._wake_reader, selectors.EVENT_READ)
            while not self._stopping:
                selector.select()
                if not self._stopping:
                    self._accept_one()
        with self._changed:
            for one in (self._listener, self._wake_reader, self._wake_writer):
                one.close()

    def _accept_one(self) -> None:
        while not self._slots.acquire(timeout=0.5):
            if self._stopping:
                return
        try:
            peer, address = self._listener.accept()
        except OSError as error:
            # Another process took it, or the client is gone; out of descriptors passes when a connection ends.
            self._slots.release()
            if not isinstance(error, BlockingIOError | ConnectionError):
                LOG.warning("cannot accept a connection: %s", error)
                time.sleep(0.1)
            return
        peer.setblocking(True)
        connection = Connection(peer, address, self._app, self._max_header_line, lambda: self._stopping)
        with self._changed:
            self._open.add(connection)
        threading.Thread(target=self._serve, args=(connection,), name="http", daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        try:
            with contextlib.suppress(OSError):
                connection.serve()
        except Exception:
            LOG.exception("a connection failed")
        finally:
            connection.close()
            self._slots.release()
            with self._changed:
                self._open.discard(connection)
                self._changed.notify_all()
