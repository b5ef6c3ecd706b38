"""Who may read events."""

from __future__ import annotations

from heat_mq.policies.base import NOT_STACK_USER, READER, rule

RULES = [
    rule("events:index", READER, "List events.", "GET /stacks/{stack_name}/{stack_id}/events", before=NOT_STACK_USER),
    rule(
        "events:show",
        READER,
        "Show an event.",
        "GET /stacks/{stack_name}/{stack_id}/resources/{resource_name}/events/{event_id}",
        before=NOT_STACK_USER,
    ),
]
