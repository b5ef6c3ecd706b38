"""Nothing unexpected leaves an API but as an error in its own form."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from heat_mq.web.wsgi import App, Environ, Refuse, StartResponse

LOG = logging.getLogger(__name__)

INTERNAL = "HTTPInternalServerError"


class Guard:
    """Answers 500 when a layer within raises; the traceback goes to the log alone."""

    def __init__(self, app: App, refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return self._app(environ, start_response)
        except Exception:
            LOG.exception("%s %s failed", environ.get("REQUEST_METHOD"), environ.get("PATH_INFO"))
            return self._refuse(environ, start_response, 500, INTERNAL, "An unexpected error.")
