"""The body with which a resource is marked."""

from __future__ import annotations

from typing import Any, Final

from heat_mq import errors
from heat_mq.api.schemas import fields
from heat_mq.web.body import kind

MARK: Final = "mark_unhealthy"
REASON: Final = "resource_status_reason"
_WORDS: Final = {"true": True, "false": False}


def read_mark(body: dict[str, Any]) -> tuple[bool, str | None]:
    """Whether the resource is unhealthy, and why. Raises ``BadRequest``."""
    others = [key for key in body if key not in (MARK, REASON)]
    if others:
        near = errors.suggestion(others[0], (MARK, REASON))
        raise errors.BadRequest(f"{others[0]!r} is not expected in the body; it takes {MARK} and {REASON}.{near}")
    value = body.get(MARK)
    unhealthy = _WORDS.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(unhealthy, bool):
        shown = repr(value) if isinstance(value, str) else kind(value)
        raise errors.BadRequest(f"{MARK!r} is true or false, not {shown}.")
    return unhealthy, fields.text(body, REASON)
