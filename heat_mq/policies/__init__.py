"""Who may do what: the defaults of oslo.policy, one file for each noun."""

from __future__ import annotations

from oslo_policy import policy

from heat_mq.policies import (
    actions,
    base,
    build_info,
    cloudformation,
    events,
    resource_types,
    resources,
    services,
    software_configs,
    software_deployments,
    stacks,
)


def list_rules() -> list[policy.RuleDefault]:
    """Every rule; the entry point ``oslo.policy.policies`` for generators of samples and documentation."""
    return [
        *base.RULES,
        *actions.RULES,
        *build_info.RULES,
        *cloudformation.RULES,
        *events.RULES,
        *resource_types.RULES,
        *resources.RULES,
        *services.RULES,
        *software_configs.RULES,
        *software_deployments.RULES,
        *stacks.RULES,
    ]
