"""Who asks: the identity that keystonemiddleware proved, as a context."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any

from heat_mq.context import RequestContext
from heat_mq.policies.enforcer import Enforcer
from heat_mq.web.login import PASSWORD_HEADER
from heat_mq.web.wsgi import App, Environ, StartResponse

LOG = logging.getLogger(__name__)

#: Where the application finds the context.
KEY = "heat_mq.context"


class Context:
    """Puts a ``RequestContext`` into the environment and makes it current, so that log lines bear its request id."""

    def __init__(self, app: App, enforcer: Enforcer, *, with_password: bool = False) -> None:
        """``with_password``: what the caller says in X-Auth-Key goes to the engine, which works on with it."""
        self._app = app
        self._enforcer = enforcer
        self._with_password = with_password

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        password = environ.get(PASSWORD_HEADER) if self._with_password else None
        context = RequestContext.from_environ(environ, password=password)
        return serve(self._app, self._enforcer, context, environ, start_response)


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
