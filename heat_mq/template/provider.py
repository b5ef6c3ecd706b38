"""A template seen as a resource type: its parameters are properties, its outputs attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any, Final

from heat_mq.errors import Problem
from heat_mq.template.marks import reveal
from heat_mq.template.model import Template
from heat_mq.template.parameters import ParameterSchema

REFERENCE_OUTPUT: Final = "OS::stack_id"
"""The output that, when there is one, is the resource's reference id in place of the nested stack's name."""

# A parameter's type -> the type of the property that sets it.
_PROPERTY_TYPES: Final = {
    "string": "string",
    "number": "number",
    "comma_delimited_list": "list",
    "json": "map",
    "boolean": "boolean",
}


def provider_schema(template: Template) -> dict[str, dict[str, Any]]:
    """``properties`` and ``attributes`` in the shape of the resource type answer.

    Every property may be updated in place: what that means is the nested stack's business. Defaults are left
    to the nested template, where the environment's parameter_defaults may come before them.
    """
    outputs = template.outputs
    description = template.dialect.words.output["description"]
    return {
        "properties": {name: _property(schema) for name, schema in template.parameters.items()},
        "attributes": {name: {"description": str(raw.get(description) or "")} for name, raw in outputs.items()},
    }


def _property(schema: ParameterSchema) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "type": _PROPERTY_TYPES[schema.type],
        "required": schema.required,
        "update_allowed": True,
        "immutable": False,
    }
    if schema.description:
        answer["description"] = schema.description
    if schema.constraints:
        answer["constraints"] = [constraint.as_dict() for constraint in schema.constraints]
    return answer


def child_parameters(parameters: Iterable[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of the nested stack, from the resource's evaluated properties.

    Null means not given, and in a list the empty text. Marks stay: a secret property makes a secret parameter, an
    unknown one an unknown one.
    """
    return {name: _without_null(properties[name]) for name in parameters if reveal(properties.get(name)) is not None}


def _without_null(value: Any) -> Any:
    return ["" if item is None else item for item in value] if isinstance(value, list) else value


def secret_outputs(template: Template) -> frozenset[str]:
    """The outputs that use a hidden parameter: attributes that must not be shown."""
    hidden = {name for name, schema in template.parameters.items() if schema.hidden}
    value = template.dialect.words.output["value"]
    return frozenset(name for name, raw in template.outputs.items() if hidden and _uses(raw.get(value), hidden))


def _uses(tree: Any, parameters: Set[str]) -> bool:
    if isinstance(tree, list):
        return any(_uses(item, parameters) for item in tree)
    if not isinstance(tree, dict):
        return False
    for key, args in tree.items():
        name = args[0] if isinstance(args, list) and args else args
        if key in ("get_param", "Ref") and isinstance(name, str) and name in parameters:
            return True
    return any(_uses(item, parameters) for item in tree.values())


def has_reference_output(template: Template) -> bool:
    """True when the template says itself what its reference id is."""
    return REFERENCE_OUTPUT in template.outputs


def facade_problems(template: Template, type_name: str, replaced: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """What keeps a template from standing for an existing type.

    ``replaced`` is that type's schema in the shape of the resource type answer. The template must take
    every property that the type requires, with a type that fits, require none that the type lacks, and
    give all its attributes.
    """
    own = provider_schema(template)["properties"]
    problems = []
    for name, schema in replaced["properties"].items():
        mine = own.get(name)
        if mine is None:
            if schema.get("required"):
                text = f"a template for {type_name} needs the parameter {name!r}, which that type requires"
                problems.append(Problem(text, path=template.dialect.words.sections["parameters"]))
        elif not _fits(schema["type"], mine["type"]):
            text = f"a template for {type_name} needs a parameter {name!r} that takes a {schema['type']}"
            problems.append(template.problem(("parameters", name), text, key=True))
    for name, mine in own.items():
        if mine["required"] and name not in replaced["properties"]:
            text = f"{type_name} has no property {name!r}, so a template for it must not require that parameter"
            problems.append(template.problem(("parameters", name), text, key=True))
    for name in replaced["attributes"]:
        if name != "show" and name not in template.outputs:
            text = f"a template for {type_name} needs the output {name!r}, an attribute of that type"
            problems.append(Problem(text, path=template.dialect.words.sections["outputs"]))
    return problems


def _fits(wanted: str, offered: str) -> bool:
    return wanted == offered or {wanted, offered} == {"integer", "number"} or wanted == "any"
