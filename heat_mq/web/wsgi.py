"""WSGI in types, and answers of layers that stand before an application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]

#: Answers an error in an API's own form: (environ, start_response, status, type of the error, message).
Refuse = Callable[[Environ, StartResponse, int, str, str], Iterable[bytes]]


def send(
    start_response: StartResponse,
    status: int,
    content: bytes,
    content_type: str,
    headers: Sequence[tuple[str, str]] = (),
) -> list[bytes]:
    """Answer ``content``."""
    start_response(
        f"{status} {HTTPStatus(status).phrase}",
        [("Content-Type", content_type), ("Content-Length", str(len(content))), *headers],
    )
    return [content]


def base_url(environ: Environ) -> str:
    """The address by which the client reached the API: scheme, host and the mount point."""
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{environ['wsgi.url_scheme']}://{host}{environ.get('SCRIPT_NAME', '')}"
