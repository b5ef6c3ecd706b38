"""One resource in the answer of a preview: as it is, or as it would begin. Nothing is asked of a cloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from heat_mq.crypt import Box
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.engine.queries.shapes import pending_map, resource_map
from heat_mq.planner.definition import Nothing, StackDefinition
from heat_mq.resources.kit import Resource
from heat_mq.resources.kit.attributes import attribute_key, attribute_names
from heat_mq.resources.kit.describe import attributes_of
from heat_mq.template import Secret, evaluate, mask

AFTER_APPLY: Final = "known after apply"


def new_map(stack: StackRow, wanted: StackDefinition, name: str, required_by: Sequence[str]) -> dict[str, Any]:
    """A resource that the template has and that is not there: without an object, times and values of attributes."""
    shown = pending_map(stack, name, wanted.definition(name).type, required_by)
    shown |= {"physical_resource_id": "", "creation_time": None, "updated_time": None}
    return shown | definition_part(wanted, name) | {"attributes": _none(wanted.implementation(name).cls)}


def present_map(
    box: Box,
    stack: StackRow,
    row: ResourceRow,
    cls: type[Resource],
    description: str,
    required_by: Sequence[str],
) -> dict[str, Any]:
    """A resource as it is stored. An attribute is null unless a step has stored its value."""
    return {
        **resource_map(stack, row, required_by),
        "physical_resource_id": row.physical_id or "",
        "description": description,
        "metadata": row.metadata or {},
        "attributes": _stored(box, row, cls),
    }


def definition_part(wanted: StackDefinition, name: str) -> dict[str, Any]:
    """Description and metadata as the template has them, as far as values are known before anything is made."""
    definition = wanted.definition(name)
    metadata = mask(evaluate(definition.metadata, Nothing()), unknown=AFTER_APPLY)
    return {"description": definition.description, "metadata": metadata if isinstance(metadata, Mapping) else {}}


def successor_part(wanted: StackDefinition, name: str) -> dict[str, Any]:
    """What is told of the object that will stand in the place of the present one."""
    return {**definition_part(wanted, name), "attributes": _none(wanted.implementation(name).cls)}


def _none(cls: type[Resource]) -> dict[str, Any]:
    return dict.fromkeys(attribute_names(cls))


def _stored(box: Box, row: ResourceRow, cls: type[Resource]) -> dict[str, Any]:
    known = box.open(row.attributes) if row.attributes else {}
    schema = attributes_of(cls)
    found = _none(cls)
    for name in found:
        value = known.get(attribute_key(cls, name, ()))
        found[name] = mask(Secret(value)) if schema[name].secret and value is not None else value
    return found
