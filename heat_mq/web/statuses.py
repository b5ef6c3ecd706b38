"""The HTTP status for each type of error, once for all."""

from __future__ import annotations

from heat_mq import errors

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


def status_of(error: errors.Error) -> int:
    return STATUS.get(error.type, 500)
