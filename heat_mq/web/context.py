"""Who asks: the identity that keystonemiddleware proved, as a context."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any

from heat_mq.context import RequestContext
from heat_mq.policies.enforcer import Enforcer
from heat_mq.web.wsgi import App, Environ, StartResponse

LOG = logging.getLogger(__name__)

#: Where the application finds the context.
KEY = "heat_mq.context"


class Context:
    """Puts a ``RequestContext`` into the environment and makes it current, so that log lines bear its request id."""

    def __init__(self, app: App, enforcer: Enforcer) -> None:
        self._app = app
        self._enforcer = enforcer

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return serve(self._app, self._enforcer, RequestContext.from_environ(environ), environ, start_response)


def serve(
    app: App, enforcer: Enforcer, context: RequestContext, environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    """The application's answer to the caller whose identity ``context`` is, and has been proved."""
    context.is_admin = enforcer.is_admin(context)
    environ[KEY] = context
    request = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"
    began = time.monotonic()

    def start(status: str, *rest: Any) -> Any:
        LOG.info("%s answers %s after %.3f s", request, status.partition(" ")[0], time.monotonic() - began)
        return start_response(status, *rest)

    with context.current():
        return app(environ, start)
