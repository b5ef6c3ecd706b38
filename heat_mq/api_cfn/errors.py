"""Errors by AWS's names, and which of them stands for each error of heat_mq's own."""

from __future__ import annotations

from typing import Final

from heat_mq import errors
from heat_mq.web.statuses import STATUS

INTERNAL: Final = "InternalFailure"
INTERNAL_MESSAGE: Final = "An unexpected error; the service's log tells more, under this request's id."

#: HTTP status for each code (AWS's common errors, and those of CloudFormation).
STATUS_OF_CODE: Final = {
    "AccessDenied": 403,
    "AlreadyExists": 400,
    "IncompleteSignature": 400,
    INTERNAL: 500,
    "InvalidAction": 400,
    "InvalidClientTokenId": 403,
    "InvalidParameterCombination": 400,
    "InvalidParameterValue": 400,
    "MalformedQueryString": 404,
    "MissingAction": 400,
    "MissingAuthenticationToken": 403,
    "MissingParameter": 400,
    "RequestLimitExceeded": 400,
    "ServiceUnavailable": 503,
    "SignatureDoesNotMatch": 403,
}

_CODE_OF_TYPE: Final = {
    "ActionInProgress": "InvalidAction",
    "HTTPMethodNotAllowed": "InvalidAction",
    "NotSupported": "InvalidAction",
    "RequestLimitExceeded": "RequestLimitExceeded",
    "StackExists": "AlreadyExists",
    "StackResourceLimitExceeded": "RequestLimitExceeded",
}
_CODE_OF_STATUS: Final = {
    401: "AccessDenied",
    403: "AccessDenied",
    500: INTERNAL,
    502: "ServiceUnavailable",
    503: "ServiceUnavailable",
}


class AwsError(errors.Error):
    """An error that has one of AWS's codes from the start."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.type = code


def code_of(kind: str, status: int | None = None) -> str:
    """AWS's code for a type of error; ``status`` is the HTTP status where the type has none of its own."""
    if kind in STATUS_OF_CODE:
        return kind
    known = STATUS.get(kind, status or 500)
    return _CODE_OF_TYPE.get(kind) or _CODE_OF_STATUS.get(known, "InvalidParameterValue")
