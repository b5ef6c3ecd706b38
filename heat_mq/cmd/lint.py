"""``heat-mq lint``: what is wrong with a template, told as a compiler does, offline."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from heat_mq.cmd.lint_files import DiskTexts, Unreadable, bytes_of, files_of, path_of, placed_registry
from heat_mq.errors import InvalidTemplate, Problem, UserError
from heat_mq.planner.lint import Document, lint
from heat_mq.template import Environment
from heat_mq.template.diagnostics import as_json, in_order, render

CLEAN: Final = 0
ERRORS: Final = 1
UNREADABLE: Final = 2


def run(arguments: argparse.Namespace) -> int:
    """Print the problems of ``arguments.template`` with ``arguments.environment``; returns the exit status.

    0: no error (there may be warnings); 1: errors; 2: a file that was named cannot be read.
    """
    try:
        problems = in_order(find_problems(arguments.template, arguments.environment))
    except Unreadable as error:
        print(f"heat-mq lint: {error}", file=sys.stderr)
        return UNREADABLE
    if arguments.format == "json":
        print(json.dumps(as_json(problems), indent=2))
    elif problems:
        color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        print(render(problems, {problem.file: _shown_text(problem.file) for problem in problems}, color=color))
        print(_summary(problems))
    return ERRORS if any(problem.severity == "error" for problem in problems) else CLEAN


def find_problems(template: Path, environments: Sequence[Path]) -> list[Problem]:
    """Everything wrong or doubtful in a template and the environments that it is used with; raises Unreadable."""
    content = bytes_of(template)
    documents, problems = [], []
    for path in environments:
        try:
            documents.append(_environment(path, bytes_of(path)))
        except InvalidTemplate as error:
            problems += error.problems
        except UserError as error:
            problems.append(Problem(error.message, file=str(path)))
    try:
        text = _decoded(content, template)
    except InvalidTemplate as error:
        return [*error.problems, *problems]
    problems += lint(Document(text, str(template)), documents, files_of(template))
    return [dataclasses.replace(problem, file=_shown_name(problem.file)) for problem in problems]


def _environment(path: Path, content: bytes) -> Document:
    text = _decoded(content, path)
    read = Environment.parse(text, file=str(path))
    placed = dataclasses.replace(read, resource_registry=placed_registry(read.resource_registry, path))
    return Document(text, str(path), placed)


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise InvalidTemplate([Problem("this is not UTF-8 text", line=line, column=column, file=str(path))]) from None


def _shown_name(file: str) -> str:
    """A nested template by its path from here, not by its URL."""
    return os.path.relpath(path_of(file)) if file.startswith("file:") else file


def _shown_text(file: str) -> str:
    return DiskTexts().get(Path(file).absolute().as_uri(), "") if file else ""


def _summary(problems: Sequence[Problem]) -> str:
    counts = []
    for word in ("error", "warning"):
        number = sum(problem.severity == word for problem in problems)
        if number:
            counts.append(f"{number} {word}{'s' if number > 1 else ''}")
    return ", ".join(counts)
