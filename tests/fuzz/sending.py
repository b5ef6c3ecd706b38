"""A request as bytes on the way to a WSGI application, however wrong, and what comes back."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

#: Headers that WSGI gives without a prefix.
_PLAIN = ("content-type", "content-length")


@dataclasses.dataclass(frozen=True)
class Request:
    """``target`` is the path with its query as it is sent; ``api`` is rest or cfn, ``about`` what it was made for."""

    api: str
    about: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def environ(self) -> dict[str, Any]:
        path, _, query = self.target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8004",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost:8004",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers:
            key = name.upper().replace("-", "_")
            environ[key if name.lower() in _PLAIN else f"HTTP_{key}"] = value
        return environ

    def __str__(self) -> str:
        sent = dataclasses.replace(self, body=self.body[:2000], target=self.target[:2000])
        return repr(sent)


@dataclasses.dataclass(frozen=True)
class Answer:
    """``headers`` have lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes


def send(app: Any, request: Request) -> Answer:
    """Ask; what the application raises is raised."""
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> None:
        started.append((status, headers))

    parts: Iterable[bytes] = app(request.environ(), start)
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    status, headers = started[-1]
    return Answer(int(status.split(" ", 1)[0]), {name.lower(): value for name, value in headers}, body)
