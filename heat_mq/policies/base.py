"""The checks that rules are made of.

Names and checks are Heat's, so that an operator's policy file works as it is. The check before
scopes were known (``before``) counts in addition only while ``[oslo_policy] enforce_new_defaults`` is false.
"""

from __future__ import annotations

from oslo_policy import policy

READER = "role:reader and project_id:%(project_id)s"
MEMBER = "role:member and project_id:%(project_id)s"
ADMIN = "role:admin and project_id:%(project_id)s"
STACK_USER = "role:heat_stack_user and project_id:%(project_id)s"
READER_OR_STACK_USER = f"({READER}) or ({STACK_USER})"

EVERYBODY = "rule:allow_everybody"
NOBODY = "rule:deny_everybody"
NOT_STACK_USER = "rule:deny_stack_user"
CONTEXT_IS_ADMIN = "rule:context_is_admin"

RULES = [
    policy.RuleDefault(
        "context_is_admin", "(role:admin and is_admin_project:True)", description="Administrator of the whole cloud."
    ),
    policy.RuleDefault("project_admin", "role:admin", description="Administrator of a project."),
    policy.RuleDefault("deny_stack_user", "not role:heat_stack_user", description="Everybody but users of stacks."),
    policy.RuleDefault("deny_everybody", "!", description="Nobody."),
    policy.RuleDefault("allow_everybody", "", description="Everybody."),
]


def rule(
    name: str,
    check: str,
    description: str,
    *operations: str,
    before: str | None = None,
    scope: str | None = "project",
) -> policy.RuleDefault:
    """A rule with the operations it guards, each ``METHOD /path`` below ``/v1/{tenant_id}``."""
    earlier = None
    if before is not None:
        earlier = policy.DeprecatedRule(
            name,
            before,
            deprecated_reason="Roles reader and member say more than the absence of a role.",
            deprecated_since="0.1.0",
        )
    scopes = None if scope is None else [scope]
    if not operations:
        return policy.RuleDefault(name, check, description=description, scope_types=scopes, deprecated_rule=earlier)
    guarded: list[policy.Operation] = []
    for operation in operations:
        method, path = operation.split(" ")
        guarded.append({"method": method, "path": "/v1/{tenant_id}" + path})
    return policy.DocumentedRuleDefault(name, check, description, guarded, scope_types=scopes, deprecated_rule=earlier)
