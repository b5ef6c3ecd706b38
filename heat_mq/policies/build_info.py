"""Who may see which build runs."""

from __future__ import annotations

from heat_mq.policies.base import NOT_STACK_USER, READER, rule

RULES = [
    rule(
        "build_info:build_info", READER, "Show the builds of API and engine.", "GET /build_info", before=NOT_STACK_USER
    ),
]
