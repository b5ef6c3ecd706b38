"""Bodies that are too long are refused before anything reads them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from heat_mq.web.wsgi import App, Environ, Refuse, StartResponse

#: How much of a refused body is still read: a client that sends must finish before it sees an answer.
DRAINED = 16 * 1024 * 1024
_CHUNK = 65536


class BodyLimit:
    """Reads bodies of at most ``limit`` bytes; answers 400 ``RequestLimitExceeded`` to longer ones.

    Within, ``wsgi.input`` is the whole body and ``CONTENT_LENGTH`` is true, for chunked bodies too.
    """

    def __init__(self, app: App, limit: int, refuse: Refuse) -> None:
        self._app = app
        self._limit = limit
        self._refuse = refuse

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        if length and not (length.isascii() and length.isdigit()):
            return self._bad(environ, start_response, "The header Content-Length is not a number.")
        expected = None if chunked else int(length or 0)
        if expected == 0:
            return self._app(environ, start_response)
        body = b""
        if expected is None or expected <= self._limit:
            body = _read(environ["wsgi.input"], self._limit + 1 if expected is None else expected)
        if len(body) > self._limit or (expected or 0) > self._limit:
            _drain(environ["wsgi.input"], expected)
            return self._refuse(
                environ,
                start_response,
                400,
                "RequestLimitExceeded",
                f"The request's body is longer than {self._limit} bytes (max_json_body_size).",
            )
        if expected is not None and len(body) < expected:
            return self._bad(environ, start_response, "The body is shorter than its Content-Length.")
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return self._app(environ, start_response)

    def _bad(self, environ: Environ, start_response: StartResponse, message: str) -> Iterable[bytes]:
        return self._refuse(environ, start_response, 400, "HTTPBadRequest", message)


def _read(stream: Any, size: int) -> bytes:
    parts = []
    while size > 0 and (part := stream.read(min(size, _CHUNK))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _drain(stream: Any, expected: int | None) -> None:
    left = min(DRAINED, DRAINED if expected is None else expected)
    while left > 0 and (part := stream.read(min(left, _CHUNK))):
        left -= len(part)
