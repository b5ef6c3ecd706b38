"""The shapes in which each service's clients expect an error, one function per family.

Each takes a :class:`~heat_mq.simcloud.refusal.Refusal` and returns the content type and the body.
"""

from __future__ import annotations

import html
import http
import json

from heat_mq.simcloud.refusal import Refusal

JSON = "application/json"

_FAULT_KEYS = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    409: "conflictingRequest",
    413: "overLimit",
    415: "badMediaType",
    429: "overLimit",
    501: "notImplemented",
    503: "serviceUnavailable",
}

_NEUTRON_TYPES = {
    400: "HTTPBadRequest",
    401: "HTTPUnauthorized",
    403: "HTTPForbidden",
    404: "HTTPNotFound",
    405: "HTTPMethodNotAllowed",
    409: "HTTPConflict",
    429: "HTTPTooManyRequests",
    500: "HTTPInternalServerError",
    503: "HTTPServiceUnavailable",
}


def reason(status: int) -> str:
    """The standard phrase of a status ("Not Found")."""
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def keystone_body(refusal: Refusal) -> tuple[str, bytes]:
    """``{"error": {"code", "message", "title"}}``; also what keystonemiddleware sends with a 401."""
    error = {"code": refusal.status, "message": refusal.message, "title": reason(refusal.status)}
    return JSON, json.dumps({"error": error}).encode()


def nova_body(refusal: Refusal) -> tuple[str, bytes]:
    """``{"itemNotFound": {"code": 404, "message": ...}}``, of Nova and (with its own 500) Cinder."""
    key = refusal.type or _FAULT_KEYS.get(refusal.status, "computeFault")
    fault: dict[str, object] = {"code": refusal.status, "message": refusal.message}
    if refusal.status in (413, 429):
        fault["retryAfter"] = refusal.headers.get("Retry-After", "0")
    return JSON, json.dumps({key: fault}).encode()


def neutron_body(refusal: Refusal) -> tuple[str, bytes]:
    """``{"NeutronError": {"type", "message", "detail"}}``."""
    kind = refusal.type or _NEUTRON_TYPES.get(refusal.status, "HTTPInternalServerError")
    error = {"type": kind, "message": refusal.message, "detail": refusal.detail}
    return JSON, json.dumps({"NeutronError": error}).encode()


def barbican_body(refusal: Refusal) -> tuple[str, bytes]:
    """``{"code", "title", "description"}``, of Barbican and Zaqar."""
    error = {"code": refusal.status, "title": reason(refusal.status), "description": refusal.message}
    return JSON, json.dumps(error).encode()


def octavia_body(refusal: Refusal) -> tuple[str, bytes]:
    """``{"faultcode", "faultstring", "debuginfo"}``, of Octavia (WSME)."""
    code = "Client" if refusal.status < 500 else "Server"
    return JSON, json.dumps({"faultcode": code, "faultstring": refusal.message, "debuginfo": None}).encode()


def glance_body(refusal: Refusal) -> tuple[str, bytes]:
    """The HTML page with which Glance (WebOb) answers errors."""
    title = f"{refusal.status} {reason(refusal.status)}"
    text = html.escape(refusal.message)
    page = (
        f"<html>\n <head>\n  <title>{title}</title>\n </head>\n <body>\n"
        f"  <h1>{title}</h1>\n  {text}<br /><br />\n\n\n </body>\n</html>"
    )
    return "text/html; charset=UTF-8", page.encode()
