"""Merge several environments as their files ask for: overwrite, merge or deep merge of parameter values.

Only what the user names in ``environment_files`` is merged this way; see ``Environment.merge`` for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from heat_mq.errors import InvalidTemplate, Problem, nearest
from heat_mq.template.constraints import shown
from heat_mq.template.environment import Environment
from heat_mq.template.parameters import ParameterSchema

OVERWRITE: Final = "overwrite"
MERGE: Final = "merge"
DEEP_MERGE: Final = "deep_merge"
STRATEGIES: Final = (OVERWRITE, MERGE, DEEP_MERGE)
_PARAMETER_SECTIONS: Final = ("parameters", "parameter_defaults")


class InvalidMergeStrategy(InvalidTemplate):
    """A parameter of this type cannot be merged in this way."""

    type = "InvalidMergeStrategyForParam"


class ConflictingMergeStrategy(InvalidTemplate):
    """Two environments ask for different ways to merge one parameter."""

    type = "ConflictingMergeStrategyForParam"


def merge_environments(environments: Sequence[Environment], schemas: Mapping[str, ParameterSchema]) -> Environment:
    """The environments put over each other in order, later ones last.

    ``schemas`` are the parameters of all templates of the request: the way to merge depends on a parameter's type,
    and one that no template knows is overwritten. Raises InvalidMergeStrategy and ConflictingMergeStrategy.
    """
    merged = Environment()
    chosen: dict[str, str] = {}
    for environment in environments:
        ways = _ways(environment)
        following = merged.merge(environment)
        values = {}
        for section in _PARAMETER_SECTIONS:
            old, new = getattr(merged, section), getattr(environment, section)
            values[section] = {**old}
            for name, value in new.items():
                way = _chosen(name, ways, chosen) if name in schemas else OVERWRITE
                if name in old and way != OVERWRITE and value is not None:
                    value = _merged(schemas[name], old[name], value, deep=way == DEEP_MERGE)
                values[section][name] = value
        merged = Environment(
            **values,
            parameter_merge_strategies=following.parameter_merge_strategies,
            resource_registry=following.resource_registry,
            event_sinks=following.event_sinks,
            encrypted_param_names=following.encrypted_param_names,
        )
    return merged


def _ways(environment: Environment) -> Mapping[str, Any]:
    for name, way in environment.parameter_merge_strategies.items():
        if way not in STRATEGIES:
            message = f"there is no merge strategy {way!r}; there are {', '.join(STRATEGIES)}"
            path = f"parameter_merge_strategies.{name}"
            raise InvalidMergeStrategy([Problem(message, path=path, suggestion=nearest(way, STRATEGIES))])
    return environment.parameter_merge_strategies


def _chosen(name: str, ways: Mapping[str, str], chosen: dict[str, str]) -> str:
    way = ways.get(name, ways.get("default", OVERWRITE))
    if name in ways and chosen.setdefault(name, way) != way:
        message = f"two environments ask to merge {name!r} differently: {chosen[name]} and {way}"
        raise ConflictingMergeStrategy([Problem(message, path=f"parameter_merge_strategies.{name}")])
    return way


def _merged(schema: ParameterSchema, old: Any, new: Any, *, deep: bool) -> Any:
    if old is None:
        return new
    try:
        match schema.type:
            case "string":
                return schema.convert(old) + schema.convert(new)
            case "comma_delimited_list" if isinstance(old, str) and isinstance(new, str):
                return f"{old},{new}"
            case "comma_delimited_list":
                return [*schema.convert(old), *schema.convert(new)]
            case "number":
                return schema.convert(old) + schema.convert(new)
            case "json":
                return _merged_json(schema.convert(old) or {}, schema.convert(new) or {}, deep)
    except (ValueError, TypeError) as error:
        message = f"the values of {schema.name!r} cannot be merged: {error}"
        raise InvalidMergeStrategy([Problem(message, path=f"parameters.{schema.name}")]) from None
    message = f"a {schema.type} parameter, here {schema.name!r}, cannot be merged, only overwritten"
    raise InvalidMergeStrategy([Problem(message, path=f"parameter_merge_strategies.{schema.name}")])


def _merged_json(old: Any, new: Any, deep: bool) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        raise ValueError(f"{shown(new)} and what it is put over must both be maps")
    return _deep(old, new) if deep else {**old, **new}


def _deep(old: Any, new: Any) -> Any:
    """Maps are merged, lists extended, text appended; null is skipped; anything else is overwritten."""
    if new is None:
        return old
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _deep(old[key], value) if key in old else value for key, value in new.items()}}
    if isinstance(old, list) and isinstance(new, list):
        return [*old, *new]
    if isinstance(old, str) and isinstance(new, str):
        return old + new
    return new
