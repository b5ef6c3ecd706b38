"""Who may use software configs."""

from __future__ import annotations

from heat_mq.policies.base import MEMBER, NOBODY, NOT_STACK_USER, READER, rule

RULES = [
    rule("software_configs:create", MEMBER, "Create a config.", "POST /software_configs", before=NOT_STACK_USER),
    rule(
        "software_configs:delete",
        MEMBER,
        "Delete a config.",
        "DELETE /software_configs/{config_id}",
        before=NOT_STACK_USER,
    ),
    rule(
        "software_configs:global_index",
        NOBODY,
        "List the configs of every project.",
        "GET /software_configs",
        scope=None,
    ),
    rule("software_configs:index", READER, "List configs.", "GET /software_configs", before=NOT_STACK_USER),
    rule("software_configs:show", READER, "Show a config.", "GET /software_configs/{config_id}", before=NOT_STACK_USER),
]
