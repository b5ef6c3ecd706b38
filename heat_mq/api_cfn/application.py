"""The actions as a WSGI application: everything after identity is known."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable

from heat_mq import errors
from heat_mq.api_cfn.actions import ACTIONS, SIGNALS
from heat_mq.api_cfn.call import Call
from heat_mq.api_cfn.errors import AwsError
from heat_mq.api_cfn.render import JSON, refuse, request_id_of, success, wants_json
from heat_mq.api_cfn.request import Request
from heat_mq.arn import FORM, parse_arn
from heat_mq.context import RequestContext
from heat_mq.web.body import read_json
from heat_mq.web.context import KEY
from heat_mq.web.service import Service
from heat_mq.web.wsgi import Environ, StartResponse, send

LOG = logging.getLogger(__name__)

SIGNAL_POLICY = "resource:signal"


class Application:
    """Answers an action, or takes a signal."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            request = Request.of(environ)
            kind, _, arn = request.path.strip("/").partition("/")
            if kind in SIGNALS:
                content, content_type = self._signal(kind, arn, request, environ[KEY])
            else:
                content, content_type = self._act(request, environ[KEY], request_id_of(environ))
        except errors.Error as error:
            LOG.info("%s: %s", error.type, error.message)
            return refuse(environ, start_response, 500, error.type, error.message)
        return send(start_response, 200, content, content_type)

    def _act(self, request: Request, context: RequestContext, request_id: str) -> tuple[bytes, str]:
        """The parameter Action says what to do, whatever the method."""
        if request.path.strip("/"):
            raise AwsError("InvalidAction", f"There is nothing at the path {request.path!r:.200}.")
        action = request.params.get("Action")
        if not action:
            raise AwsError("MissingAction", "The parameter Action is missing.")
        if action not in ACTIONS:
            hint = errors.suggestion(action, ACTIONS)
            raise AwsError("InvalidAction", f"There is no action {action!r:.80}.{hint}")
        self._check(f"cloudformation:{action}", context)
        result = ACTIONS[action](Call(self._service, context, request.params))
        return success(action, result, request_id, as_json=wants_json(request.params))

    def _signal(self, kind: str, arn: str, request: Request, context: RequestContext) -> tuple[bytes, str]:
        """Take a signal for the resource that the path names; the body is any JSON."""
        method, answered = SIGNALS[kind]
        if request.method != method:
            raise AwsError("InvalidAction", f"A {kind} is sent with {method}, not with {request.method}.")
        found = parse_arn(arn)
        if found is None or found.resource_name is None:
            raise AwsError(
                "InvalidParameterValue", f"{arn!r:.200} is not the ARN of a resource: {FORM}/resources/<name>."
            )
        limit = self._service.conf.max_json_body_size
        if len(request.body) > limit:
            raise AwsError("RequestLimitExceeded", f"The body is longer than {limit} bytes (max_json_body_size).")
        self._check(SIGNAL_POLICY, context)
        metadata = self._service.engine.resource_signal(
            context,
            {"tenant": found.project_id, "stack_name": found.stack_name, "stack_id": found.stack_id, "path": ""},
            found.resource_name,
            details=read_json(request.body),
            sync_call=answered,
        )
        answer = {"resource": found.resource_name, "metadata": metadata} if answered else None
        return json.dumps(answer).encode(), JSON

    def _check(self, rule: str, context: RequestContext) -> None:
        self._service.enforcer.check(rule, context, context.project_id or "")
