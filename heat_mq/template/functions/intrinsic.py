"""How an intrinsic function is declared, and which versions know it.

A function is a plain Python function of arguments that are already evaluated::

    @intrinsic("list_join", since="2015-10-15", shape=items(2))
    def list_join(args): ...

What a template's author does wrong is told by raising :class:`Refused`; the name, the path and the
position are added by the caller. Marks (unknown and secret values) never reach a function
unless it is ``structural``, that is, moves values about without looking into them.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol

from heat_mq.errors import InvalidTemplate
from heat_mq.template.limits import Limits

Kind = Literal["value", "if", "condition", "logic", "resource", "attribute", "reference"]
"""What the caller does with a function.

"value": evaluates the arguments, calls it. "if": calls it for the branch to take, before anything in it is
looked at. "condition": as "value", only inside conditions. "logic": inside conditions, called with the raw
operands and a function that decides one. "resource", "attribute", "reference": called for the target that the
arguments name.
"""

Cfn = Literal["", "all", "aws"]
Shape = Callable[[Any], str | None]


class Refused(Exception):
    """The arguments are not what the function takes; the text says why, with the function's name before it.

    ``whole``: the text says all, and what is wrong is where the function stands rather than in it.
    """

    def __init__(
        self,
        message: str,
        *path: str | int,
        error: type[InvalidTemplate] = InvalidTemplate,
        suggestion: str = "",
        whole: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.error = error
        self.suggestion = suggestion
        self.whole = whole


class Scope(Protocol):
    """What a function may know beside its arguments; ``scoped`` functions are given it."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Typed values, marked where they are secret or unknown; only those that have a value."""

    @property
    def files(self) -> Mapping[str, str]: ...

    @property
    def mappings(self) -> Mapping[str, Any]: ...

    @property
    def facade(self) -> Mapping[str, Any] | None:
        """What the parent says of the resource that this template stands for: metadata, and both policies."""

    @property
    def availability_zones(self) -> Sequence[str]: ...

    @property
    def limits(self) -> Limits: ...


@dataclasses.dataclass(frozen=True, slots=True)
class Intrinsic:
    """One form of one function. ``since`` and ``until`` are HOT dates, both inclusive, "" for never in HOT."""

    name: str
    call: Callable[..., Any]
    kind: Kind
    since: str
    until: str
    cfn: Cfn
    condition_since: str
    condition_cfn: bool
    shape: Shape | None
    structural: bool
    scoped: bool
    at_runtime: Callable[[Any], Any] | None

    def known_to(self, kind: str, date: str) -> bool:
        """True when the function may be used for values in that version."""
        if self.kind in ("condition", "logic"):
            return False
        if kind == "hot":
            return bool(self.since) and self.since <= date and (not self.until or date <= self.until)
        return self.cfn == "all" or self.cfn == kind

    def known_to_conditions(self, kind: str, date: str) -> bool:
        """True when the function may be used in conditions of that version."""
        if kind == "hot":
            within = bool(self.since) and self.since <= date and (not self.until or date <= self.until)
            return bool(self.condition_since) and self.condition_since <= date and within
        return self.condition_cfn and kind == "aws"

    @property
    def description(self) -> str:
        """The docstring, as the function list prints it."""
        return inspect.cleandoc(self.call.__doc__ or "")


REGISTRY: list[Intrinsic] = []
"""Every form of every function, in the order of their declaration."""


def intrinsic(
    name: str,
    *,
    since: str = "",
    until: str = "",
    cfn: Cfn = "",
    kind: Kind = "value",
    condition_since: str = "",
    condition_cfn: bool = False,
    shape: Shape | None = None,
    structural: bool = False,
    scoped: bool = False,
    at_runtime: Callable[[Any], Any] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under the name that templates use.

    ``shape`` looks at the arguments before anything in them is evaluated and answers what is wrong, or None.
    ``structural``: unknown and secret items may be passed through inside the arguments.
    ``scoped``: the function is called with the :class:`Scope` as its second argument.
    ``at_runtime`` is applied first to arguments that were known only when resources existed.
    """

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        REGISTRY.append(
            Intrinsic(
                name,
                call,
                kind,
                since,
                until,
                cfn,
                condition_since,
                condition_cfn,
                shape,
                structural,
                scoped,
                at_runtime,
            )
        )
        return call

    return register


def items(least: int, most: int | None = -1, of: str = "") -> Shape:
    """The shape of a list of ``least`` to ``most`` items (exactly ``least`` when ``most`` is not given)."""
    limit = least if most == -1 else most
    many = f"exactly {least}" if limit == least else f"at least {least}" if limit is None else f"{least} or {limit}"
    text = f"takes a list of {many} item{'s' if (limit or 2) > 1 else ''}{': ' + of if of else ''}"

    def check(args: Any) -> str | None:
        if isinstance(args, list) and len(args) >= least and (limit is None or len(args) <= limit):
            return None
        return text

    return check


def keys(*required: str, only: bool = False, optional: tuple[str, ...] = ()) -> Shape:
    """The shape of a map with these keys; others are let through unless ``only``."""

    def check(args: Any) -> str | None:
        listed = ", ".join([*required, *(f"{name} (optional)" for name in optional)])
        if not isinstance(args, dict):
            return f"takes a map with the keys {listed}"
        missing = [name for name in required if name not in args]
        if missing:
            return f"lacks {' and '.join(missing)}; it takes a map with the keys {listed}"
        unknown = [name for name in args if name not in required and name not in optional]
        if only and unknown:
            return f"knows no {unknown[0]!r}; it takes a map with the keys {listed}"
        return None

    return check
