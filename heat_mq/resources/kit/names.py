"""Physical names: deterministic, so that what an interrupted create made can be found again."""

from __future__ import annotations

import base64
import uuid

from heat_mq.resources.kit.call import Record

DEFAULT_LIMIT = 255
LONGEST_MARKER = 255


def physical_name(stack_name: str, resource_name: str, resource_id: str, limit: int | None = DEFAULT_LIMIT) -> str:
    """``<stack>-<resource>-<12 characters of the resource's id>``, cut to ``limit`` characters.

    A name over the limit keeps its first two characters, a hyphen and its tail, as Heat does.
    """
    tail = base64.b32encode(uuid.UUID(resource_id).bytes).decode().lower()[:12]
    name = f"{stack_name}-{resource_name}-{tail}"
    if limit is None or len(name) <= limit:
        return name
    return f"{name[:2]}-{name[len(name) - (limit - 3) :]}"


def marker(record: Record) -> str:
    """A description by which an object tells which resource it belongs to, while its name cannot."""
    return f"{record.id} {record.stack_name}/{record.name}"[:LONGEST_MARKER]
