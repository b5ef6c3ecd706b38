"""if, and what conditions are made of.

``holds(operand, place)`` decides one operand: True, False, or UNKNOWN in a nested stack that is
checked before its parameters are known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused, intrinsic, items
from heat_mq.template.marks import UNKNOWN

Holds = Callable[..., Any]
_BRANCHES = "a condition, the value if it is true, the value if it is false"


@intrinsic("Fn::If", cfn="aws", kind="if", shape=items(3, of=_BRANCHES))
def fn_if(args: list[Any], truth: bool) -> int:
    """One of two values, by a condition; the other one is not even looked at.

    ``{"Fn::If": [true, a, b]}`` gives ``a``.
    """
    return 1 if truth else 2


@intrinsic("if", since="2016-10-14", until="2018-08-31", kind="if", shape=items(3, of=_BRANCHES))
def if_else(args: list[Any], truth: bool) -> int:
    """One of two values, by a condition; the other one is not even looked at.

    ``{if: [true, a, b]}`` gives ``a``.
    """
    return 1 if truth else 2


@intrinsic("if", since="2021-04-16", kind="if", shape=items(2, 3, of=_BRANCHES))
def if_then(args: list[Any], truth: bool) -> int:
    """One of two values, by a condition; without a second value the property, key or item goes away when it is false.

    ``{if: [false, a, b]}`` gives ``b``.

    ``[a, {if: [false, b]}, c]`` gives ``[a, c]``.
    """
    return 1 if truth else 2


@intrinsic(
    "equals", since="2016-10-14", condition_since="2016-10-14", kind="condition", shape=items(2, of="two values")
)
def equals(args: list[Any]) -> bool:
    """True when two values are equal; a number and its text are not.

    ``{equals: [1, "1"]}`` gives ``false``.
    """
    return bool(args[0] == args[1])


@intrinsic("Fn::Equals", cfn="aws", condition_cfn=True, kind="condition", shape=items(2, of="two values"))
def fn_equals(args: list[Any]) -> bool:
    """True when two values are equal; a number and its text are not.

    ``{"Fn::Equals": [a, a]}`` gives ``true``.
    """
    return equals(args)


def _not_shape(args: Any) -> str | None:
    return None if args is not None else "takes one condition"


@intrinsic("not", since="2016-10-14", condition_since="2016-10-14", kind="logic", shape=_not_shape)
def negation(args: Any, holds: Holds) -> Any:
    """True when a condition is false.

    ``{not: {equals: [a, b]}}`` gives ``true``.
    """
    if isinstance(args, list):
        raise Refused(f"takes one condition, not a list: {shown(args)}")
    value = holds(args)
    return UNKNOWN if value is UNKNOWN else not value


@intrinsic("Fn::Not", cfn="aws", condition_cfn=True, kind="logic", shape=items(1, of="a condition"))
def negation_of_one(args: list[Any], holds: Holds) -> Any:
    """True when a condition, the only item of a list, is false.

    ``{"Fn::Not": [{"Fn::Equals": [a, b]}]}`` gives ``true``.
    """
    value = holds(args[0], 0)
    return UNKNOWN if value is UNKNOWN else not value


@intrinsic("and", since="2016-10-14", condition_since="2016-10-14", kind="logic", shape=items(2, None, of="conditions"))
def every(args: list[Any], holds: Holds) -> Any:
    """True when all conditions are; those after the first false one are not looked at.

    ``{and: [true, {equals: [a, a]}]}`` gives ``true``.
    """
    return _until(False, args, holds)


@intrinsic("or", since="2016-10-14", condition_since="2016-10-14", kind="logic", shape=items(2, None, of="conditions"))
def some(args: list[Any], holds: Holds) -> Any:
    """True when one of several conditions is; those after the first true one are not looked at.

    ``{or: [false, {equals: [a, a]}]}`` gives ``true``.
    """
    return _until(True, args, holds)


@intrinsic("Fn::And", cfn="aws", condition_cfn=True, kind="logic", shape=items(2, None, of="conditions"))
def fn_and(args: list[Any], holds: Holds) -> Any:
    """True when all conditions are; those after the first false one are not looked at.

    ``{"Fn::And": [true, {"Fn::Equals": [a, a]}]}`` gives ``true``.
    """
    return _until(False, args, holds)


@intrinsic("Fn::Or", cfn="aws", condition_cfn=True, kind="logic", shape=items(2, None, of="conditions"))
def fn_or(args: list[Any], holds: Holds) -> Any:
    """True when one of several conditions is; those after the first true one are not looked at.

    ``{"Fn::Or": [false, {"Fn::Equals": [a, a]}]}`` gives ``true``.
    """
    return _until(True, args, holds)


def _until(decisive: bool, args: list[Any], holds: Holds) -> Any:
    unknown = False
    for place, operand in enumerate(args):
        value = holds(operand, place)
        if value is decisive:
            return decisive
        unknown = unknown or value is UNKNOWN
    return UNKNOWN if unknown else not decisive
