"""The body with which a snapshot is taken."""

from __future__ import annotations

from typing import Any

from heat_mq import errors
from heat_mq.api.schemas import fields
from heat_mq.web.body import kind

LONGEST = 255


def read_name(body: Any) -> str | None:
    """The name, None when there is none; an empty body has none either. Raises ``BadRequest``."""
    if body is None:
        return None
    if not isinstance(body, dict):
        raise errors.BadRequest(f"The body is a map, not {kind(body)}.")
    name = fields.text(body, "name")
    if name is not None and len(name) > LONGEST:
        raise errors.BadRequest(f"'name' has {len(name)} characters; {LONGEST} at most are taken.")
    return name
