"""Print problems as a compiler does: where, what, the line itself and a mark below it.

::

    stack.yaml:6:7: error: resources.key.properties: there is no property 'lengths'
      6 |       lengths: 12
        |       ^^^^^^^
        = did you mean 'length'?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from heat_mq.errors import Problem

_COLORS: Final = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "place": "\x1b[1m", "mark": "\x1b[1;32m"}
_RESET: Final = "\x1b[0m"
_WIDTH: Final = 160


def render(problems: Iterable[Problem], texts: Mapping[str, str], *, color: bool = False) -> str:
    """The problems as text, in the order of their places. ``texts`` maps a problem's ``file`` to its source."""
    return "\n".join(_rendered(problem, texts.get(problem.file, ""), color) for problem in in_order(problems))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file and place; what has no place comes first, equal problems once."""
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda problem: (problem.file, problem.line or 0, problem.column or 0))


def as_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """The problems for programs: severity, file, line, column, path, message, expected, suggestion."""
    keys = ("severity", "file", "line", "column", "path", "message", "expected", "suggestion")
    return [{key: getattr(problem, key) for key in keys} for problem in in_order(problems)]


def _rendered(problem: Problem, text: str, color: bool) -> str:
    def paint(words: str, how: str) -> str:
        return f"{_COLORS[how]}{words}{_RESET}" if color else words

    place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
    severity = paint(f"{problem.severity}:", problem.severity if problem.severity in _COLORS else "error")
    path = f"{problem.path}: " if problem.path else ""
    lines = [
        f"{paint(place + ':', 'place')} {severity} {path}{problem.message}"
        if place
        else f"{severity} {path}{problem.message}"
    ]
    margin = ""
    if problem.line and problem.column:
        written = _line(text, problem.line)
        if written is not None:
            number = str(problem.line)
            margin = " " * len(number)
            shown, lead, marks = _marked(written, problem.column)
            lines += [f"  {number} | {shown}", f"  {margin} | {lead}{paint(marks, 'mark')}"]
    if problem.suggestion:
        lines.append(f"  {margin} = did you mean {problem.suggestion!r}?")
    elif problem.expected:
        lines.append(f"  {margin} = expected {problem.expected}")
    return "\n".join(lines)


def _line(text: str, number: int) -> str | None:
    lines = text.splitlines()
    return lines[number - 1] if number <= len(lines) else None


def _marked(line: str, column: int) -> tuple[str, str, str]:
    """The part of the line to show, what stands before the mark, and the mark under the word at ``column``."""
    start = column - 1
    cut = max(0, start - _WIDTH // 2)
    shown = "".join(" " if not char.isprintable() else char for char in line[cut : cut + _WIDTH])
    end = start
    while end < len(line) and (line[end].isalnum() or line[end] in "_-:.%$"):
        end += 1
    length = max(1, min(end, cut + _WIDTH) - start)
    if length > 1 and line[start : start + length].endswith(":"):
        length -= 1
    return shown, " " * (start - cut), "^" * length
