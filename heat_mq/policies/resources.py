"""Who may read, signal and mark resources."""

from __future__ import annotations

from heat_mq.policies.base import EVERYBODY, MEMBER, NOT_STACK_USER, READER, READER_OR_STACK_USER, rule

RULES = [
    rule(
        "resource:index",
        READER,
        "List resources.",
        "GET /stacks/{stack_name}/{stack_id}/resources",
        before=NOT_STACK_USER,
    ),
    rule(
        "resource:mark_unhealthy",
        MEMBER,
        "Mark a resource as healthy or unhealthy.",
        "PATCH /stacks/{stack_name}/{stack_id}/resources/{resource_name_or_physical_id}",
        before=NOT_STACK_USER,
    ),
    rule(
        "resource:metadata",
        READER_OR_STACK_USER,
        "Read a resource's metadata.",
        "GET /stacks/{stack_name}/{stack_id}/resources/{resource_name}/metadata",
        before=EVERYBODY,
    ),
    rule(
        "resource:show",
        READER,
        "Show a resource.",
        "GET /stacks/{stack_name}/{stack_id}/resources/{resource_name}",
        before=NOT_STACK_USER,
    ),
    rule(
        "resource:signal",
        READER_OR_STACK_USER,
        "Signal a resource.",
        "POST /stacks/{stack_name}/{stack_id}/resources/{resource_name}/signal",
        before=EVERYBODY,
    ),
]
