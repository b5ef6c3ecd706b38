"""Give problems the place in the user's template that they belong to."""

from __future__ import annotations

import dataclasses
import re
from typing import Final

from heat_mq.errors import Problem
from heat_mq.template import Definition

_STEP: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def placed(definition: Definition, item: Problem) -> Problem:
    """A problem with a path inside the definition (``properties.networks[0].port``), with line and column."""
    steps = [int(number) if number else name for number, name in _STEP.findall(item.path)]
    unknown = item.message.startswith("Unknown Property")
    found = definition.problem(
        tuple(steps), item.message, key=unknown, expected=item.expected, suggestion=item.suggestion
    )
    return dataclasses.replace(found, path=f"resources.{definition.name}.{item.path}")


def inside_of(definition: Definition, item: Problem) -> Problem:
    """A problem of the nested stack that a resource makes, at the path that leads there.

    One in a template that was made has no place of its own and gets that of the resource.
    """
    path = f"resources.{definition.name}<{definition.type}>"
    item = dataclasses.replace(item, path=f"{path}.{item.path}" if item.path else path)
    if item.line is not None:
        return item
    owner = definition.problem((), item.message, key=True)
    return dataclasses.replace(item, line=owner.line, column=owner.column, file=owner.file)
