"""JSON Schema made of the types that the code has, and the few words in which operations are described."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Collection, Mapping
from typing import Any, Final, NotRequired

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
TRUTH_TEXT: Final[Schema] = {"type": "string", "enum": ["true", "True", "false", "False"]}
MAP: Final[Schema] = {"type": "object"}
ANY: Final[Schema] = {}
NULL: Final[Schema] = {"type": "null"}
#: A time: ISO 8601 in UTC, whole seconds.
TIME: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}

_SCALARS: Final[Mapping[Any, Schema]] = {
    str: TEXT,
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): NULL,
    Any: ANY,
}
#: Keys whose text is a time.
_TIMES: Final = frozenset({"creation_time", "updated_time", "deletion_time", "event_time"})


def closed(properties: Mapping[str, Schema], *, optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": sorted(properties),
        "additionalProperties": False,
    }


def list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"anyOf": [schema, NULL]}


def of_type(kind: Any) -> Schema:
    """The schema of a type: scalars, unions, lists, maps, typed maps and dataclasses. Raises TypeError for others."""
    if kind in _SCALARS:
        return _SCALARS[kind]
    if typing.is_typeddict(kind) or dataclasses.is_dataclass(kind):
        return of_keys(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is NotRequired:
        return of_type(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [of_type(argument) for argument in arguments]}
    if origin is list:
        return list_of(of_type(arguments[0]))
    if origin is dict:
        return {"type": "object", "additionalProperties": of_type(arguments[1])}
    raise TypeError(f"{kind!r} has no schema")


def of_keys(kind: Any, names: Collection[str] | None = None) -> Schema:
    """The schema of a typed map or dataclass, or of those of its keys that ``names`` has."""
    hints = typing.get_type_hints(kind, include_extras=True)
    chosen = list(hints) if names is None else list(names)
    required = [name for name in chosen if _is_required(kind, name, hints[name])]
    return {
        "type": "object",
        "properties": {name: _timed(name, of_type(hints[name])) for name in chosen},
        "required": sorted(required),
        "additionalProperties": False,
    }


def plus(base: Schema, properties: Mapping[str, Schema], *, optional: Mapping[str, Schema] | None = None) -> Schema:
    """A closed object with further keys."""
    return {
        **base,
        "properties": {**base["properties"], **properties, **(optional or {})},
        "required": sorted({*base["required"], *properties}),
    }


def _is_required(kind: Any, name: str, hint: Any) -> bool:
    if typing.get_origin(hint) is NotRequired:
        return False
    return not typing.is_typeddict(kind) or name in kind.__required_keys__


def _timed(name: str, schema: Schema) -> Schema:
    if name not in _TIMES:
        return schema
    return TIME if schema is TEXT else nullable(TIME)


@dataclasses.dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query; ``repeated`` when each of several values counts."""

    name: str
    schema: Schema
    repeated: bool = False

    def as_dict(self) -> Schema:
        found: Schema = {"name": self.name, "in": "query", "schema": self.schema}
        if self.repeated:
            found |= {"schema": list_of(self.schema), "style": "form", "explode": True}
        return found


def text(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, TEXT) for name in names)


def texts(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, TEXT, repeated=True) for name in names)


def flag(*names: str) -> tuple[Parameter, ...]:
    """``true`` or ``false``."""
    return tuple(Parameter(name, {"type": "boolean"}) for name in names)


def number(*names: str) -> tuple[Parameter, ...]:
    """A whole number of at least 0."""
    return tuple(Parameter(name, {"type": "integer", "minimum": 0, "maximum": 999_999_999}) for name in names)


def choice(name: str, *values: str) -> tuple[Parameter, ...]:
    return (Parameter(name, {"type": "string", "enum": list(values)}),)


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """What a handler reads and answers, beside what its route says.

    ``answer`` None is an answer without a body, ``body`` None a request that needs none; ``refusals`` are statuses of
    errors beyond those that every operation may answer. ``remote``: an engine is asked, which may refuse or fail.
    """

    answer: Schema | None
    status: int = 200
    query: tuple[Parameter, ...] = ()
    body: Schema | None = None
    body_required: bool = True
    refusals: tuple[int, ...] = ()
    location: bool = False
    remote: bool = True
