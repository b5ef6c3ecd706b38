"""Reading attributes: the live object once, however many attributes are asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from heat_mq.resources.kit.call import Call
from heat_mq.resources.kit.describe import attributes_of
from heat_mq.resources.kit.resource import Resource
from heat_mq.template.tree import select


class AttributeReader:
    """Reads attributes of one resource. Types that own a child stack are asked with the whole path, others by name."""

    def __init__(self, resource: Resource, call: Call) -> None:
        self._resource = resource
        self._call = call
        self._live: dict[str, Any] | None = None

    def key(self, name: str, path: Sequence[Any]) -> str:
        """What a value read by :meth:`read` is stored under."""
        return attribute_key(type(self._resource), name, path)

    def read(self, name: str, path: Sequence[Any]) -> Any:
        """The attribute (types with ``nested``: the value at the path); raises what the service answers."""
        if type(self._resource).nested:
            return self._resource.attribute_at(self._call, name, path)
        if name == "show":
            return self.live
        return self._resource.attribute(self._call, self.live, name)

    def value(self, name: str, path: Sequence[Any]) -> Any:
        """What ``get_attr`` gives."""
        found = self.read(name, path)
        if type(self._resource).nested:
            return found
        rest = list(path)
        if isinstance(found, Mapping) and not isinstance(found, dict):
            # A map that works its values out when they are looked at: no more of it than is asked for.
            if not rest:
                return dict(found)
            step = rest.pop(0)
            found = found.get(step) if isinstance(step, str) else None
        return select(found, rest)

    @property
    def live(self) -> dict[str, Any]:
        if self._live is None:
            self._live = self._resource.read(self._call)
        return self._live


def attribute_key(cls: type[Resource], name: str, path: Sequence[Any]) -> str:
    return json.dumps([name, *path]) if cls.nested else name


def attribute_names(cls: type[Resource]) -> list[str]:
    """Every attribute that ``get_attr`` without a name gives."""
    return [name for name in attributes_of(cls) if name != "show"]
