"""The parameters of one stack: chosen, converted, checked; and what a stack knows of itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from heat_mq.arn import Arn
from heat_mq.errors import ImmutableParameter, InvalidTemplate, MissingParameter, UnknownParameter, nearest
from heat_mq.template.environment import Environment
from heat_mq.template.marks import UNKNOWN, Secret
from heat_mq.template.model import Template
from heat_mq.template.parameters import ParameterSchema
from heat_mq.template.problems import Problems

AWS_REGION = "ap-southeast-1"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PseudoParameters:
    """What a stack knows of itself. A check before the stack has a name or id gives "" for them.

    ``availability_zones`` is what ``Fn::GetAZs`` gives.
    """

    stack_name: str = ""
    stack_id: str = ""
    project_id: str = ""
    availability_zones: tuple[str, ...] = ("nova",)

    def values(self, format: str) -> dict[str, str]:
        """The pseudo parameters of a format ("hot" or "cfn"); those that depend on the name need one."""
        if format == "hot":
            named = {"OS::stack_name": self.stack_name} if self.stack_name else {}
            return {"OS::project_id": self.project_id, "OS::stack_id": self.stack_id, **named}
        if not self.stack_name:
            return {}
        return {"AWS::StackName": self.stack_name, "AWS::StackId": self.arn, "AWS::Region": AWS_REGION}

    @property
    def arn(self) -> str:
        """The stack's name in CloudFormation's form."""
        return str(Arn(self.project_id, self.stack_name, self.stack_id))


class ParameterValues(Mapping[str, Any]):
    """Name -> typed value of every parameter that has one, pseudo parameters included.

    Values are plain; ``marked`` gives them as functions see them, hidden ones as Secret. A value that is not known yet
    is UNKNOWN. ``given`` are the names for which the user gave a value.
    """

    __slots__ = ("_plain", "_schemas", "given", "marked")

    def __init__(
        self, schemas: Mapping[str, ParameterSchema], marked: Mapping[str, Any], given: frozenset[str] = frozenset()
    ) -> None:
        self.given = given
        self._schemas = schemas
        self.marked = marked
        self._plain = {name: value.value if isinstance(value, Secret) else value for name, value in marked.items()}

    def __getitem__(self, name: str) -> Any:
        return self._plain[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._plain)

    def __len__(self) -> int:
        return len(self._plain)

    def display(self) -> dict[str, str]:
        """What stack show prints: text for every parameter, ``******`` for hidden ones."""
        return {
            name: self._schemas[name].display(value) if name in self._schemas else str(value)
            for name, value in self.marked.items()
        }

    @property
    def secrets(self) -> frozenset[str]:
        """The parameters whose value must not be shown."""
        return frozenset(name for name, value in self.marked.items() if isinstance(value, Secret))

    def custom_constraints(self) -> list[tuple[str, str, Any]]:
        """(parameter, constraint, value) of all that only a cloud can check; unknown values are left out."""
        return [
            (name, constraint, self._plain[name])
            for name, schema in self._schemas.items()
            for constraint in schema.custom_constraints()
            if name in self._plain and self._plain[name] is not UNKNOWN
        ]


def choose_values(
    template: Template,
    environment: Environment,
    given: Mapping[str, Any],
    pseudo: PseudoParameters,
    problems: Problems,
    *,
    strict: bool,
    drop_unknown: bool,
    previous: Mapping[str, Any] | None,
) -> ParameterValues:
    """The value of every parameter: the user's, else the environment's default, else the template's.

    Everything wrong goes to ``problems``. Without ``strict`` a parameter without a value is UNKNOWN.
    """
    wanted = {**environment.parameters, **given}
    if not drop_unknown:
        for name in wanted:
            if name not in template.parameters:
                message = f"the template has no parameter {name!r}"
                near = nearest(name, template.parameters)
                problems.add(("parameters", name), message, error=UnknownParameter, suggestion=near)
    marked: dict[str, Any] = dict(pseudo.values(template.format))
    changed = []
    for name, schema in template.parameters.items():
        raw = wanted.get(name)
        if raw is None:
            raw = environment.parameter_defaults.get(name)
        if raw is None:
            raw = schema.default
        if previous is not None and schema.immutable and name in previous and _plain(raw) != previous[name]:
            changed.append(name)
        path = template.path_of("parameters", name)
        if raw is None:
            if strict:
                problems.add(path, f"the parameter {name!r} needs a value", error=MissingParameter, key=True)
            marked[name] = UNKNOWN
            continue
        marked[name] = _typed(schema, raw, path, problems)
    if changed:
        names = ", ".join(changed)
        path = template.path_of("parameters", changed[0])
        problems.add(path, f"these parameters may not be changed: {names}", error=ImmutableParameter, key=True)
    given_names = frozenset(name for name, value in wanted.items() if value is not None)
    return ParameterValues(template.parameters, marked, given_names)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Secret) else value


def _typed(schema: ParameterSchema, raw: Any, path: tuple[str | int, ...], problems: Problems) -> Any:
    hidden = schema.hidden or isinstance(raw, Secret)
    raw = _plain(raw)
    if raw is UNKNOWN:
        return UNKNOWN
    checked = dataclasses.replace(schema, hidden=hidden)
    try:
        value = checked.convert(raw)
        problem = checked.check(value)
    except ValueError as error:
        value, problem = UNKNOWN, str(error)
    # What is wrong with the template's own default was told when it was parsed.
    if problem and raw is not schema.default:
        message = f"the value of the parameter {schema.name!r} does not fit: {problem}"
        problems.add(path, message, error=InvalidTemplate, key=True)
    return Secret(value) if hidden and value is not UNKNOWN else value
