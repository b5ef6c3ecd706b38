"""Who may use software deployments."""

from __future__ import annotations

from heat_mq.policies.base import MEMBER, NOT_STACK_USER, READER, READER_OR_STACK_USER, rule

RULES = [
    rule(
        "software_deployments:create",
        MEMBER,
        "Create a deployment.",
        "POST /software_deployments",
        before=NOT_STACK_USER,
    ),
    rule(
        "software_deployments:delete",
        MEMBER,
        "Delete a deployment.",
        "DELETE /software_deployments/{deployment_id}",
        before=NOT_STACK_USER,
    ),
    rule("software_deployments:index", READER, "List deployments.", "GET /software_deployments", before=NOT_STACK_USER),
    rule(
        "software_deployments:metadata",
        READER_OR_STACK_USER,
        "Read a server's configs.",
        "GET /software_deployments/metadata/{server_id}",
    ),
    rule(
        "software_deployments:show",
        READER,
        "Show a deployment.",
        "GET /software_deployments/{deployment_id}",
        before=NOT_STACK_USER,
    ),
    rule(
        "software_deployments:update",
        MEMBER,
        "Change a deployment.",
        "PUT /software_deployments/{deployment_id}",
        before=NOT_STACK_USER,
    ),
]
