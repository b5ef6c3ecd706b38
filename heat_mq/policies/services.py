"""Who may see the engines."""

from __future__ import annotations

from heat_mq.policies.base import ADMIN, CONTEXT_IS_ADMIN, rule

RULES = [
    rule("service:index", ADMIN, "List engines.", before=CONTEXT_IS_ADMIN),
]
