"""Patterns that are run only when it is known that they end soon.

Python's engine tries every way to match, and nothing stops it. So before it is let loose the work is bounded:
by arithmetic, which is enough for nearly all patterns (:mod:`.cost`), else by a rehearsal that does the same steps and
counts them (:mod:`.rehearsal`). What matches is always what Python's engine says. Both bounds count steps and not
seconds, so that every process comes to the same answer.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import re
from collections.abc import Callable, Iterator
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

from heat_mq.template.regex.cost import ways
from heat_mq.template.regex.rehearsal import Program, compile_program

STEPS: Final = 1_000_000
"""Steps of the rehearsal within one :func:`budget`: about a second."""

CHEAP: Final = 2_000_000
"""Steps of Python's engine, a hundred times as fast, that need no rehearsal."""

_RATIO: Final = 100
_left: contextvars.ContextVar[list[int]] = contextvars.ContextVar("steps left")


class TooMuchBacktracking(ValueError):
    """The expression has too many ways to match this text."""


@contextlib.contextmanager
def budget(steps: int = STEPS) -> Iterator[None]:
    """All matching inside shares so many steps; one inside another shares the outer's."""
    if _left.get(None) is not None:
        yield
        return
    token = _left.set([steps])
    try:
        yield
    finally:
        _left.reset(token)


@functools.lru_cache(maxsize=1024)
def compile_pattern(pattern: str, flags: int = 0) -> Pattern:
    """Raises ValueError with what is wrong with the pattern."""
    try:
        return Pattern(re.compile(pattern, flags))
    except re.error as error:
        raise ValueError(str(error)) from None
    except (OverflowError, RecursionError):
        raise ValueError("it is too large or nested too deeply") from None


class Pattern:
    """The methods of ``re.Pattern``; each raises TooMuchBacktracking instead of taking long."""

    __slots__ = ("_compiled", "_program", "_tree")

    def __init__(self, compiled: re.Pattern[str]) -> None:
        self._compiled = compiled
        self._tree: Any = parser.parse(compiled.pattern, compiled.flags & ~re.UNICODE)
        self._program: Program | None = None

    @property
    def pattern(self) -> str:
        return self._compiled.pattern

    def match(self, text: str) -> re.Match[str] | None:
        self._afford(text, starts=1)
        return self._compiled.match(text)

    def search(self, text: str) -> re.Match[str] | None:
        self._afford(text)
        return self._compiled.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        self._afford(text)
        return self._compiled.finditer(text)

    def split(self, text: str, maxsplit: int = 0) -> list[str | Any]:
        self._afford(text)
        return self._compiled.split(text, maxsplit)

    def sub(self, repl: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        self._afford(text)
        return self._compiled.sub(repl, text, count)

    def _afford(self, text: str, starts: int = 0) -> None:
        left = _left.get(None) or [STEPS]
        cost = ways(self._tree, len(text), CHEAP) * (starts or len(text) + 1)
        if cost <= CHEAP:
            left[0] -= cost // _RATIO
        else:
            if self._program is None:
                self._program = compile_program(self._tree, self._compiled.flags)
            left[0] = self._program.rehearse(text, left[0], everywhere=not starts)
        if left[0] < 0:
            raise TooMuchBacktracking(
                f"the regular expression {self.pattern[:80]!r} has too many ways to match {len(text)} characters"
            )
