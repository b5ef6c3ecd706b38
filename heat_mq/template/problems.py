"""Collect everything that is wrong, with its place, and raise it once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from heat_mq.errors import InvalidTemplate, Problem, nearest
from heat_mq.template.source import Source


def dotted(path: Iterable[str | int]) -> str:
    """``resources.server.properties.networks[0].port``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


class Problems:
    """The errors and warnings of one template or environment.

    The first error decides which class is raised, so that clients see the name that Heat would
    give; all of them are in its ``problems``.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._error: type[InvalidTemplate] = InvalidTemplate
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def add(
        self,
        path: Sequence[str | int],
        message: str,
        *,
        error: type[InvalidTemplate] = InvalidTemplate,
        key: bool = False,
        expected: str = "",
        suggestion: str = "",
        kind: str = "",
        place: Sequence[str | int] = (),
        warning: bool = False,
    ) -> None:
        """Note a problem at ``path``; ``key`` points at the key itself and not at its value.

        ``place`` is what lies below the path and has the position that is told.
        """
        problem = locate(
            self._source,
            path,
            message,
            key=key,
            expected=expected,
            suggestion=suggestion,
            severity="warning" if warning else "error",
            kind=kind,
            place=place,
        )
        if warning:
            self.warnings.append(problem)
            return
        if not self.errors:
            self._error = error
        self.errors.append(problem)

    def add_unknown(
        self,
        path: Sequence[str | int],
        what: str,
        name: object,
        valid: Iterable[str],
        *,
        error: type[InvalidTemplate] = InvalidTemplate,
        key: bool = False,
        more: str = "",
    ) -> None:
        """Note that ``name`` is no ``what``, with the valid name that is nearest to it."""
        names = sorted(valid)
        listed = ", ".join(names) if len(names) <= 12 else ""
        self.add(
            path,
            f"there is no {what} {name!r}{more}",
            error=error,
            key=key,
            expected=f"one of {listed}" if listed else "",
            suggestion=nearest(name, names),
        )

    def extend(self, other: Problems) -> None:
        """Take over what another collector of the same template found."""
        if other.errors and not self.errors:
            self._error = other._error
        self.errors.extend(other.errors)
        self.warnings.extend(other.warnings)

    def failure(self) -> InvalidTemplate | None:
        """The error to raise, or None when there are only warnings."""
        return self._error(self.errors) if self.errors else None

    def raise_errors(self) -> None:
        """Raise what was found, if it was an error."""
        failure = self.failure()
        if failure is not None:
            raise failure


def locate(
    source: Source,
    path: Sequence[str | int],
    message: str,
    *,
    key: bool = False,
    expected: str = "",
    suggestion: str = "",
    severity: str = "error",
    kind: str = "",
    place: Sequence[str | int] = (),
) -> Problem:
    """A problem with the line and column that ``path`` (and ``place`` below it) has in the source."""
    line, column = source.locate((*path, *place), key=key) or (None, None)
    return Problem(
        message,
        path=dotted(path),
        line=line,
        column=column,
        file=source.file,
        severity=severity,
        expected=expected,
        suggestion=suggestion,
        kind=kind,
    )
