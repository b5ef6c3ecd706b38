"""From Falcon to handlers and back: faults, token, lock, answer and error, in one place."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from time import sleep
from typing import TYPE_CHECKING, Any

import falcon

from heat_mq.simcloud.caller import NOBODY
from heat_mq.simcloud.error_bodies import JSON
from heat_mq.simcloud.refusal import Refusal, not_found, unauthorized
from heat_mq.simcloud.routing import Call, Reply, Route
from heat_mq.simcloud.service import Service

if TYPE_CHECKING:
    from heat_mq.simcloud.cloud import Cloud

LOG = logging.getLogger(__name__)

Responder = Callable[..., None]


def build_wsgi(cloud: Cloud) -> Any:
    """The WSGI application that serves every service of a cloud."""
    app: Any = falcon.App()
    app.req_options.strip_url_path_trailing_slash = True
    app.resp_options.secure_cookies_by_default = False
    for service in cloud.services.values():
        by_path: dict[str, list[Route]] = {}
        for routes in service.routes:
            for route in routes:
                by_path.setdefault(_positional(service.root + route.path), []).append(route)
        for path, alike in by_path.items():
            app.add_route(path or "/", _Resource(service, alike))
    app.add_error_handler(falcon.HTTPError, _outside_routes(cloud))
    return app


def _positional(path: str) -> str:
    """The path with its fields named by their place (``/a/{id}`` gives ``/a/{_2}``).

    Falcon wants one name for the field at one place; this lets each module name it as it likes.
    """
    parts = path.split("/")
    return "/".join(_field(place, part) if part.startswith("{") else part for place, part in enumerate(parts))


def _field(place: int, part: str) -> str:
    """``{id}`` or, for all that is left of a path, ``{name:path}``."""
    _, colon, converter = part[1:-1].partition(":")
    return f"{{_{place}{colon}{converter}}}"


class _Resource:
    """What Falcon looks methods up on: ``on_get`` … for the routes of one path."""

    def __init__(self, service: Service, routes: list[Route]) -> None:
        for route in routes:
            setattr(self, f"on_{route.method.lower()}", _responder(service, route))
        if not hasattr(self, "on_head"):
            for route in routes:
                if route.method == "GET":
                    self.on_head = _responder(service, route)


def _responder(service: Service, route: Route) -> Responder:
    parts = (service.root + route.path).split("/")
    fields = [(f"_{place}", part[1:-1].partition(":")[0]) for place, part in enumerate(parts) if part.startswith("{")]

    def respond(request: falcon.Request, response: falcon.Response, **values: str) -> None:
        path = {name: values[place] for place, name in fields}
        request_id = f"req-{uuid.uuid4()}"
        response.set_headers(service.response_headers(request_id))
        try:
            response.set_headers(service.negotiate(request))
            reply = _perform(service, route, request, path)
        except Refusal as refusal:
            _refuse(service, refusal, response)
        except Exception:
            LOG.exception("%s %s failed in the simulated cloud", request.method, request.path)
            _refuse(service, Refusal(500, f"Unexpected error in the simulated cloud ({request_id})."), response)
        else:
            _answer(reply, route, response)

    return respond


def _perform(service: Service, route: Route, request: falcon.Request, path: dict[str, str]) -> Any:
    cloud = service.cloud
    if service.can_fail:
        _suffer(cloud, service, request, after=False)
    with cloud.lock:
        caller = NOBODY
        token = request.get_header("X-Auth-Token")
        if token or not route.public:
            found = cloud.authenticate(token or "")
            if found is None and not route.public:
                raise unauthorized()
            caller = found or NOBODY
            if not route.public:
                service.admit(caller, path)
        answer = route.handler(service, Call(request, caller), **path)
    if service.can_fail:
        _suffer(cloud, service, request, after=True)
    return answer


def _suffer(cloud: Cloud, service: Service, request: falcon.Request, *, after: bool) -> None:
    """Meet the injected faults: wait (outside the lock) or raise."""
    if not cloud.faults.all():
        return
    with cloud.lock:
        delay = 0.0 if after else cloud.faults.delay(service.name, request.method, request.path)
        refusal = cloud.faults.refusal(service.name, request.method, request.path, after=after)
    if delay:
        sleep(delay)
    if refusal is not None:
        raise refusal


def _answer(answer: Any, route: Route, response: falcon.Response) -> None:
    if not isinstance(answer, Reply):
        answer = Reply(answer, status=204 if answer is None and route.status == 200 else route.status)
    response.status = answer.status
    for name, value in answer.headers.items():
        response.set_header(name, value)
    if isinstance(answer.body, bytes):
        response.content_type = answer.content_type
        response.data = answer.body
    elif answer.body is not None:
        response.content_type = JSON
        response.data = json.dumps(answer.body).encode()


def _refuse(service: Service, refusal: Refusal, response: falcon.Response) -> None:
    shape = service.unauthorized_body if refusal.status == 401 else service.error_body
    response.status = refusal.status
    response.content_type, response.data = shape(refusal)
    for name, value in refusal.headers.items():
        response.set_header(name, value)
    if refusal.status == 401:
        response.set_header("WWW-Authenticate", f'Keystone uri="{service.cloud.base_url}/identity"')


def _outside_routes(cloud: Cloud) -> Callable[..., None]:
    """Answers what no route takes (unknown path, wrong method) in the shape of the nearest service."""

    def handle(request: falcon.Request, response: falcon.Response, error: falcon.HTTPError, _path: object) -> None:
        status = error.status_code
        refusal = not_found() if status == 404 else Refusal(status, error.description or error.title or "")
        service = next(
            (each for each in cloud.services.values() if each.root and request.path.startswith(each.root)),
            cloud.services["identity"],
        )
        response.set_headers(service.response_headers(f"req-{uuid.uuid4()}"))
        _refuse(service, refusal, response)

    return handle
