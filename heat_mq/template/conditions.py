"""Decide conditions: named ones, inline ones, and what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from heat_mq.errors import nearest
from heat_mq.template.constraints import shown
from heat_mq.template.marks import UNKNOWN, Secret
from heat_mq.template.problems import Problems
from heat_mq.template.source import Path


class Bind(Protocol):
    """Turns an expression into its value with the functions that conditions may use; UNKNOWN when it is wrong."""

    def __call__(self, raw: Any, path: Path, holds: Callable[[Any, Path], Any], problems: Problems) -> Any: ...


class Conditions:
    """The named conditions of a template under one set of parameters; each is decided once.

    What is wrong is noted in ``problems``; ``noting`` gives the same conditions with another place for notes.
    """

    def __init__(
        self,
        expressions: Mapping[str, Any],
        section: str,
        problems: Problems,
        bind: Bind,
    ) -> None:
        self._expressions = expressions
        self._section = section
        self._problems = problems
        self._bind = bind
        self._decided: dict[str, Any] = {}
        self._open: list[str] = []

    def noting(self, problems: Problems) -> Conditions:
        """The same conditions, decided already, for expressions whose problems belong to ``problems``."""
        view = Conditions(self._expressions, self._section, problems, self._bind)
        view._decided = self._decided
        return view

    def decide_all(self) -> dict[str, Any]:
        """Every named condition: True, False or UNKNOWN. What is wrong is noted."""
        return {name: self.named(name) for name in self._expressions}

    def named(self, name: str) -> Any:
        """A condition of the section, which must have it. A wrong one counts as UNKNOWN."""
        if name in self._decided:
            return self._decided[name]
        path = (self._section, name)
        if name in self._open:
            around = " -> ".join([*self._open[self._open.index(name) :], name])
            self._problems.add(path, f"the condition {name!r} depends on itself: {around}", key=True)
            return UNKNOWN
        self._open.append(name)
        try:
            expression = self._expressions[name]
            if isinstance(expression, str):
                # Heat refuses a bare name here, though it takes one everywhere else.
                message = f"the condition {name!r} must be a boolean or a condition function, not {shown(expression)}"
                self._problems.add(path, message)
                value = UNKNOWN
            else:
                value = self.holds(expression, path)
        finally:
            self._open.pop()
        return self._decided.setdefault(name, value)

    def holds(self, operand: Any, path: Path) -> Any:
        """Decide a boolean, the name of a condition, or an inline expression: True, False or UNKNOWN."""
        if isinstance(operand, bool):
            return operand
        if isinstance(operand, str):
            if operand in self._expressions:
                return self.named(operand)
            near = nearest(operand, self._expressions)
            self._problems.add(path, f"there is no condition {operand!r}", suggestion=near)
            return UNKNOWN
        value = self._bind(operand, path, self.holds, self._problems)
        if isinstance(value, Secret):
            value = value.value
        if isinstance(value, bool) or value is UNKNOWN:
            return value
        self._problems.add(path, f"a condition must come to true or false, not to {shown(value)}")
        return UNKNOWN
