"""Answers of layers that stand before the application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from heat_mq.api import faults

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]


def reply(start_response: StartResponse, status: int, body: dict[str, Any]) -> list[bytes]:
    """Answer a JSON body."""
    content = faults.encode(body)
    start_response(
        f"{status} {HTTPStatus(status).phrase}",
        [("Content-Type", "application/json"), ("Content-Length", str(len(content)))],
    )
    return [content]


def base_url(environ: Environ) -> str:
    """The address by which the client reached the API: scheme, host and the mount point."""
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{environ['wsgi.url_scheme']}://{host}{environ.get('SCRIPT_NAME', '')}"
