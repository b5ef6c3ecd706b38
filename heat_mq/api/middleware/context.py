"""Who asks: the identity that keystonemiddleware proved, as a context."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any

from heat_mq.api.middleware.reply import App, Environ, StartResponse
from heat_mq.context import RequestContext
from heat_mq.policies.enforcer import Enforcer

LOG = logging.getLogger(__name__)

#: Where the application finds the context.
KEY = "heat_mq.context"


class Context:
    """Puts a ``RequestContext`` into the environment and makes it current, so that log lines bear its request id."""

    def __init__(self, app: App, enforcer: Enforcer) -> None:
        self._app = app
        self._enforcer = enforcer

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        context = RequestContext.from_environ(environ)
        context.is_admin = self._enforcer.is_admin(context)
        environ[KEY] = context
        request = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"
        began = time.monotonic()

        def start(status: str, *rest: Any) -> Any:
            LOG.info("%s answers %s after %.3f s", request, status.partition(" ")[0], time.monotonic() - began)
            return start_response(status, *rest)

        with context.current():
            return self._app(environ, start)
