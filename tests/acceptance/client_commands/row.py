"""Rows of the table of the client's commands: a command line, and what its answer must be.

The table is data: what runs it is ``tests/acceptance/test_client_commands.py``; that it leaves no command and no option
out is checked by ``tests/contract/test_client_commands.py``.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_TESTS = pathlib.Path(__file__).parents[2]
REFERENCE: dict[str, Any] = json.loads((_TESTS / "reference" / "client_commands.json").read_text())
#: Of the reference, by their names without the program's.
COMMANDS: dict[str, Any] = {name.removeprefix("openstack "): known for name, known in REFERENCE["commands"].items()}


@dataclasses.dataclass(frozen=True)
class Row:
    """One command.

    ``line`` is what follows ``openstack``; names in braces stand for what earlier rows kept, for the directory of the
    templates, ``{T}``, and for one to write in, ``{tmp}``.
    ``holds`` is given the answer: decoded JSON, or text of a command that prints no other; it must be true.
    ``keep`` gives values of the answer names. ``rests`` is a stack with the state in which it comes to rest afterwards.
    """

    line: str
    holds: Callable[[Any], object] | None = None
    keep: Mapping[str, Callable[[Any], str]] = dataclasses.field(default_factory=dict)
    rests: tuple[str, str] | None = None
    #: Run by an administrator.
    admin: bool = False
    #: Run again until the answer holds: somebody else is at work.
    again: bool = False
    #: The command never ends by itself: it is interrupted when it has said this.
    says: str = ""

    @property
    def command(self) -> str:
        """The longest command of the reference that the line begins with; ValueError for any other line."""
        words = shlex.split(self.line)
        for length in range(len(words), 0, -1):
            if (name := " ".join(words[:length])) in COMMANDS:
                return name
        raise ValueError(f"no command of the client: {self.line}")

    @property
    def options(self) -> list[str]:
        """The reference's names of the options that are given, each as often as it is."""
        known = COMMANDS[self.command]["options"]
        names = {alias: name for name, option in known.items() for alias in (name, *option.get("also", ()))}
        return [names[word] for word in shlex.split(self.line) if word in names]

    @property
    def text(self) -> bool:
        """Whether the command does not print JSON when asked to."""
        own_format = {"-f", "--output-file"} & set(shlex.split(self.line))
        return bool(own_format or self.says or COMMANDS[self.command]["output"] == ["Command"])


@dataclasses.dataclass(frozen=True)
class Call:
    """What the client cannot do, but others do while it works: a request to the API."""

    method: str
    path: str
    body: Any


@dataclasses.dataclass(frozen=True)
class Other:
    """A command of the client that is not of orchestration."""

    line: str


def rows(*tables: tuple[Row | Call | Other, ...]) -> Iterator[Row]:
    """Those of the tables that are commands of orchestration."""
    return (row for table in tables for row in table if isinstance(row, Row))
