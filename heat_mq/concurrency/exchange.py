"""One HTTP/1.1 connection: requests in, a WSGI application's answers out."""

from __future__ import annotations

import contextlib
import io
import logging
import socket
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.handlers import SimpleHandler

LOG = logging.getLogger(__name__)

#: Seconds a connection may stay silent between two requests.
IDLE_SECONDS = 75
#: Seconds in which a server that ends still answers requests on open connections, with word that it ends.
FAREWELL_SECONDS = 0.3

#: An unread request body up to this many bytes is skipped; beyond, the connection is closed.
DRAIN_BYTES = 1 << 20


class Connection(BaseHTTPRequestHandler):
    """Serves the requests of one socket, one after the other."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def __init__(
        self,
        peer: socket.socket,
        address: Any,
        app: Callable[..., Any],
        max_header_line: int,
        stopping: Callable[[], bool],
    ) -> None:
        # The base class would serve from here; a connection is served by its own thread, in ``serve``.
        self.request = self.connection = peer
        self.client_address = address
        self.busy = False
        self._app = app
        self._max_header_line = max_header_line
        self._stopping = stopping

    def serve(self) -> None:
        """Answer until the client leaves, an answer ends the connection, or the server stops."""
        self.setup()
        self.close_connection = False
        while not self.close_connection:
            if self._stopping():
                self.connection.settimeout(FAREWELL_SECONDS)
            self.handle_one_request()

    def hang_up(self) -> None:
        """Wake the thread that waits for a next request: there will be none."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RD)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.finish()
        self.connection.close()

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(self._max_header_line + 1)
        self.busy = bool(self.raw_requestline)
        self.connection.settimeout(IDLE_SECONDS)
        if not self.busy:
            self.close_connection = True
            return
        try:
            if self._is_served():
                self._answer()
            self.wfile.flush()
        finally:
            self.busy = False

    def _is_served(self) -> bool:
        """Whether this is a request for the application; if not it has been answered and the connection ends."""
        if len(self.raw_requestline) > self._max_header_line:
            self.requestline = self.request_version = self.command = ""
            return self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)
        if not self.parse_request():
            return False
        if any(len(name) + len(value) > self._max_header_line for name, value in self.headers.items()):
            return self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if "Transfer-Encoding" in self.headers:
            return self._refuse(HTTPStatus.LENGTH_REQUIRED)
        if not (self.headers.get("Content-Length") or "0").isdecimal():
            return self._refuse(HTTPStatus.BAD_REQUEST)
        return True

    def _refuse(self, status: HTTPStatus) -> bool:
        self.send_error(status)
        self.close_connection = True
        return False

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = io.BufferedReader(_Body(self.rfile, length))
        exchange = _Exchange(body, self.wfile, sys.stderr, self._environ())
        exchange.last = self.close_connection or self._stopping()
        exchange.run(self._app)
        self.close_connection = exchange.last
        skipped = 0
        while not self.close_connection and (chunk := body.read(1 << 16)):
            skipped += len(chunk)
            self.close_connection = skipped > DRAIN_BYTES

    def _environ(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        host, port = self.connection.getsockname()[:2]
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "RAW_PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_ADDR": self.client_address[0] if self.client_address else "",
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
        }
        for name, key in (("Content-Type", "CONTENT_TYPE"), ("Content-Length", "CONTENT_LENGTH")):
            if (value := self.headers.get(name)) is not None:
                environ[key] = value
        for name, value in self.headers.items():
            # A name with an underscore would pass for another header.
            if "_" not in name and name.lower() not in ("content-type", "content-length"):
                key = "HTTP_" + name.upper().replace("-", "_")
                environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ

    def handle_expect_100(self) -> bool:
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def log_message(self, format: str, *args: Any) -> None:
        LOG.debug(format, *args)


class _Body(io.RawIOBase):
    """A request's body: the next ``length`` bytes of the connection, then its end."""

    def __init__(self, source: Any, length: int) -> None:
        self._source = source
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._source.readinto1(memoryview(buffer)[: self._left])
        self._left -= count
        return count


class _Exchange(SimpleHandler):
    """Runs the application for one request; ``last`` says that the connection ends after it."""

    http_version = "1.1"
    server_software = "heat_mq"
    os_environ: dict[str, str] = {}  # noqa: RUF012 - what the base class calls it; requests do not see the process's
    wsgi_run_once = False
    last = False
    # Set by the base class, which has no annotations for them.
    environ: dict[str, Any]
    headers: Any
    status: Any

    def __init__(self, body: Any, out: Any, log: Any, environ: dict[str, Any]) -> None:
        super().__init__(body, out, log, environ, multithread=True, multiprocess=True)

    def cleanup_headers(self) -> None:
        super().cleanup_headers()
        if self.status[:3] in ("204", "304"):
            del self.headers["Content-Length"]
        elif "Content-Length" not in self.headers and self.environ["REQUEST_METHOD"] != "HEAD":
            self.last = True
        if self.last:
            self.headers["Connection"] = "close"

    def log_exception(self, exc_info: Any) -> None:
        self.last = True
        LOG.error("the application failed", exc_info=exc_info)
