"""The whole API on one page: every action, and the two addresses for signals. Policies have the actions' names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from heat_mq.api_cfn.call import Call, Result
from heat_mq.api_cfn.handlers import resources, stacks, templates

Handler = Callable[[Call], Result]

ACTIONS: Final[Mapping[str, Handler]] = {
    "CancelUpdateStack": stacks.cancel_update,
    "CreateStack": stacks.create,
    "DeleteStack": stacks.delete,
    "DescribeStackEvents": resources.events,
    "DescribeStackResource": resources.show,
    "DescribeStackResources": resources.describe,
    "DescribeStacks": stacks.describe,
    "EstimateTemplateCost": templates.estimate_cost,
    "GetTemplate": templates.get,
    "ListStackResources": resources.index,
    "ListStacks": stacks.index,
    "UpdateStack": stacks.update,
    "ValidateTemplate": templates.validate,
}

#: Path below the version and method of each kind of signal, and whether the answer says what came of it.
SIGNALS: Final[Mapping[str, tuple[str, bool]]] = {"signal": ("POST", False), "waitcondition": ("PUT", True)}
