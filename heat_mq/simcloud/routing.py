"""Routes, the call a handler gets, and what it may answer.

A handler is a plain function ``handler(service, call, **path) -> answer`` registered with
``@routes.get("/servers/{server_id}")``. The answer is a JSON value (status of the route, 200
unless said otherwise), None (204), or a :class:`Reply`; a refusal is raised
(:mod:`heat_mq.simcloud.refusal`). It runs under the cloud's lock: it must not wait.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import falcon

from heat_mq.simcloud.caller import NOBODY, Caller
from heat_mq.simcloud.error_bodies import JSON
from heat_mq.simcloud.refusal import bad_request

Handler = Callable[..., Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is more than a JSON value. ``body`` bytes are sent as they are."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    content_type: str = JSON


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """One operation. ``public`` ones need no token."""

    method: str
    path: str
    handler: Handler
    status: int
    public: bool


class Routes:
    """Collects the handlers of one module under a common path prefix (within the service's root)."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def get(self, path: str, *, public: bool = False, status: int = 200) -> Callable[[Handler], Handler]:
        return self._add("GET", path, status, public)

    def head(self, path: str, *, public: bool = False, status: int = 204) -> Callable[[Handler], Handler]:
        return self._add("HEAD", path, status, public)

    def post(self, path: str, *, public: bool = False, status: int = 200) -> Callable[[Handler], Handler]:
        return self._add("POST", path, status, public)

    def put(self, path: str, *, public: bool = False, status: int = 200) -> Callable[[Handler], Handler]:
        return self._add("PUT", path, status, public)

    def patch(self, path: str, *, public: bool = False, status: int = 200) -> Callable[[Handler], Handler]:
        return self._add("PATCH", path, status, public)

    def delete(self, path: str, *, public: bool = False, status: int = 204) -> Callable[[Handler], Handler]:
        return self._add("DELETE", path, status, public)

    def _add(self, method: str, path: str, status: int, public: bool) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self._routes.append(Route(method, self._prefix + path, handler, status, public))
            return handler

        return register


class Call:
    """One request as a handler sees it."""

    def __init__(self, request: falcon.Request, caller: Caller = NOBODY) -> None:
        self.request = request
        self.caller = caller

    @property
    def query(self) -> dict[str, Any]:
        """Query parameters; a repeated one is a list."""
        return dict(self.request.params)

    def header(self, name: str) -> str:
        return self.request.get_header(name) or ""

    def raw(self) -> bytes:
        """The body as it came."""
        return self.request.bounded_stream.read()

    def json(self) -> dict[str, Any]:
        """The body as a JSON object, {} when there is none; Refusal 400 otherwise."""
        raw = self.raw()
        if not raw.strip():
            return {}
        try:
            body = json.loads(raw)
        except ValueError as error:
            raise bad_request(f"Malformed request body: {error}") from error
        if not isinstance(body, dict):
            raise bad_request("The request body must be a JSON object.")
        return body

    def body(self, key: str) -> dict[str, Any]:
        """The object under ``key`` of the body (``{"server": {...}}``); Refusal 400 when it is missing."""
        found = self.json().get(key)
        if not isinstance(found, dict):
            raise bad_request(f"The request body has no object {key!r}.")
        return found
