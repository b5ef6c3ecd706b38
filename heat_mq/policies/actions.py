"""Who may act on a stack."""

from __future__ import annotations

from heat_mq.policies.base import MEMBER, NOT_STACK_USER, READER, rule

RULES = [
    rule(
        "actions:action",
        MEMBER,
        "Act on a stack.",
        "POST /stacks/{stack_name}/{stack_id}/actions",
        before=NOT_STACK_USER,
    ),
    rule(
        "actions:cancel_update",
        MEMBER,
        "Cancel an update and roll back.",
        "POST /stacks/{stack_name}/{stack_id}/actions",
        before=NOT_STACK_USER,
    ),
    rule(
        "actions:cancel_without_rollback",
        MEMBER,
        "Stop an update or creation where it is.",
        "POST /stacks/{stack_name}/{stack_id}/actions",
        before=NOT_STACK_USER,
    ),
    rule(
        "actions:check",
        READER,
        "Check a stack against the cloud.",
        "POST /stacks/{stack_name}/{stack_id}/actions",
        before=NOT_STACK_USER,
    ),
    rule(
        "actions:resume",
        MEMBER,
        "Resume a suspended stack.",
        "POST /stacks/{stack_name}/{stack_id}/actions",
        before=NOT_STACK_USER,
    ),
    rule(
        "actions:snapshot",
        MEMBER,
        "Take a snapshot of a stack.",
        "POST /stacks/{stack_name}/{stack_id}/actions",
        before=NOT_STACK_USER,
    ),
    rule(
        "actions:suspend",
        MEMBER,
        "Suspend a stack.",
        "POST /stacks/{stack_name}/{stack_id}/actions",
        before=NOT_STACK_USER,
    ),
]
