"""How errors answer: Heat's fault body, once for all."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from heat_mq import errors
from heat_mq.web.statuses import status_of

LOG = logging.getLogger(__name__)

_EXPLANATIONS = {
    400: "The request is malformed or cannot be served as it is.",
    401: "The request needs a valid token.",
    403: "You may not do this.",
    404: "What the request names is not there.",
    405: "The method is not for this path.",
    409: "The request conflicts with what is there or with what is being done.",
    500: "The server met an error of its own.",
    502: "A service of the cloud refused or failed.",
    503: "The service cannot answer now; try again.",
}


def fault(status: int, kind: str, message: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """The body of an error. ``problems`` lists every problem found, when there are several to tell."""
    error: dict[str, Any] = {"message": message, "traceback": None, "type": kind}
    if fields and fields.get("problems"):
        error["problems"] = fields["problems"]
    return {
        "code": status,
        "error": error,
        "explanation": _EXPLANATIONS.get(status, ""),
        "title": HTTPStatus(status).phrase,
    }


def fault_of(error: errors.Error) -> dict[str, Any]:
    """The body for an error that was raised on purpose; what is wrong inside is not told."""
    status = status_of(error)
    if status == 500:
        LOG.error("answering 500 for %s: %s", error.type, error.message)
        return internal_fault()
    return fault(status, error.type, error.message, error.fields)


def internal_fault() -> dict[str, Any]:
    """The body for an unexpected error: it says nothing of what happened."""
    return fault(
        500, "HTTPInternalServerError", "An unexpected error; the service's log tells more, under this request's id."
    )


def plain(status: int, message: str) -> dict[str, Any]:
    """The body of answers that are no fault of Heat's shape: unknown paths, redirects, accepted work."""
    phrase = HTTPStatus(status).phrase
    return {"code": f"{status} {phrase}", "message": message, "title": phrase}
