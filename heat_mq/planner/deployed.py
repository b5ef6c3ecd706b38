"""Rule: software is deployed only to servers that were made for it.

::

    deployment --server--> server (user_data_format: RAW)      refused: its guest would never ask what to apply
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from heat_mq.errors import InvalidTemplate, NotFound, Problem
from heat_mq.planner.definition import StackDefinition
from heat_mq.resources.kit import Resource
from heat_mq.template import UNKNOWN, Definition
from heat_mq.template.tree import ResourceReference

FORMAT: Final = "user_data_format"
WANTED: Final = "SOFTWARE_CONFIG"


def server_problems(wanted: StackDefinition, definition: Definition, cls: type[Resource]) -> Iterator[Problem]:
    """A problem for each server of the same template that a deployment names and that cannot take it."""
    if not cls.deploys_to or not isinstance(definition.properties, Mapping):
        return
    given = definition.properties.get(cls.deploys_to)
    servers = given if isinstance(given, Mapping) else {"": given}
    for key, value in servers.items():
        if isinstance(value, ResourceReference) and not _can_take(wanted, value.name):
            path = ("properties", cls.deploys_to, *([key] if key else []))
            text = f"{value.name} takes no software deployments: its {FORMAT} is not {WANTED}"
            yield definition.problem(path, text, expected=f"{FORMAT}: {WANTED} in {value.name}")


def _can_take(wanted: StackDefinition, name: str) -> bool:
    """False for a server whose format is known and another; what is wrong with it otherwise is told elsewhere."""
    try:
        prop = wanted.implementation(name).cls.Properties.props.get(FORMAT)
        known: Any = wanted.known_properties(name) if prop is not None else UNKNOWN
    except (NotFound, InvalidTemplate):
        return True
    if prop is None or not isinstance(known, Mapping):
        return True
    return known.get(FORMAT, prop.default) in (WANTED, UNKNOWN)
