"""Physical names: deterministic, so that what an interrupted create made can be found again."""

from __future__ import annotations

import base64
import uuid

DEFAULT_LIMIT = 255


def physical_name(stack_name: str, resource_name: str, resource_id: str, limit: int | None = DEFAULT_LIMIT) -> str:
    """``<stack>-<resource>-<12 characters of the resource's id>``, cut to ``limit`` characters.

    A name over the limit keeps its first two characters, a hyphen and its tail, as Heat does.
    """
    tail = base64.b32encode(uuid.UUID(resource_id).bytes).decode().lower()[:12]
    name = f"{stack_name}-{resource_name}-{tail}"
    if limit is None or len(name) <= limit:
        return name
    return f"{name[:2]}-{name[len(name) - (limit - 3) :]}"
