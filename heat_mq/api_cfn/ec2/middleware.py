"""Who asks: by a signature or by a token."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from heat_mq.api_cfn.ec2.claim import claim_of
from heat_mq.api_cfn.ec2.keystone import Keystone
from heat_mq.api_cfn.errors import AwsError
from heat_mq.api_cfn.render import refuse, request_id_of
from heat_mq.api_cfn.request import Request
from heat_mq.context import RequestContext
from heat_mq.policies.enforcer import Enforcer
from heat_mq.web import context
from heat_mq.web.layers import Layer
from heat_mq.web.wsgi import App, Environ, StartResponse

LOG = logging.getLogger(__name__)

_REACHED = "heat_mq.cfn.token_accepted"


class Ec2Auth:
    """Lets signed requests in with Keystone's word for them, and others by the token layer ``by_token``."""

    def __init__(self, app: App, enforcer: Enforcer, keystone: Keystone, by_token: Layer) -> None:
        self._app = app
        self._enforcer = enforcer
        self._keystone = keystone
        self._by_token: App = by_token(self._accepted)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            claim = claim_of(Request.of(environ))
            if claim is not None:
                proved = self._keystone.prove(claim, request_id_of(environ) or None)
                return context.serve(self._app, self._enforcer, proved, environ, start_response)
            if not environ.get("HTTP_X_AUTH_TOKEN"):
                raise AwsError("MissingAuthenticationToken", "The request bears neither a signature nor a token.")
        except AwsError as error:
            LOG.info("%s: %s", error.type, error.message)
            return refuse(environ, start_response, 403, error.type, error.message)
        return self._with_token(environ, start_response)

    def _with_token(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """What the token layer refuses itself is told in AWS's form."""
        refused: list[int] = []

        def start(status: str, headers: Any, *rest: Any) -> Any:
            if environ.get(_REACHED):
                return start_response(status, headers, *rest)
            refused.append(int(status.split(" ", 1)[0]))
            return lambda content: None

        answer = self._by_token(environ, start)
        if environ.get(_REACHED) or not refused:
            return answer
        if hasattr(answer, "close"):
            answer.close()
        if refused[0] >= 500:
            return refuse(environ, start_response, 503, "ServiceUnavailable", "Tokens cannot be checked now.")
        return refuse(environ, start_response, 403, "AccessDenied", "The token is not accepted.")

    def _accepted(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ[_REACHED] = True
        caller = RequestContext.from_environ(environ)
        return context.serve(self._app, self._enforcer, caller, environ, start_response)
