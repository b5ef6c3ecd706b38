"""How errors answer: Heat's fault body and the status for each type of error, once for all."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from heat_mq import errors

LOG = logging.getLogger(__name__)

_BY_STATUS: dict[int, tuple[str, ...]] = {
    400: (
        "AttributeError",
        "CircularDependencyException",
        "ConflictingMergeStrategyForParam",
        "DownloadLimitExceeded",
        "HTTPBadRequest",
        "ImmutableParameterModified",
        "Invalid",
        "InvalidBreakPointHook",
        "InvalidMergeStrategyForParam",
        "InvalidRestrictedAction",
        "InvalidSchemaError",
        "InvalidTemplateReference",
        "InvalidTemplateSection",
        "InvalidTemplateVersion",
        "MissingCredentialError",
        "NotSupported",
        "PhysicalResourceIDAmbiguity",
        "PhysicalResourceNameAmbiguity",
        "PropertyUnspecifiedError",
        "RequestLimitExceeded",
        "ResourceActionNotSupported",
        "ResourcePropertyConflict",
        "ResourceTypeUnavailable",
        "StackResourceLimitExceeded",
        "StackValidationFailed",
        "UnknownUserParameter",
        "UserParameterMissing",
        "ValueError",
    ),
    403: ("Forbidden", "HTTPForbidden", "InvalidTenant", "ResourceActionRestricted"),
    404: (
        "EntityNotFound",
        "HTTPNotFound",
        "NotFound",
        "ResourceNotAvailable",
        "ResourceNotFound",
        "SnapshotNotFound",
    ),
    405: ("HTTPMethodNotAllowed",),
    409: ("ActionInProgress", "StackExists"),
    502: ("CloudConflict", "CloudError", "CloudGone", "CloudQuota"),
    503: ("CloudTransient", "EngineUnavailable"),
}

#: Status for each type of error. A type that is not here is 500.
STATUS: dict[str, int] = {kind: status for status, kinds in _BY_STATUS.items() for kind in kinds}

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


def status_of(error: errors.Error) -> int:
    return STATUS.get(error.type, 500)


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


def encode(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
