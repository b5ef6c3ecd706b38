"""One method of the contract: its name, arguments, version and style."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

#: A template as the client sent it: text stays text, so that line and column of a problem are true.
Template = str | dict[str, Any]
#: An environment: parameters, parameter_defaults, resource_registry, event_sinks, …
Environment = dict[str, Any]
#: Values of a filter are alternatives; different filters must all hold.
Filters = dict[str, list[str]]

F = TypeVar("F", bound=Callable[..., Any])


@dataclasses.dataclass(frozen=True, slots=True)
class Method:
    """One entry of the contract. ``style`` is "call" (an answer comes) or "cast" (none does)."""

    name: str
    since: str
    style: str
    topic: str
    signature: inspect.Signature

    def arguments(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """All arguments by name, defaults filled in. ``TypeError`` for one the contract does not know."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)


def call(*, since: str) -> Callable[[F], F]:
    """Mark a method that is answered; ``since`` is the contract version that brought it."""
    return _mark("call", since)


def cast(*, since: str) -> Callable[[F], F]:
    """Mark a method that is sent and not answered."""
    return _mark("cast", since)


def _mark(style: str, since: str) -> Callable[[F], F]:
    def mark(function: F) -> F:
        function.__dict__["rpc"] = (style, since)
        return function

    return mark


def table_of(protocol: type, topic: str) -> dict[str, Method]:
    """The marked methods of a protocol and of those that it is made of, by name."""
    table = {}
    declared = [item for base in reversed(protocol.__mro__) for item in vars(base).items()]
    for name, function in declared:
        if "rpc" not in getattr(function, "__dict__", {}):
            continue
        style, since = function.__dict__["rpc"]
        signature = inspect.signature(function)
        sent = [parameter for parameter in signature.parameters.values() if parameter.name not in ("self", "context")]
        table[name] = Method(name, since, style, topic, signature.replace(parameters=sent))
    return table
