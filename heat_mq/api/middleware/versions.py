"""Version negotiation: which version a path or an Accept header asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from heat_mq.api import faults
from heat_mq.api.middleware.reply import reply
from heat_mq.api.views import versions
from heat_mq.web.wsgi import App, Environ, StartResponse, base_url

_VERSIONED = re.compile(r"/v(?P<major>\d+)(?:\.(?P<minor>\d+))?(?P<rest>/(?s:.*))?")
_ACCEPT = re.compile(r"application/vnd\.openstack\.orchestration-v(?P<major>\d+)(?:\.(?P<minor>\d+))?")


class VersionNegotiation:
    """Lets version 1 in, as ``/v1/…``; shows the version document to who asks for it or for another version.

    The document needs no token: clients read it to learn where to go.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.strip("/") in ("", "versions"):
            return self._document(environ, start_response)
        match = _VERSIONED.fullmatch(path)
        rest = match["rest"] if match else path
        match = match or _ACCEPT.fullmatch(environ.get("HTTP_ACCEPT", ""))
        if match is None:
            return reply(start_response, 404, faults.plain(404, "The path names no version: paths start with /v1/."))
        if (match["major"], match["minor"] or "0") != ("1", "0") or (rest or "/") == "/":
            return self._document(environ, start_response)
        environ["PATH_INFO"] = f"/v1{rest}"
        return self._app(environ, start_response)

    def _document(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        return reply(start_response, 300, versions.document(base_url(environ)))
