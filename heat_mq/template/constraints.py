"""The constraints that a parameter's or a property's schema may put on a value.

Each is a frozen value with ``check(value)``, which answers the text of the problem or None, and
``as_dict()``, the shape in which the resource type and validate calls publish it
(``{"range": {"min": 1, "max": 512}}``). ``parse_constraint`` reads that same shape.

``check`` expects a value that already has the schema's type. With ``secret=True`` the text never
contains the value. Custom constraints need a cloud, so their ``check`` accepts everything and the
engine looks the value up.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from heat_mq.template.regex import TooMuchBacktracking, compile_pattern

Number = int | float

_SCALARS = frozenset({"string", "integer", "number", "boolean"})


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown(value: object, secret: bool = False) -> str:
    """How a value stands in a problem's text: short, quoted, and not at all when it is secret."""
    if secret:
        return "the hidden value"
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _bounds(minimum: Number | None, maximum: Number | None, unit: str = "") -> str:
    unit = f" {unit}" if unit else ""
    if minimum is None:
        return f"at most {maximum}{unit}"
    if maximum is None:
        return f"at least {minimum}{unit}"
    return f"from {minimum} to {maximum}{unit}"


def _interval(minimum: Number | None, maximum: Number | None) -> dict[str, Number]:
    limits: dict[str, Number] = {}
    if minimum is not None:
        limits["min"] = minimum
    if maximum is not None:
        limits["max"] = maximum
    return limits


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """Base of all: ``types`` are the schema types (HOT's names) that it may stand on."""

    kind: ClassVar[str] = ""
    types: ClassVar[frozenset[str]] = frozenset()

    description: str = ""

    def check(self, value: Any, *, secret: bool = False) -> str | None:
        """The problem that ``value`` has, or None. A description given by the author replaces the text."""
        problem = self._problem(value, secret)
        return (self.description or problem) if problem else None

    def as_dict(self) -> dict[str, Any]:
        """JSON, as the resource type answer shows it."""
        answer = {self.kind: self._argument()}
        if self.description:
            answer["description"] = self.description
        return answer

    def _problem(self, value: Any, secret: bool) -> str | None:
        raise NotImplementedError

    def _argument(self) -> Any:
        raise NotImplementedError


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Range(Constraint):
    """A number within bounds, both inclusive; at least one bound is given."""

    kind: ClassVar[str] = "range"
    types: ClassVar[frozenset[str]] = frozenset({"integer", "number"})

    min: Number | None = None
    max: Number | None = None

    def _problem(self, value: Any, secret: bool) -> str | None:
        if not _is_number(value):
            return f"{shown(value, secret)} is not a number"
        if (self.min is not None and value < self.min) or (self.max is not None and value > self.max):
            return f"{shown(value, secret)} is out of range: it must be {_bounds(self.min, self.max)}"
        return None

    def _argument(self) -> Any:
        return _interval(self.min, self.max)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Length(Constraint):
    """The number of characters of a string, items of a list or keys of a map."""

    kind: ClassVar[str] = "length"
    types: ClassVar[frozenset[str]] = frozenset({"string", "list", "map"})

    min: int | None = None
    max: int | None = None

    def _problem(self, value: Any, secret: bool) -> str | None:
        unit = "characters" if isinstance(value, str) else "keys" if isinstance(value, dict) else "items"
        try:
            size = len(value)
        except TypeError:
            return f"{shown(value, secret)} has no length"
        if (self.min is not None and size < self.min) or (self.max is not None and size > self.max):
            known = "its length" if secret else f"length {size} of {shown(value)}"
            return f"{known} is out of range: it must be {_bounds(self.min, self.max, unit)}"
        return None

    def _argument(self) -> Any:
        return _interval(self.min, self.max)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Modulo(Constraint):
    """A number that leaves ``offset`` when divided by ``step``."""

    kind: ClassVar[str] = "modulo"
    types: ClassVar[frozenset[str]] = frozenset({"integer", "number"})

    step: Number
    offset: Number = 0

    def _problem(self, value: Any, secret: bool) -> str | None:
        if not _is_number(value):
            return f"{shown(value, secret)} is not a number"
        if value % self.step != self.offset:
            return f"{shown(value, secret)} is not a multiple of {self.step} with an offset of {self.offset}"
        return None

    def _argument(self) -> Any:
        return {"step": self.step, "offset": self.offset}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AllowedValues(Constraint):
    """One of a few values; of a list, every item must be one of them."""

    kind: ClassVar[str] = "allowed_values"
    types: ClassVar[frozenset[str]] = _SCALARS | {"list"}

    values: tuple[Any, ...] = ()

    def _problem(self, value: Any, secret: bool) -> str | None:
        wrong = [item for item in (value if isinstance(value, list) else [value]) if not self._allows(item)]
        if not wrong:
            return None
        valid = ", ".join(map(str, self.values))
        return f"{shown(wrong[0], secret)} is not an allowed value: it must be one of {valid}"

    def _allows(self, value: Any) -> bool:
        # The allowed values come from YAML: for a string they may be written as numbers, for a
        # number as text.
        if value in self.values:
            return True
        if isinstance(value, str):
            return any(_is_number(allowed) and str(allowed) == value for allowed in self.values)
        if isinstance(value, bool):
            return any(isinstance(allowed, str) and allowed.lower() == str(value).lower() for allowed in self.values)
        return _is_number(value) and any(
            isinstance(allowed, str) and _as_number(allowed) == value for allowed in self.values
        )

    def _argument(self) -> Any:
        return list(self.values)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AllowedPattern(Constraint):
    """A regular expression that must match from the first character to the last.

    Heat takes the first alternative that matches at the start and then asks whether it reached
    the end, so ``a|ab`` refuses ``"ab"``.
    """

    kind: ClassVar[str] = "allowed_pattern"
    types: ClassVar[frozenset[str]] = frozenset({"string"})

    pattern: str

    def _problem(self, value: Any, secret: bool) -> str | None:
        try:
            found = compile_pattern(self.pattern).match(value) if isinstance(value, str) else None
        except TooMuchBacktracking as error:
            return str(error)
        if found is not None and found.end() == len(value):
            return None
        return f"{shown(value, secret)} does not match the pattern {self.pattern!r}"

    def _argument(self) -> Any:
        return self.pattern


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CustomConstraint(Constraint):
    """Named lookup, often in a cloud service (``glance.image``); checked by the engine, not here."""

    kind: ClassVar[str] = "custom_constraint"
    types: ClassVar[frozenset[str]] = _SCALARS | {"list"}

    name: str

    def _problem(self, value: Any, secret: bool) -> str | None:
        return None

    def _argument(self) -> Any:
        return self.name


def _as_number(text: str) -> Number | None:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return None


# The order decides which one counts when an entry names several.
KINDS = ("modulo", "range", "length", "allowed_values", "allowed_pattern", "custom_constraint")


def parse_constraint(entry: object) -> Constraint:
    """Read one entry of a ``constraints`` list, ``{range: {min: 1}, description: text}``.

    Raises ValueError with a text that says what is wrong with the entry.
    """
    if not isinstance(entry, Mapping):
        raise ValueError(f"a constraint must be a map, not {shown(entry)}")
    unknown = [key for key in entry if key not in KINDS and key != "description"]
    kind = next((kind for kind in KINDS if kind in entry), None)
    if kind is None or unknown:
        wrong = f"unknown constraint {unknown[0]!r}" if unknown else "no constraint"
        raise ValueError(f"{wrong}: expected one of {', '.join(KINDS)}")
    description = entry.get("description")
    if description is not None and not isinstance(description, str):
        raise ValueError("the description of a constraint must be a string")
    constraint: Constraint = _READERS[kind](entry[kind])
    return dataclasses.replace(constraint, description=description or "")


def _read_range(argument: object) -> Range:
    limits = _limits("range", argument, allowed=("min", "max"))
    return Range(min=limits.get("min"), max=limits.get("max"))


def _read_length(argument: object) -> Length:
    limits = _limits("length", argument, allowed=("min", "max"))
    whole: dict[str, int] = {}
    for name, value in limits.items():
        if int(value) != value:
            raise ValueError(f"{name} of length must be a whole number, not {value}")
        whole[name] = int(value)
    return Length(min=whole.get("min"), max=whole.get("max"))


def _read_modulo(argument: object) -> Modulo:
    limits = _limits("modulo", argument, allowed=("step", "offset"))
    step, offset = limits.get("step"), limits.get("offset", 0)
    if not step:
        raise ValueError("modulo needs a step that is not 0")
    if abs(offset) >= abs(step):
        raise ValueError(f"offset {offset} of modulo must be smaller than its step {step}")
    if offset and (offset < 0) != (step < 0):
        raise ValueError("step and offset of modulo must both be positive or both negative")
    return Modulo(step=step, offset=offset)


def _read_allowed_values(argument: object) -> AllowedValues:
    if isinstance(argument, str) or not isinstance(argument, Sequence):
        raise ValueError(f"allowed_values must be a list, not {shown(argument)}")
    return AllowedValues(values=tuple(argument))


def _read_allowed_pattern(argument: object) -> AllowedPattern:
    if not isinstance(argument, str):
        raise ValueError(f"allowed_pattern must be a string, not {shown(argument)}")
    try:
        compile_pattern(argument)
    except ValueError as error:
        raise ValueError(f"allowed_pattern {argument!r} is not a regular expression: {error}") from None
    return AllowedPattern(pattern=argument)


def _read_custom(argument: object) -> CustomConstraint:
    if not isinstance(argument, str):
        raise ValueError(f"custom_constraint must be the name of a constraint, not {shown(argument)}")
    return CustomConstraint(name=argument)


_READERS: Mapping[str, Any] = {
    "range": _read_range,
    "length": _read_length,
    "modulo": _read_modulo,
    "allowed_values": _read_allowed_values,
    "allowed_pattern": _read_allowed_pattern,
    "custom_constraint": _read_custom,
}


def _limits(kind: str, argument: object, allowed: tuple[str, ...]) -> dict[str, Number]:
    if not isinstance(argument, Mapping):
        raise ValueError(f"{kind} takes a map with {' and '.join(allowed)}, not {shown(argument)}")
    limits: dict[str, Number] = {}
    for name, given in argument.items():
        if name not in allowed:
            raise ValueError(f"{kind} knows no {name!r}: expected {' and '.join(allowed)}")
        if given is None:
            continue
        number: Any = _as_number(given) if isinstance(given, str) else given
        if not _is_number(number):
            raise ValueError(f"{name} of {kind} must be a number, not {shown(given)}")
        limits[name] = number
    if not limits:
        raise ValueError(f"{kind} needs at least one of {' and '.join(allowed)}")
    return limits
