"""Bind a template to an environment and parameters: what the stack is to be, as far as it can be told now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from heat_mq.errors import CircularDependency, InvalidTemplateReference, Problem, nearest
from heat_mq.graph import find_cycle, text_of_cycle
from heat_mq.template.compile import AttributeUse, Compiler, Holds, Names, Surroundings
from heat_mq.template.conditions import Conditions
from heat_mq.template.constraints import shown
from heat_mq.template.definition import Definition, OutputDefinition
from heat_mq.template.environment import Environment
from heat_mq.template.marks import UNKNOWN
from heat_mq.template.model import Template
from heat_mq.template.problems import Problems
from heat_mq.template.regex import budget
from heat_mq.template.source import Path
from heat_mq.template.tree import Node
from heat_mq.template.values import ParameterValues, PseudoParameters, choose_values


def bind(
    template: Template,
    *,
    environment: Environment | None = None,
    parameters: Mapping[str, Any] | None = None,
    pseudo: PseudoParameters | None = None,
    strict: bool = True,
    previous: Mapping[str, Any] | None = None,
    drop_unknown: bool = False,
    facade: Mapping[str, Any] | None = None,
    check: bool = True,
) -> Bound:
    """Choose and check parameter values, decide conditions, and put both into the template.

    ``parameters`` win over the environment's. A value may be UNKNOWN (a nested stack that is checked before its
    parent's values exist) or Secret. ``strict`` wants a value for every parameter; without it those without one are
    UNKNOWN. ``previous`` are the typed values of the stack that is updated, for immutable parameters.
    ``drop_unknown`` ignores values for parameters that the template does not have (PATCH). ``facade`` is what the
    parent's definition says of the resource that this template stands for: ``metadata``, ``deletion_policy``,
    ``update_policy``.

    With ``check`` everything is looked at and all problems are raised at once as InvalidTemplate (MissingParameter,
    UnknownParameter, ImmutableParameter, InvalidTemplateReference, …: the class fits the first). Without it
    definitions are bound one by one as they are asked for, which is what a worker wants that needs few of many;
    ``Bound.problems`` then tells what is wrong.
    """
    problems = Problems(template.source)
    environment = environment or Environment()
    pseudo = pseudo or PseudoParameters()
    with budget():
        values = choose_values(
            template,
            environment,
            parameters or {},
            pseudo,
            problems,
            strict=strict,
            drop_unknown=drop_unknown,
            previous=previous,
        )
    scope = Surroundings(
        values.marked, template.files, template.mappings, facade, pseudo.availability_zones, template.limits
    )
    bound = Bound(template, environment, values, scope, problems)
    if check:
        bound.check()
    return bound


class Definitions(Mapping[str, Definition]):
    """Name -> definition of every resource that takes part, bound when first asked for.

    Asking for one that is wrong raises InvalidTemplate with its problems.
    """

    __slots__ = ("_bind", "_names")

    def __init__(self, names: tuple[str, ...], bind: Any) -> None:
        self._names = dict.fromkeys(names)
        self._bind = bind

    def __getitem__(self, name: str) -> Definition:
        if name not in self._names:
            raise KeyError(name)
        definition, problems = self._bind(name)
        problems.raise_errors()
        return definition

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Bound:
    """A template with its parameters: a stack to be. Read-only; safe to share between threads.

    ``resources`` has only those whose condition holds (or cannot be decided yet); ``conditions`` maps each
    named condition to True, False or UNKNOWN.
    """

    def __init__(
        self,
        template: Template,
        environment: Environment,
        values: ParameterValues,
        scope: Surroundings,
        problems: Problems,
    ) -> None:
        self.template = template
        self.environment = environment
        self.parameters = values
        self._scope = scope
        self._problems = problems
        words = template.dialect.words
        self._resource_words = words.resource
        section = words.sections.get("conditions", "conditions")
        self._conditions = Conditions(template.conditions, section, problems, self._bind_in_condition)
        self.conditions: Mapping[str, Any] = self._conditions.decide_all()
        self._undecided: set[str] = set()
        self._names = self._choose_resources()
        self._bound: dict[str, tuple[Definition, Problems]] = {}
        self._outputs: dict[str, tuple[OutputDefinition, Problems]] = {}
        present = tuple(name for name in template.resources if name in self._names.present)
        self.resources: Mapping[str, Definition] = Definitions(present, self._definition)

    @property
    def secrets(self) -> frozenset[str]:
        """The parameters whose value must not be shown."""
        return self.parameters.secrets

    @property
    def left_out(self) -> Mapping[str, str]:
        """Resource -> the condition that leaves it out."""
        return self._names.left_out

    def definition(self, name: str) -> Definition:
        """The definition though it may be wrong: a part that is wrong is UNKNOWN, and told in :meth:`problems`."""
        return self._definition(name)[0]

    @property
    def outputs(self) -> Mapping[str, OutputDefinition]:
        """Every output, also those whose condition is false. Raises InvalidTemplate when one is wrong."""
        made = {}
        for name in self.template.outputs:
            made[name], problems = self._output(name)
            problems.raise_errors()
        return made

    def custom_constraints(self) -> list[tuple[str, str, Any]]:
        """(parameter, constraint, value) of the parameters that only a cloud can check."""
        return self.parameters.custom_constraints()

    def problems(self) -> tuple[list[Problem], list[Problem]]:
        """Everything wrong and everything doubtful in parameters, resources, outputs and dependencies."""
        found = self._all_problems()
        return found.errors, [*self.template.warnings, *found.warnings]

    def check(self) -> None:
        """Raise everything that is wrong, at once."""
        self._all_problems().raise_errors()

    def dependencies(self) -> dict[str, frozenset[str]]:
        """Resource -> the resources that it needs, by ``depends_on`` and by its functions.

        Raises CircularDependency, which names the cycle, and InvalidTemplateReference for a name that is no resource.
        """
        needs = {name: self.resources[name].dependencies for name in self.resources}
        cycle = find_cycle(needs)
        if cycle is not None:
            raise self.circular(cycle)
        return needs

    def circular(self, cycle: Iterable[str]) -> CircularDependency:
        """The error for a cycle (its first name is repeated at its end), at the place of its first resource."""
        names = list(cycle)
        message = f"circular dependency: {text_of_cycle(names)} (each needs the next)"
        return CircularDependency([self.template.problem(("resources", names[0]), message, key=True)])

    def attribute_uses(self) -> list[AttributeUse]:
        """Every place in resources and outputs that asks for an attribute, with its path; also in wrong ones."""
        uses = [use for name in self.resources for use in self.definition(name).attributes]
        outputs = (self._output(name)[0] for name in self.template.outputs)
        return uses + [use for output in outputs if output.enabled is not False for use in output.attributes]

    def attributes_used(self) -> dict[str, set[tuple[Any, ...] | None]]:
        """Resource -> what is asked of it: (attribute, constant steps…), or None for all attributes."""
        used: dict[str, set[tuple[Any, ...] | None]] = {}
        for use in self.attribute_uses():
            used.setdefault(use.resource, set()).add(use.constant)
        return used

    # --- conditions ---------------------------------------------------------------------------

    def _bind_in_condition(self, raw: Any, path: Path, holds: Holds, problems: Problems) -> Any:
        errors = len(problems.errors)
        nothing = Names(frozenset(), {})
        compiler = Compiler(self.template.dialect, self._scope, nothing, holds, problems, in_condition=True)
        value = compiler.bind(raw, path)
        return UNKNOWN if len(problems.errors) > errors else value

    def _choose_resources(self) -> Names:
        present, left_out = set(), {}
        key = self._resource_words.get("condition")
        for name, raw in self.template.resources.items():
            operand = raw.get(key) if key else None
            truth: Any = True
            if operand is not None:
                truth = self._conditions.holds(operand, self.template.path_of("resources", name, "condition"))
            if truth is False:
                left_out[name] = operand if isinstance(operand, str) else "on it"
                continue
            if truth is UNKNOWN:
                self._undecided.add(name)
            present.add(name)
        return Names(frozenset(present), left_out)

    # --- resources ----------------------------------------------------------------------------

    def _compiler(self, problems: Problems, *, tolerant: bool = False) -> Compiler:
        conditions = self._conditions.noting(problems)
        return Compiler(self.template.dialect, self._scope, self._names, conditions.holds, problems, tolerant=tolerant)

    def _definition(self, name: str) -> tuple[Definition, Problems]:
        known = self._bound.get(name)
        if known is None:
            known = self._bound.setdefault(name, self._bind_definition(name))
        return known

    def _bind_definition(self, name: str) -> tuple[Definition, Problems]:
        problems = Problems(self.template.source)
        compiler = self._compiler(problems)
        raw, words = self.template.resources[name], self._resource_words

        def part(word: str) -> Any:
            key = words.get(word)
            content = raw.get(key) if key else None
            return compiler.bind(content, self._path(name, word)) if content is not None else None

        def tree(word: str) -> Any:
            content = part(word)
            if content is None or isinstance(content, dict | Node) or content is UNKNOWN:
                return {} if content is None else content
            problems.add(self._path(name, word), f"{words[word]} must be a map, not {shown(content)}")
            return {}

        definition = Definition(
            name=name,
            type=self._text(name, "type", part("type"), problems) or "",
            properties=tree("properties"),
            metadata=tree("metadata"),
            update_policy=tree("update_policy"),
            depends_on=self._depends_on(name, raw.get(words["depends_on"]), problems),
            deletion_policy=self._deletion_policy(name, part("deletion_policy"), problems),
            external_id=self._text(name, "external_id", part("external_id"), problems),
            description=str(raw.get(words["description"]) or ""),
            conditional=name in self._undecided,
            references=frozenset(compiler.references),
            attributes=tuple(compiler.attributes),
            template=self.template,
        )
        return definition, problems

    def _path(self, name: str, *rest: str | int) -> Path:
        return self.template.path_of("resources", name, *rest)

    def _text(self, name: str, word: str, value: Any, problems: Problems) -> str | None:
        if value is None or isinstance(value, str):
            return value
        if value is not UNKNOWN:
            key = self._resource_words[word]
            problems.add(self._path(name, word), f"{key} must be a string that is known before anything is created")
        return None

    def _depends_on(self, name: str, given: Any, problems: Problems) -> tuple[str, ...]:
        """The resources listed that take part; those that a condition leaves out are ignored."""
        listed = given if isinstance(given, list) else [given] if given is not None else []
        known = []
        for place, other in enumerate(listed):
            if other in self._names.present:
                known.append(other)
            elif other not in self._names.left_out:
                rest = (place,) if isinstance(given, list) else ()
                message = f"{self._resource_words['depends_on']} names {other!r}, which is no resource"
                near = nearest(other, self._names.present)
                path = self._path(name, "depends_on", *rest)
                problems.add(path, message, error=InvalidTemplateReference, suggestion=near)
        return tuple(dict.fromkeys(known))

    def _deletion_policy(self, name: str, value: Any, problems: Problems) -> str:
        if value is None or value is UNKNOWN:
            return "Delete"
        allowed = self.template.dialect.deletion_policies
        if isinstance(value, str) and value in allowed:
            return value.capitalize()
        standard = "Delete, Retain or Snapshot"
        message = f"there is no {self._resource_words['deletion_policy']} {shown(value)}: it is one of {standard}"
        near = "Retain" if value == "Keep" else nearest(value, allowed)
        problems.add(self._path(name, "deletion_policy"), message, expected=standard, suggestion=near)
        return "Delete"

    # --- outputs ------------------------------------------------------------------------------

    def _output(self, name: str) -> tuple[OutputDefinition, Problems]:
        known = self._outputs.get(name)
        if known is None:
            known = self._outputs.setdefault(name, self._bind_output(name))
        return known

    def _bind_output(self, name: str) -> tuple[OutputDefinition, Problems]:
        problems = Problems(self.template.source)
        words = self.template.dialect.words.output
        raw = self.template.outputs[name]
        compiler = self._compiler(problems, tolerant=True)
        operand = raw.get(words["condition"]) if "condition" in words else None
        enabled: Any = True
        if operand is not None:
            path = self.template.path_of("outputs", name, "condition")
            enabled = self._conditions.noting(problems).holds(operand, path)
        value = None
        if enabled is not False:
            value = compiler.bind(raw[words["value"]], self.template.path_of("outputs", name, "value"))
        output = OutputDefinition(
            name=name,
            description=str(raw.get(words["description"]) or ""),
            value=value,
            enabled=enabled,
            references=frozenset(compiler.references),
            attributes=tuple(compiler.attributes),
            template=self.template,
        )
        return output, problems

    def _all_problems(self) -> Problems:
        found = Problems(self.template.source)
        found.extend(self._problems)
        needs = {}
        for name in self.resources:
            definition, problems = self._definition(name)
            needs[name] = definition.dependencies
            found.extend(problems)
        for name in self.template.outputs:
            found.extend(self._output(name)[1])
        cycle = find_cycle(needs)
        if cycle is not None:
            path = self._path(cycle[0])
            message = self.circular(cycle).problems[0].message
            found.add(path, message, error=CircularDependency, key=True)
        return found
