"""Nothing unexpected leaves the API but as a fault."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from heat_mq.api import faults
from heat_mq.api.middleware.reply import App, Environ, StartResponse, reply

LOG = logging.getLogger(__name__)


class Guard:
    """Answers a fault when a layer within raises; the traceback goes to the log alone."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return self._app(environ, start_response)
        except Exception:
            LOG.exception("%s %s failed", environ.get("REQUEST_METHOD"), environ.get("PATH_INFO"))
            return reply(start_response, 500, faults.internal_fault())
