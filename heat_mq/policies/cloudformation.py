"""Who may use the actions of the CloudFormation-compatible API."""

from __future__ import annotations

from heat_mq.policies.base import EVERYBODY, MEMBER, NOT_STACK_USER, READER, READER_OR_STACK_USER, rule

RULES = [
    rule("cloudformation:CancelUpdateStack", MEMBER, "Use the action CancelUpdateStack.", before=NOT_STACK_USER),
    rule("cloudformation:CreateStack", MEMBER, "Use the action CreateStack.", before=NOT_STACK_USER),
    rule("cloudformation:DeleteStack", MEMBER, "Use the action DeleteStack.", before=NOT_STACK_USER),
    rule("cloudformation:DescribeStackEvents", READER, "Use the action DescribeStackEvents.", before=NOT_STACK_USER),
    rule(
        "cloudformation:DescribeStackResource",
        READER_OR_STACK_USER,
        "Use the action DescribeStackResource.",
        before=EVERYBODY,
    ),
    rule(
        "cloudformation:DescribeStackResources", READER, "Use the action DescribeStackResources.", before=NOT_STACK_USER
    ),
    rule("cloudformation:DescribeStacks", READER, "Use the action DescribeStacks.", before=NOT_STACK_USER),
    rule("cloudformation:EstimateTemplateCost", READER, "Use the action EstimateTemplateCost.", before=NOT_STACK_USER),
    rule("cloudformation:GetTemplate", READER, "Use the action GetTemplate.", before=NOT_STACK_USER),
    rule("cloudformation:ListStackResources", READER, "Use the action ListStackResources.", before=NOT_STACK_USER),
    rule("cloudformation:ListStacks", READER, "Use the action ListStacks.", before=NOT_STACK_USER),
    rule("cloudformation:UpdateStack", MEMBER, "Use the action UpdateStack.", before=NOT_STACK_USER),
    rule("cloudformation:ValidateTemplate", READER, "Use the action ValidateTemplate.", before=NOT_STACK_USER),
]
