"""A small file for whoever in the cloud is told to fetch one, as Glance for an image."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: Glance fetches from the usual ports only, unless it is told otherwise.
PORT = 80
SIZE = 64 * 1024


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(SIZE))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(bytes(SIZE))

    do_HEAD = do_GET

    def log_message(self, *args: object) -> None:
        pass


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The URL under which every path is a file; a run beside this one may be the one that serves it.

    It is this machine's address on its way out: Glance fetches nothing from a loopback address.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect(("198.51.100.1", PORT))  # sends nothing
        url = f"http://{way.getsockname()[0]}"
    try:
        server = ThreadingHTTPServer(("0.0.0.0", PORT), Handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        yield url
        return
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
