"""What a resource type is made of. A type imports this package and nothing else of heat_mq.

How to declare one is told by :class:`~heat_mq.resources.kit.resource.Resource`.
"""

from heat_mq.errors import CloudConflict, CloudError, CloudGone, CloudQuota, CloudTransient, StepFailed
from heat_mq.resources.kit.call import Call, Copy, Record, Sibling
from heat_mq.resources.kit.outcome import DONE, NOT_CHECKED, Done, Outcome, Park, Replace, Wait, Watch
from heat_mq.resources.kit.props import Props
from heat_mq.resources.kit.resource import Resource, SignalResult
from heat_mq.resources.kit.schema import (
    IN_PLACE,
    REPLACE,
    Any,
    Bool,
    Int,
    List,
    Lookup,
    Map,
    Num,
    Prop,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit.siblings import Siblings

Failed = StepFailed

__all__ = [
    "DONE",
    "IN_PLACE",
    "NOT_CHECKED",
    "REPLACE",
    "Any",
    "Bool",
    "Call",
    "CloudConflict",
    "CloudError",
    "CloudGone",
    "CloudQuota",
    "CloudTransient",
    "Copy",
    "Done",
    "Failed",
    "Int",
    "List",
    "Lookup",
    "Map",
    "Num",
    "Outcome",
    "Park",
    "Prop",
    "Props",
    "Record",
    "Replace",
    "Resource",
    "Schema",
    "Sibling",
    "Siblings",
    "SignalResult",
    "Str",
    "Support",
    "Wait",
    "Watch",
]
