"""Environments: parameter values, defaults for nested templates, and what type names stand for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from heat_mq.errors import InvalidHook
from heat_mq.template.constraints import shown
from heat_mq.template.limits import DEFAULT_LIMITS, Limits
from heat_mq.template.marks import MASK
from heat_mq.template.problems import Problems
from heat_mq.template.registry import Registry, check_entries
from heat_mq.template.source import load

_MAPS: Final = ("parameters", "parameter_defaults", "parameter_merge_strategies", "resource_registry")
_LISTS: Final = ("event_sinks", "encrypted_param_names")
SECTIONS: Final = (*_MAPS, *_LISTS)
SINKS: Final = ("zaqar-queue",)
"""Types of event sinks."""
SINK_KEYS: Final = ("type", "target", "ttl")
QUEUE: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An environment as a value: it is never changed, ``merge`` and ``child`` answer new ones."""

    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    parameter_defaults: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    parameter_merge_strategies: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    resource_registry: Registry = dataclasses.field(default_factory=Registry)
    event_sinks: Sequence[Mapping[str, Any]] = ()
    encrypted_param_names: Sequence[str] = ()

    @classmethod
    def parse(
        cls, source: str | bytes | Mapping[str, Any] | None, *, file: str = "", limits: Limits = DEFAULT_LIMITS
    ) -> Environment:
        """Read an environment from YAML, JSON or data; None and empty text give an empty one.

        Raises InvalidTemplate with every problem found (unknown or empty sections, wrong shapes), or InvalidHook for
        a hook that does not exist.
        """
        if source is None:
            return cls()
        data, origin, _ = load(source, what="environment", file=file, limits=limits)
        problems = Problems(origin)
        content: dict[str, Any] = {}
        for name, section in data.items():
            if name not in SECTIONS:
                problems.add_unknown((name,), "section of an environment called", name, SECTIONS, key=True)
            elif section is None:
                problems.add((name,), f"the section {name} is empty", key=True)
            elif not isinstance(section, dict if name in _MAPS else list):
                kind = "map" if name in _MAPS else "list"
                problems.add((name,), f"the section {name} must be a {kind}, not {shown(section)}")
            else:
                content[name] = section
        for place, sink in enumerate(content.get("event_sinks", ())):
            _check_sink(problems, place, sink)
        for place, name in enumerate(content.get("encrypted_param_names", ())):
            if not isinstance(name, str):
                where: tuple[str | int, ...] = ("encrypted_param_names", place)
                problems.add(where, f"the name of a parameter must be a string, not {shown(name)}")
        registry = content.pop("resource_registry", {})
        for path, error, near in check_entries(registry):
            if isinstance(error, InvalidHook) and not problems.errors:
                raise error
            problems.add(("resource_registry", *path), error.message, suggestion=near)
        problems.raise_errors()
        return cls(**content, resource_registry=Registry(registry))

    def over(self, operator: Registry | None) -> Environment:
        """This environment with the operator's registry below its own."""
        return dataclasses.replace(self, resource_registry=self.resource_registry.over(operator))

    def merge(self, other: Environment) -> Environment:
        """This environment with the other's content put over it, as for several files in order."""
        return Environment(
            parameters={**self.parameters, **other.parameters},
            parameter_defaults={**self.parameter_defaults, **other.parameter_defaults},
            parameter_merge_strategies={**self.parameter_merge_strategies, **other.parameter_merge_strategies},
            resource_registry=self.resource_registry.merge(other.resource_registry),
            event_sinks=[*self.event_sinks, *other.event_sinks],
            encrypted_param_names=list(dict.fromkeys([*self.encrypted_param_names, *other.encrypted_param_names])),
        )

    def with_parameters(self, parameters: Mapping[str, Any]) -> Environment:
        """The same environment with these parameters over its own."""
        return dataclasses.replace(self, parameters={**self.parameters, **parameters})

    def child(self, resource_name: str, *, without: str = "", types: Mapping[str, str] | None = None) -> Environment:
        """The environment of the nested stack that a resource makes.

        Its parameters come from the resource's properties, so there are none here; defaults go down. ``without`` is the
        mapping that led to the nested template (``Resolution.mapping``), ``types`` are mappings for the nested stack
        alone, of names that nothing else is said of.
        """
        return Environment(
            parameter_defaults=self.parameter_defaults,
            resource_registry=self.resource_registry.child(resource_name, without).under(types or {}),
            event_sinks=self.event_sinks,
        )

    def as_dict(self, *, hidden: Collection[str] = ()) -> dict[str, Any]:
        """The user's sections as JSON, which ``parse`` takes back; values of ``hidden`` parameters as ``******``."""
        answer: dict[str, Any] = {
            "parameters": _masked(self.parameters, hidden),
            "parameter_defaults": _masked(self.parameter_defaults, hidden),
            "resource_registry": self.resource_registry.user_entries(),
            "event_sinks": [dict(sink) for sink in self.event_sinks],
            "encrypted_param_names": list(self.encrypted_param_names),
        }
        if self.parameter_merge_strategies:
            answer["parameter_merge_strategies"] = dict(self.parameter_merge_strategies)
        return answer


def _check_sink(problems: Problems, place: int, sink: Any) -> None:
    """``{"type": "zaqar-queue", "target": name of a queue, "ttl": seconds}``."""
    path: tuple[str | int, ...] = ("event_sinks", place)
    if not isinstance(sink, dict) or not isinstance(sink.get("type"), str):
        problems.add(path, f"an event sink must be a map with a type, not {shown(sink)}")
        return
    if sink["type"] not in SINKS:
        problems.add_unknown((*path, "type"), "type of event sinks called", sink["type"], SINKS)
        return
    for name in sink:
        if name not in SINK_KEYS:
            problems.add_unknown((*path, name), "key of an event sink called", str(name), SINK_KEYS, key=True)
    target, ttl = sink.get("target"), sink.get("ttl")
    if not isinstance(target, str) or not QUEUE.fullmatch(target):
        message = f"target must be the name of a queue (letters, digits, _ and -, 64 at most), not {shown(target)}"
        problems.add((*path, "target"), message)
    if ttl is not None and (not isinstance(ttl, int) or isinstance(ttl, bool) or not 60 <= ttl <= 1209600):
        problems.add((*path, "ttl"), f"ttl must be a number of seconds from 60 to 1209600, not {shown(ttl)}")


def _masked(values: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    return {name: MASK if name in hidden else value for name, value in values.items()}
