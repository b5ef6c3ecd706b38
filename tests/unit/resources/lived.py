"""Which properties of a type its lives give, and which they change in place."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from heat_mq.resources.kit import registry
from heat_mq.resources.kit.schema import Prop
from tests.unit.resources.lives import Life, Raw


def properties(type_name: str) -> Iterator[str]:
    """Paths of what a template can give, as ``rules.*.ethertype``."""
    return _paths(registry.get(type_name).Properties.props.values())


def in_place(type_name: str) -> set[str]:
    """Names of what is updated in place."""
    return {prop.name for prop in registry.get(type_name).Properties.props.values() if prop.in_place and _counts(prop)}


def given(life: Life) -> set[str]:
    props, begun = registry.get(life.type).Properties.props, _begun(life)
    raws: list[Mapping[str, Any]] = [begun, life.change or {}, life.replace or {}]
    return {path for raw in raws for name, value in raw.items() for path in _given(props[name], name, value)}


def changed(life: Life) -> set[str]:
    """Names of what the update of a life changes, or is refused to, and of what alone makes a new object after all."""
    begun, replace = _begun(life), set(life.replace or ())
    updated = life.updated(begun)
    found = {name for name in begun.keys() | updated.keys() if begun.get(name) != updated.get(name)}
    return found | set(life.refused) | (replace if len(replace) == 1 else set())


def _begun(life: Life) -> Raw:
    """Its properties where no cloud is: ids are invented."""
    return life.begin(lambda type_name, **raw: str(uuid.uuid4()))


def _counts(prop: Prop) -> bool:
    return prop.implemented and not prop.hidden and not prop.moved_to


def _paths(props: Any, prefix: str = "") -> Iterator[str]:
    for prop in filter(_counts, props):
        path = f"{prefix}{prop.name}"
        yield path
        while prop.of is not None:
            path, prop = f"{path}.*", prop.of
        yield from _paths((prop.schema or {}).values(), f"{path}.")


def _given(prop: Prop, path: str, value: Any) -> Iterator[str]:
    if value is None:
        return
    yield path
    if prop.of is not None:
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _given(prop.of, f"{path}.*", each)
    elif prop.schema and isinstance(value, Mapping):
        for name, each in value.items():
            if name in prop.schema:
                yield from _given(prop.schema[name], f"{path}.{name}", each)
