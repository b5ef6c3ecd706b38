"""Version negotiation: which version a path or an Accept header asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from heat_mq.api_cfn.render import JSON, refuse
from heat_mq.api_cfn.request import PATH
from heat_mq.web.wsgi import App, Environ, StartResponse, base_url, send

_VERSIONED = re.compile(r"/v(?P<major>\d+)(?:\.(?P<minor>\d+))?(?P<rest>/(?s:.*))?")
_ACCEPT = re.compile(r"application/vnd\.openstack\.cloudformation-v(?P<major>\d+)(?:\.(?P<minor>\d+))?")


class VersionNegotiation:
    """Lets version 1 in, as ``/v1/…``; shows the version document to who asks for it or for another version.

    An action may be asked for at the root too: AWS's clients know no version. The path stays as it came, for that is
    what is signed.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.strip("/") == "versions" or (path.strip("/") == "" and not _is_action(environ)):
            return _document(environ, start_response)
        match = _VERSIONED.fullmatch(path)
        rest = match["rest"] if match else path
        match = match or _ACCEPT.fullmatch(environ.get("HTTP_ACCEPT", ""))
        if match is not None and (match["major"], match["minor"] or "0") != ("1", "0"):
            return _document(environ, start_response)
        if match is None and path.strip("/"):
            message = "The path names no version: paths start with /v1/."
            return refuse(environ, start_response, 400, "InvalidAction", message)
        environ[PATH] = rest or "/"
        return self._app(environ, start_response)


def _is_action(environ: Environ) -> bool:
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), errors="replace"))
    return environ["REQUEST_METHOD"] == "POST" or "Action" in query


def _document(environ: Environ, start_response: StartResponse) -> list[bytes]:
    link = {"rel": "self", "href": f"{base_url(environ)}/v1/"}
    body = {"versions": [{"id": "v1.0", "status": "CURRENT", "links": [link]}]}
    return send(start_response, 300, json.dumps(body).encode(), JSON)
