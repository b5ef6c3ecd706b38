"""The API's description in OpenAPI, for everybody."""

from __future__ import annotations

from collections.abc import Iterable

from heat_mq.api.middleware.reply import refuse, reply
from heat_mq.api.openapi.document import PATH, document
from heat_mq.api.refusals import MethodNotAllowed
from heat_mq.web.wsgi import App, Environ, StartResponse, base_url


class Description:
    """Answers ``GET /openapi.json``, which needs no token; everything else goes on."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return self._app(environ, start_response)
        if environ["REQUEST_METHOD"] != "GET":
            message = f"{environ['REQUEST_METHOD']} is not for this path; it takes GET."
            return refuse(environ, start_response, 405, MethodNotAllowed.type, message)
        return reply(start_response, 200, document(base_url(environ)))
