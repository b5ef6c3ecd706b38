"""Who a value refers to, for the dependencies that no reference in the resource itself shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from heat_mq.template.tree import Node, ResourceReference


def references(value: Any) -> set[str]:
    """Names of the resources that ``value`` refers to with ``get_resource``, at any depth."""
    if isinstance(value, ResourceReference):
        return {value.name}
    if isinstance(value, Node):
        return _all(value.children())
    if isinstance(value, Mapping):
        return _all(value.values())
    if isinstance(value, list | tuple):
        return _all(value)
    return set()


def object_key(value: Any) -> tuple[str, str] | None:
    """Equal for values that name the same object (the same resource of the template, or the same text); None for one
    that names nothing that could be compared.
    """
    if isinstance(value, ResourceReference):
        return ("resource", value.name)
    return ("text", value) if isinstance(value, str) and value else None


def same_object(one: Any, other: Any) -> bool:
    """Whether two property values name the same object."""
    key = object_key(one)
    return key is not None and key == object_key(other)


def _all(values: Iterable[Any]) -> set[str]:
    return set().union(*(references(value) for value in values))
