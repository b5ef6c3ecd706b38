"""Everything that can be said of a template by its text and the types' schemas alone: no engine, no cloud."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from heat_mq.errors import InvalidTemplate, Problem, UserError, nearest
from heat_mq.planner.check import Bounds, Check
from heat_mq.planner.definition import StackDefinition
from heat_mq.template import DEFAULT_LIMITS, UNKNOWN, Environment, Limits, Template, parse
from heat_mq.template.cache import TemplateCache
from heat_mq.template.merge import merge_environments
from heat_mq.template.problems import locate
from heat_mq.template.source import load
from heat_mq.template.values import PseudoParameters

ANY_DEPTH: Final = Bounds(depth=20, resources=100_000)
# Any parent will do: what it says is not known.
_FACADE: Final = {"metadata": UNKNOWN, "deletion_policy": "Delete", "update_policy": UNKNOWN}


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A text and how problems call it. ``environment``: the same read, with names of files made whole."""

    text: str
    file: str
    environment: Environment = dataclasses.field(default_factory=Environment)


def lint(
    template: Document, environments: Sequence[Document], files: Mapping[str, str], limits: Limits = DEFAULT_LIMITS
) -> list[Problem]:
    """Every error and warning. Values of parameters may be missing, which is a warning for those that need one.

    ``files`` is what the template and those nested in it name. A template whose text or version cannot be read gives
    the problems that keep it from being read.
    """
    cache = TemplateCache(limits=limits)
    try:
        read = parse(template.text, file=template.file, limits=limits, keep_errors=True)
        merged = merge_environments([document.environment for document in environments], read.parameters)
        wanted = StackDefinition(
            read,
            merged,
            files,
            PseudoParameters(stack_name="stack"),
            check=False,
            strict=False,
            drop_unknown=True,
            facade=_FACADE,
            templates=cache,
            tolerant=True,
        )
        errors, warnings = wanted.bound.problems()
        found = [*read.errors, *errors, *warnings, *_missing(read, merged)]
        for document in environments:
            found += _unknown(read, document, limits)
        found += Check(ANY_DEPTH, values_wanted=False, offline=True).problems(wanted)
    except InvalidTemplate as error:
        return error.problems
    except UserError as error:
        return [Problem(error.message, file=template.file)]
    return list(_once(found))


def _missing(template: Template, environment: Environment) -> Iterator[Problem]:
    """The parameters that somebody must give a value before the template can be used."""
    section = template.dialect.words.sections["parameters"]
    wrong = {path[1] for problem in template.errors if (path := problem.path.split("."))[0] == section and path[1:]}
    for name, schema in template.parameters.items():
        if name in wrong:
            continue
        given = environment.parameters.get(name), environment.parameter_defaults.get(name), schema.default
        if all(value is None for value in given):
            message = f"the parameter {name!r} has no default: it needs a value"
            yield template.problem(("parameters", name), message, key=True, severity="warning")


def _unknown(template: Template, environment: Document, limits: Limits) -> Iterator[Problem]:
    """Values for parameters that the template does not have."""
    unknown = [name for name in environment.environment.parameters if name not in template.parameters]
    if unknown:
        _, source, _ = load(environment.text, what="environment", file=environment.file, limits=limits)
        for name in unknown:
            near = nearest(name, template.parameters)
            message = f"the template has no parameter {name!r}"
            yield locate(source, ("parameters", name), message, key=True, suggestion=near)


def _once(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Without those that say the same of the same place (a template that several resources use)."""
    told = set()
    for problem in problems:
        place = (problem.file, problem.line, problem.column, problem.message)
        if problem.line is None or place not in told:
            told.add(place)
            yield problem
