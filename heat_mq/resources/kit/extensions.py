"""Properties that a cloud does not know because a service lacks an extension."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.kit.schema import Prop, Schema


def missing(schema: type[Schema], raw: Mapping[str, Any], extensions: Collection[str]) -> list[Problem]:
    """A problem for each property that is given and needs an extension not among ``extensions``.

    ``raw`` are the properties as the template gives them, before defaults: a default asks for nothing. A
    value that is None counts as not given.
    """
    found: list[Problem] = []
    _collect(schema.props, raw, extensions, "properties", found)
    return found


def _collect(
    props: Mapping[str, Prop], raw: Mapping[str, Any], extensions: Collection[str], path: str, found: list[Problem]
) -> None:
    for name, prop in props.items():
        if raw.get(name) is None:
            continue
        where = f"{path}.{name}"
        if prop.extension and prop.extension not in extensions:
            found.append(
                Problem(
                    f"Property {name} cannot be used: the cloud does not offer the extension {prop.extension}",
                    path=where,
                    expected=f"no {name}, or a cloud with the extension {prop.extension}",
                )
            )
        _descend(prop, raw[name], extensions, where, found)


def _descend(prop: Prop, value: Any, extensions: Collection[str], path: str, found: list[Problem]) -> None:
    if prop.schema is not None and isinstance(value, Mapping):
        _collect(prop.schema, value, extensions, path, found)
    elif prop.of is not None and isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _descend(prop.of, item, extensions, f"{path}[{index}]", found)
