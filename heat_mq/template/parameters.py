"""Parameters: their schema, and turning what a user gives into a value of the right type."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from heat_mq.errors import InvalidSchema, nearest
from heat_mq.template.constraints import (
    AllowedPattern,
    AllowedValues,
    Constraint,
    CustomConstraint,
    Length,
    Modulo,
    Range,
    parse_constraint,
    shown,
)
from heat_mq.template.marks import MASK, UNKNOWN, Secret
from heat_mq.template.problems import Problems
from heat_mq.template.source import plain
from heat_mq.template.versions import Version
from heat_mq.text import TRUTHS

# HOT's name -> the name in CFN templates and in every validate answer.
TYPE_NAMES: Final = {
    "string": "String",
    "number": "Number",
    "comma_delimited_list": "CommaDelimitedList",
    "json": "Json",
    "boolean": "Boolean",
}
_HOT_NAMES: Final = {cfn: hot for hot, cfn in TYPE_NAMES.items()}
# What people write instead.
_MEANT: Final = {
    "integer": "number",
    "int": "number",
    "float": "number",
    "str": "string",
    "text": "string",
    "bool": "boolean",
    "list": "comma_delimited_list",
    "array": "comma_delimited_list",
    "map": "json",
    "object": "json",
    "dict": "json",
}
_JSON_DEPTH: Final = 100

_HOT_KEYS: Final = ("type", "description", "default", "schema", "constraints", "hidden", "label", "immutable")
_CFN_KEYS: Final = (
    "Type",
    "Description",
    "Default",
    "NoEcho",
    "AllowedValues",
    "AllowedPattern",
    "MaxLength",
    "MinLength",
    "MaxValue",
    "MinValue",
    "ConstraintDescription",
    "Label",
)
# The type by which a constraint says what it may stand on.
_CONSTRAINED_AS: Final = {"comma_delimited_list": "list", "json": "map"}


@dataclasses.dataclass(frozen=True, slots=True)
class ParameterSchema:
    """What a template says of one parameter. ``default`` is as written; None means there is none."""

    name: str
    type: str
    description: str = ""
    label: str = ""
    default: Any = None
    hidden: bool = False
    immutable: bool = False
    tags: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()

    @property
    def required(self) -> bool:
        """True when the user must give a value."""
        return self.default is None

    def convert(self, value: Any) -> Any:
        """The value in the parameter's type. Raises ValueError; its text holds no hidden value."""
        try:
            return _CONVERT[self.type](value)
        except ValueError as error:
            text = str(error) if not self.hidden else f"the hidden value is no {self.type}"
            raise ValueError(text) from None

    def check(self, value: Any) -> str | None:
        """The first constraint that a typed value breaks, as text; custom constraints are not looked up."""
        for constraint in self.constraints:
            problem = constraint.check(value, secret=self.hidden)
            if problem:
                return problem
        return None

    def custom_constraints(self) -> list[str]:
        """The names of the constraints that only a cloud can check."""
        return [constraint.name for constraint in self.constraints if isinstance(constraint, CustomConstraint)]

    def display(self, value: Any) -> str:
        """The value as stack show prints it: always text, hidden ones as asterisks."""
        if self.hidden or isinstance(value, Secret):
            return MASK
        if value is UNKNOWN:
            return ""
        return as_text(value, self.type)


def as_text(value: Any, kind: str) -> str:
    """A typed value as text that ``convert`` takes back."""
    if isinstance(value, str):
        return value
    if kind == "comma_delimited_list" and isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, dict | list) or kind == "json":
        return json.dumps(value)
    return str(value)


def _to_string(value: Any) -> str:
    return as_text(value, "string")


def _to_number(value: Any) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        for convert in (int, float):
            try:
                return convert(value)
            except ValueError:
                continue
    raise ValueError(f"{shown(value)} is not a number")


def _to_list(value: Any) -> list[str]:
    if isinstance(value, list):
        return [item if isinstance(item, str) else as_text(item, "json") for item in value]
    if isinstance(value, str):
        return value.split(",") if value else []
    raise ValueError(f"{shown(value)} is not a list or text with commas")


def _to_json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value:
        return value
    try:
        return plain(json.loads(value), _JSON_DEPTH)
    except ValueError:
        raise ValueError(f"{shown(value)} is not JSON") from None
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None


def _to_boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = TRUTHS.get(str(value).strip().lower())
    if found is None:
        raise ValueError(f"{shown(value)} is not a boolean")
    return found


_CONVERT: Final[Mapping[str, Callable[[Any], Any]]] = {
    "string": _to_string,
    "number": _to_number,
    "comma_delimited_list": _to_list,
    "json": _to_json,
    "boolean": _to_boolean,
}


def parse_parameters(
    section: Mapping[str, Any], version: Version, problems: Problems, path: tuple[str, ...]
) -> dict[str, ParameterSchema]:
    """Read the section of parameters. What is wrong goes to ``problems``; a definition that cannot be used counts
    as a plain string, so that its mistake is reported once and not at each use."""
    read = _read_hot if version.format == "hot" else _read_cfn
    schemas = {}
    for name, raw in section.items():
        note = functools.partial(_note, problems, (*path, name))
        schema = read(name, raw, version, note)
        if schema is None:
            schema = ParameterSchema(name, "string")
        else:
            _check_default(schema, note, "default" if version.format == "hot" else "Default")
        schemas[name] = schema
    return schemas


Note = Callable[..., None]


def _note(
    problems: Problems, path: tuple[str | int, ...], where: tuple[str | int, ...], message: str, **more: Any
) -> None:
    problems.add((*path, *where), message, error=InvalidSchema, **more)


def _read_type(name: str, raw: Any, key: str, names: Mapping[str, str], allowed: tuple[str, ...], note: Note) -> str:
    """The HOT name of the parameter's type, or "" when the definition cannot be used."""
    if not isinstance(raw, dict):
        note((), f"the definition of the parameter {name!r} must be a map, not {shown(raw)}")
        return ""
    for unknown in (item for item in raw if item not in allowed):
        note((unknown,), f"a parameter has no key {unknown!r}", key=True, suggestion=nearest(unknown, allowed))
    if key not in raw:
        note((), f"the parameter {name!r} has no {key}", expected=f"one of {', '.join(names)}")
        return ""
    given = raw[key]
    if isinstance(given, str) and given in names:
        return names[given]
    meant = _MEANT.get(str(given).lower(), "")
    meant = TYPE_NAMES[meant] if meant and key == "Type" else meant
    listed = ", ".join(names)
    note(
        (key,),
        f"there is no parameter type {given!r}; the types are {listed}",
        expected=f"one of {listed}",
        suggestion=meant or nearest(given, names),
    )
    return ""


def _read_hot(name: str, raw: Any, version: Version, note: Note) -> ParameterSchema | None:
    keys = (*_HOT_KEYS, "tags") if version.has_parameter_tags else _HOT_KEYS
    kind = _read_type(name, raw, "type", {hot: hot for hot in TYPE_NAMES}, keys, note)
    if not kind:
        return None
    constraints = []
    listed = raw["constraints"] if raw.get("constraints") is not None else []
    if not isinstance(listed, list):
        note(("constraints",), f"constraints must be a list, not {shown(listed)}")
        listed = []
    for place, entry in enumerate(listed):
        try:
            constraint = parse_constraint(entry)
        except ValueError as error:
            note(("constraints", place), str(error))
            continue
        if isinstance(constraint, Modulo) and not version.has_modulo:
            note(("constraints", place), "modulo is known from heat_template_version 2017-02-24 on")
        elif _fits(constraint, kind):
            constraints.append(constraint)
        else:
            note(("constraints", place), f"{constraint.kind} does not apply to a parameter of type {kind}")
    tags = raw.get("tags") or []
    if not isinstance(tags, list):
        note(("tags",), f"tags must be a list, not {shown(tags)}")
        tags = []
    return ParameterSchema(
        name=name,
        type=kind,
        description=_text(raw, "description", note),
        label=_text(raw, "label", note),
        default=raw.get("default"),
        hidden=_flag(raw, "hidden", note),
        immutable=_flag(raw, "immutable", note),
        tags=tuple(map(str, tags)),
        constraints=tuple(constraints),
    )


def _read_cfn(name: str, raw: Any, version: Version, note: Note) -> ParameterSchema | None:
    kind = _read_type(name, raw, "Type", _HOT_NAMES, _CFN_KEYS, note)
    if not kind:
        return None
    description = _text(raw, "ConstraintDescription", note)
    constraints = []
    for keys, entry in _cfn_constraints(raw):
        try:
            constraint = dataclasses.replace(parse_constraint(entry), description=description)
        except ValueError as error:
            note((keys[0],), str(error))
            continue
        if _fits(constraint, kind):
            constraints.append(constraint)
        else:
            note((keys[0],), f"{keys[0]} does not apply to a parameter of type {TYPE_NAMES[kind]}")
    return ParameterSchema(
        name=name,
        type=kind,
        description=_text(raw, "Description", note),
        label=_text(raw, "Label", note),
        default=raw.get("Default"),
        hidden=str(raw.get("NoEcho", "false")).lower() == "true",
        constraints=tuple(constraints),
    )


def _cfn_constraints(raw: Mapping[str, Any]) -> list[tuple[list[str], dict[str, Any]]]:
    found = []
    for kind, low, high in (("range", "MinValue", "MaxValue"), ("length", "MinLength", "MaxLength")):
        keys = [key for key in (low, high) if key in raw]
        if keys:
            limits = {"min" if key == low else "max": raw[key] for key in keys}
            found.append((keys, {kind: limits}))
    for kind, key in (("allowed_values", "AllowedValues"), ("allowed_pattern", "AllowedPattern")):
        if key in raw:
            found.append(([key], {kind: raw[key]}))
    return found


def _fits(constraint: Constraint, kind: str) -> bool:
    return _CONSTRAINED_AS.get(kind, kind) in constraint.types


def _text(raw: Mapping[str, Any], key: str, note: Note) -> str:
    value = raw.get(key)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        note((key,), f"{key} must be text, not {shown(value)}")
        return ""
    return str(value)


def _flag(raw: Mapping[str, Any], key: str, note: Note) -> bool:
    value = raw.get(key)
    if value is None:
        return False
    try:
        return _to_boolean(value)
    except ValueError:
        note((key,), f"{key} must be true or false, not {shown(value)}")
        return False


def _check_default(schema: ParameterSchema, note: Note, key: str) -> None:
    """A default that breaks the schema is wrong even when a value is given."""
    if schema.default is None:
        return
    try:
        problem = schema.check(schema.convert(schema.default))
    except ValueError as error:
        problem = str(error)
    if problem:
        note((key,), f"the default of the parameter {schema.name!r} does not fit: {problem}")


def limits_of(schema: ParameterSchema) -> dict[str, Any]:
    """The constraints in the flat words of the validate answer (MinLength, AllowedValues, …)."""
    answer: dict[str, Any] = {}
    for constraint in schema.constraints:
        match constraint:
            case Range(min=low, max=high):
                answer |= _present(MinValue=low, MaxValue=high)
            case Length(min=low, max=high):
                answer |= _present(MinLength=low, MaxLength=high)
            case Modulo(step=step, offset=offset):
                answer |= {"Step": step, "Offset": offset}
            case AllowedValues(values=values):
                answer["AllowedValues"] = list(values)
            case AllowedPattern(pattern=pattern):
                answer["AllowedPattern"] = pattern
            case CustomConstraint(name=name):
                answer["CustomConstraint"] = name
    described = " ".join(dict.fromkeys(item.description for item in schema.constraints if item.description))
    if described:
        answer["ConstraintDescription"] = described
    return answer


def _present(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
