"""The routes as a Falcon application: everything after identity is known."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import falcon
import falcon.routing

from heat_mq import errors, json_text
from heat_mq.api import faults, refusals
from heat_mq.api.call import NOTHING, Answer, Call
from heat_mq.api.query import Query
from heat_mq.api.routes import ARN_ROUTE, ROUTES, Route
from heat_mq.api.views.links import Links
from heat_mq.context import RequestContext
from heat_mq.web.context import KEY
from heat_mq.web.service import Service
from heat_mq.web.statuses import status_of

LOG = logging.getLogger(__name__)

Responder = Callable[..., None]


def make_falcon_app(service: Service) -> falcon.App:
    app = falcon.App()
    app.req_options.strip_url_path_trailing_slash = True
    app.req_options.auto_parse_qs_csv = False
    by_path: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        by_path.setdefault(route.path, {})[route.method] = route
    for path, routes in by_path.items():
        responders = {f"on_{method.lower()}": _responder(service, route) for method, route in routes.items()}
        responders["on_options"] = _options(", ".join([*routes, "OPTIONS"]))
        app.add_route("/v1/{tenant_id}" + path, type("Operations", (), responders)())
    app.add_sink(_sink(service, ARN_ROUTE), ARN_ROUTE.path)
    app.add_error_handler(Exception, _unexpected)
    app.add_error_handler(errors.Error, _refused)
    app.add_error_handler(falcon.HTTPError, _http_error)
    app.add_error_handler(falcon.HTTPRouteNotFound, _no_route)
    app.add_error_handler(falcon.HTTPMethodNotAllowed, _method_not_allowed)
    return app


def _responder(service: Service, route: Route) -> Responder:
    def respond(_: object, req: falcon.Request, resp: falcon.Response, **path: str) -> None:
        _serve(service, route, req, resp, path)

    return respond


def _options(allowed: str) -> Responder:
    def respond(_: object, req: falcon.Request, resp: falcon.Response, **path: str) -> None:
        resp.status = falcon.HTTP_204
        resp.set_header("Allow", allowed)

    return respond


def _sink(service: Service, route: Route) -> Responder:
    def respond(req: falcon.Request, resp: falcon.Response, **path: str) -> None:
        _serve(service, route, req, resp, path)

    return respond


def _serve(service: Service, route: Route, req: falcon.Request, resp: falcon.Response, path: dict[str, str]) -> None:
    """One request: is it of this project, may it be, what is the answer."""
    context: RequestContext = req.env[KEY]
    if not all(path.values()):
        raise falcon.HTTPRouteNotFound  # doubled slashes name nothing
    if any("\0" in value for value in path.values()):
        raise errors.BadRequest("The path holds a NUL character.")
    project_id = path["tenant_id"]
    if project_id != context.project_id and not context.is_admin:
        raise refusals.OtherProject("The path names another project than the token.")
    if not route.guarded_by_handler:
        service.enforcer.check(route.policy, context, project_id)
    call = Call(
        service=service,
        context=context,
        path={**path, **dict(route.fixed)},
        query=Query(req.query_string),
        links=Links(req.prefix),
        url=req.uri,
        raw_body=req.bounded_stream.read(),
    )
    _write(resp, route.handler(call))


def _write(resp: falcon.Response, answer: Answer) -> None:
    resp.status = falcon.code_to_http_status(answer.status)
    if answer.location is not None:
        resp.location = answer.location
    if answer.body is not NOTHING:
        _json(resp, answer.body)


def _json(resp: falcon.Response, body: Any) -> None:
    resp.content_type = falcon.MEDIA_JSON
    resp.data = json_text.write(body)


def _refused(req: falcon.Request, resp: falcon.Response, error: errors.Error, params: dict[str, Any]) -> None:
    status = status_of(error)
    LOG.info("%s: %s", error.type, error.message)
    resp.status = falcon.code_to_http_status(status)
    _json(resp, faults.fault_of(error))


def _unexpected(req: falcon.Request, resp: falcon.Response, error: Exception, params: dict[str, Any]) -> None:
    LOG.error("%s %s failed", req.method, req.path, exc_info=error)
    resp.status = falcon.HTTP_500
    _json(resp, faults.internal_fault())


def _http_error(req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, params: dict[str, Any]) -> None:
    status = error.status_code if error.status_code in (401, 403, 404) else 400
    resp.status = falcon.code_to_http_status(status)
    _json(resp, faults.fault(status, "HTTPBadRequest", error.description or error.title or "Bad request."))


def _no_route(req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, params: dict[str, Any]) -> None:
    resp.status = falcon.HTTP_404
    _json(resp, faults.plain(404, "There is nothing at this path."))


def _method_not_allowed(
    req: falcon.Request, resp: falcon.Response, error: falcon.HTTPMethodNotAllowed, params: dict[str, Any]
) -> None:
    resp.status = falcon.HTTP_405
    allowed = (error.headers or {}).get("Allow", "")  # type: ignore[union-attr]
    resp.set_header("Allow", allowed)
    message = f"{req.method} is not for this path; it takes {allowed}."
    _json(resp, faults.fault(405, refusals.MethodNotAllowed.type, message))
