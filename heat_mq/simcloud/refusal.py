"""The one exception with which a simulated service refuses a request.

A handler raises it with status, message and (where clients look at it) the service's own error
type; the service's ``error_body`` turns it into the body that the real service would send.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """An answer of 4xx or 5xx.

    ``type`` is the machine name of the error where the service has one: Neutron's
    ``NeutronError.type`` or the key of Nova's and Cinder's fault; "" takes the usual one for
    the status.
    """

    def __init__(
        self, status: int, message: str, *, type: str = "", headers: Mapping[str, str] | None = None, detail: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.type = type
        self.headers = dict(headers or {})
        self.detail = detail


def bad_request(message: str, type: str = "") -> Refusal:
    return Refusal(400, message, type=type)


def unauthorized(message: str = "The request you have made requires authentication.") -> Refusal:
    return Refusal(401, message)


def forbidden(message: str = "You are not authorized to perform the requested action.", type: str = "") -> Refusal:
    return Refusal(403, message, type=type)


def not_found(message: str = "The resource could not be found.", type: str = "") -> Refusal:
    return Refusal(404, message, type=type)


def conflict(message: str, type: str = "") -> Refusal:
    return Refusal(409, message, type=type)
