"""What serves a resource of a template: a built-in type, or a template seen as one."""

from __future__ import annotations

import dataclasses
import weakref
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.errors import InvalidTemplate, NotFound, Problem, nearest
from heat_mq.resources.kit import Resource
from heat_mq.resources.kit import schema as kinds
from heat_mq.resources.kit.registry import get, load
from heat_mq.resources.kit.schema import IN_PLACE, Prop, make_schema
from heat_mq.resources.template_resource import TemplateResource
from heat_mq.template import Environment, Template
from heat_mq.template.cache import TemplateCache
from heat_mq.template.model import digest
from heat_mq.template.placed_files import full_name
from heat_mq.template.provider import has_reference_output, secret_outputs

#: Type of a provider template's parameter -> kind of the property it becomes. Lists and maps may also be given as text,
#: which the nested template's parameter reads.
KINDS: Final[Mapping[str, type[Prop]]] = {
    "string": kinds.Str,
    "number": kinds.Num,
    "boolean": kinds.Bool,
    "comma_delimited_list": kinds.Any,
    "json": kinds.Any,
}

SHARED: Final = TemplateCache()
"""For those who need no limits of their own."""

_TYPES: weakref.WeakKeyDictionary[Template, dict[tuple[str, str], type[TemplateResource]]] = weakref.WeakKeyDictionary()


class TemplateAbsent(InvalidTemplate):
    """A type leads to a template that is not among the files; ``name`` is what was looked for."""

    def __init__(self, name: str, type_name: str, suggestion: str = "") -> None:
        called = "" if name == type_name else f" of type {type_name}"
        message = f"the template {name}{called} was not sent along"
        super().__init__([Problem(message, expected="an entry in files", suggestion=suggestion)])
        self.name = name


@dataclasses.dataclass(frozen=True, slots=True)
class Implementation:
    """``name`` is the built-in type's, "" for a template; ``mapping`` the registry key that led to the template.

    ``key`` differs whenever something else would be made.
    """

    cls: type[Resource]
    name: str
    key: str
    mapping: str = ""
    template: Template | None = None


def find_implementation(
    environment: Environment,
    files: Mapping[str, str],
    type_name: str,
    resource_name: str,
    templates: TemplateCache = SHARED,
) -> Implementation:
    """What ``type_name`` leads to.

    Raises NotFound with the nearest name, TemplateAbsent, or InvalidTemplate for a broken template.
    """
    registry = environment.resource_registry
    found = registry.resolve(type_name, resource_name)
    if found.removed:
        raise NotFound(f"The Resource Type ({type_name}) is not offered here.")
    if not found.template:
        try:
            cls = get(found.type)
        except NotFound:
            near = nearest(type_name, {*load(), *registry.names()})
            hint = f" Did you mean {near}?" if near else ""
            raise NotFound(f"The Resource Type ({type_name}) could not be found.{hint}", suggestion=near) from None
        return Implementation(cls, cls.type, cls.type)
    name = full_name(files, found.template)
    source = files.get(name)
    if source is None:
        source = registry.text_of(found.template)
    if source is None:
        raise TemplateAbsent(found.template, type_name, nearest(found.template, files))
    template = templates.parse(source, file=name)
    made = template_type(template, type_name, name, source)
    return Implementation(made, "", made.digest, found.mapping, template.with_files(files))


def template_type(template: Template, type_name: str, file: str, source: str) -> type[TemplateResource]:
    """The type that a template makes, once: a property for each parameter, an attribute for each output."""
    known = _TYPES.setdefault(template, {})
    made = known.get((type_name, file))
    if made is None:
        made = known.setdefault((type_name, file), _template_type(template, type_name, file, source))
    return made


def _template_type(template: Template, type_name: str, file: str, source: str) -> type[TemplateResource]:
    props: dict[str, Prop] = {}
    for name, schema in template.parameters.items():
        kind = KINDS[schema.type]
        props[name] = kind(
            schema.description or f"Parameter {name} of {file}.",
            name=name,
            required=schema.required,
            update=IN_PLACE,
            secret=schema.hidden,
            nullable=True,
            # What may come as text is checked when the parameter has read it.
            rules_extra=() if kind is kinds.Any else schema.constraints,
        )
    secrets = secret_outputs(template)
    outputs: dict[str, Prop] = {
        name: kinds.Any(
            str(output.get("description") or f"Output {name} of {file}."), name=name, secret=name in secrets
        )
        for name, output in template.outputs.items()
    }
    members: dict[str, Any] = {
        "Properties": make_schema("Properties", props),
        "Attributes": make_schema("Attributes", outputs),
        "source": source,
        "digest": digest(source),
        "file": file,
        "own_reference": has_reference_output(template),
    }
    made: type[TemplateResource] = type("Template", (TemplateResource,), members)
    made.type = type_name
    return made


__all__ = ["SHARED", "Implementation", "TemplateAbsent", "TemplateResource", "find_implementation", "template_type"]
