"""The one tree of errors.

``type`` is the name that clients of Heat know and that stands in the fault body
(``error.type``); the HTTP status for each is decided in :mod:`heat_mq.web.statuses`, once.
RPC carries ``type``, the message and ``fields``, never a Python class name.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a template, an environment or a request.

    ``line`` and ``column`` count from 1; ``path`` is dotted, list positions as ``[n]``
    (``resources.server.properties.networks[0].port``). ``kind`` is Heat's word for what is wrong, where clients know
    the whole text by it; it stands in front, with Heat's colons.
    """

    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    file: str = ""
    severity: str = "error"
    expected: str = ""
    suggestion: str = ""
    kind: str = ""

    def __str__(self) -> str:
        place = ""
        if self.line is not None:
            place = f" ({self.file + ' ' if self.file else ''}line {self.line}, column {self.column})"
        hint = f" Did you mean {self.suggestion!r}?" if self.suggestion else ""
        lead = f"{self.path}: " if self.path else ""
        if self.kind:
            lead = f"{self.kind}: : {self.path}: : "
        return f"{lead}{self.message}{place}{hint}"

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def nearest(name: object, valid: Iterable[str]) -> str:
    """The valid name that is most like ``name``, or "" when none is near."""
    close = difflib.get_close_matches(str(name), [str(item) for item in valid], n=1, cutoff=0.6)
    return close[0] if close else ""


class Error(Exception):
    """Anything heat_mq raises on purpose. ``fields`` are JSON values for programs."""

    type: str = "Error"

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields: dict[str, Any] = fields

    def __str__(self) -> str:
        return self.message


# --- what a user can cause and mend ---------------------------------------------------------


class UserError(Error):
    """The request cannot be served as it is; nothing was changed."""

    type = "Invalid"


class BadRequest(UserError):
    """A body, query or header of the wrong shape."""

    type = "HTTPBadRequest"


class InvalidTemplate(UserError):
    """A template, environment or property that does not hold; carries every problem found."""

    type = "StackValidationFailed"

    def __init__(self, problems: Sequence[Problem] | str, **fields: Any) -> None:
        found = [Problem(problems)] if isinstance(problems, str) else list(problems)
        self.problems = found
        more = len(found) - 1
        tail = f" (and {more} more problem{'s' if more > 1 else ''})" if more > 0 else ""
        super().__init__(
            f"{found[0]}{tail}" if found else "invalid template",
            problems=[problem.as_dict() for problem in found],
            **fields,
        )


class InvalidTemplateVersion(InvalidTemplate):
    type = "InvalidTemplateVersion"


class InvalidTemplateSection(InvalidTemplate):
    type = "InvalidTemplateSection"


class InvalidTemplateReference(InvalidTemplate):
    """A name that is neither a resource nor a parameter of the template."""

    type = "InvalidTemplateReference"


class InvalidSchema(InvalidTemplate):
    """A parameter's or property's schema is itself wrong."""

    type = "InvalidSchemaError"


class CircularDependency(InvalidTemplate):
    type = "CircularDependencyException"


class UnknownParameter(InvalidTemplate):
    type = "UnknownUserParameter"


class MissingParameter(InvalidTemplate):
    type = "UserParameterMissing"


class ImmutableParameter(InvalidTemplate):
    type = "ImmutableParameterModified"


class InvalidHook(UserError):
    type = "InvalidBreakPointHook"


class NotSupported(UserError):
    type = "NotSupported"


class ActionNotSupported(UserError):
    """A resource type that knows no such action."""

    type = "ResourceActionNotSupported"


class ActionRestricted(UserError):
    """The environment's ``restricted_actions`` forbid it for this resource."""

    type = "ResourceActionRestricted"


class LimitExceeded(UserError):
    type = "RequestLimitExceeded"


class ServiceMissing(UserError):
    """A resource type whose service or extension the cloud does not offer."""

    type = "ResourceTypeUnavailable"


class MissingCredential(UserError):
    type = "MissingCredentialError"


class Forbidden(UserError):
    type = "Forbidden"


class NotFound(UserError):
    type = "EntityNotFound"


class ResourceNotFound(NotFound):
    type = "ResourceNotFound"


class SnapshotNotFound(NotFound):
    type = "NotFound"


class SoftwareNotFound(NotFound):
    """A software config or deployment that is not there, or another project's."""

    type = "NotFound"


class ConfigInUse(UserError):
    """A software config that a deployment refers to."""

    type = "InvalidRestrictedAction"


class Ambiguous(UserError):
    """A name that stands for several objects of a cloud."""

    type = "PhysicalResourceNameAmbiguity"


class Conflict(UserError):
    """Somebody else is changing it, or it exists."""

    type = "ActionInProgress"


class StackExists(Conflict):
    type = "StackExists"


# --- what a cloud answers -------------------------------------------------------------------


class CloudError(Error):
    """A service refused or failed; the message is in the service's own words.

    ``status`` is the HTTP status (0 when no answer came), ``request_id`` the service's.
    """

    type = "CloudError"

    def __init__(self, message: str, *, status: int = 0, request_id: str = "", **fields: Any) -> None:
        super().__init__(message, status=status, request_id=request_id, **fields)
        self.status = status
        self.request_id = request_id


class CloudTransient(CloudError):
    """Worth another try: 429, 5xx, no connection. ``retry_after`` in seconds, when given."""

    type = "CloudTransient"

    def __init__(self, message: str, *, retry_after: float | None = None, **fields: Any) -> None:
        super().__init__(message, **fields)
        self.retry_after = retry_after


class CloudGone(CloudError):
    """404: the object is not there."""

    type = "CloudGone"


class CloudConflict(CloudError):
    """409: it is busy or in use; may pass."""

    type = "CloudConflict"


class CloudQuota(CloudError):
    """The project's quota does not allow it."""

    type = "CloudQuota"


# --- inside the engine ----------------------------------------------------------------------


class StepFailed(Error):
    """A resource did not reach what was asked; the text is shown as its status reason."""

    type = "ResourceFailure"


class LostLease(Error):
    """Another worker owns the node now: stop, write nothing."""

    type = "LostLease"


class StopActing(LostLease):
    """This worker cannot show that it still holds its lease: no further call to a cloud."""

    type = "StopActing"


class CannotDecrypt(Error):
    """A stored secret was written with a key that this process was not given."""

    type = "CannotDecrypt"


class BadConfiguration(Error):
    """A configuration file or an option of it that a process cannot start with."""

    type = "BadConfiguration"


class Bug(Error):
    """A rule of our own was broken."""

    type = "Bug"


# --- what came over RPC ---------------------------------------------------------------------


class EngineUnavailable(Error):
    """No engine answered, or the message broker cannot be reached."""

    type = "EngineUnavailable"


class RemoteError(Error):
    """An error that the engine answered with: its ``type``, message and fields, as they were there."""

    def __init__(self, type: str, message: str, fields: Mapping[str, Any]) -> None:
        super().__init__(message, **fields)
        self.type = type


def suggestion(name: object, valid: Iterable[str]) -> str:
    """`` Did you mean 'x'?`` or nothing, for messages that are plain text."""
    found = nearest(name, valid)
    return f" Did you mean {found!r}?" if found else ""


def problems_of(fields: Mapping[str, Any]) -> list[Problem]:
    """The problems that came over RPC in an error's fields."""
    return [Problem(**item) for item in fields.get("problems", [])]
