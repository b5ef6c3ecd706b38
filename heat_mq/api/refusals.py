"""Errors that only the HTTP side knows, under the names that Heat's clients know."""

from __future__ import annotations

from heat_mq import errors


class BadValue(errors.BadRequest):
    """A flag or a direction that is none."""

    type = "ValueError"


class OtherProject(errors.Forbidden):
    """The path names a project that is not the token's."""

    type = "HTTPForbidden"


class NoSuchThing(errors.NotFound):
    """An event that is not there."""

    type = "HTTPNotFound"


class MethodNotAllowed(errors.UserError):
    type = "HTTPMethodNotAllowed"
