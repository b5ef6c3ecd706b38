"""What a definition means now: property values with the outputs of the resources it refers to."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from typing import Any

from heat_mq.db.records import ResourceRow
from heat_mq.errors import InvalidTemplate, Problem
from heat_mq.resources.kit import Call, Resource
from heat_mq.resources.kit.convert import convert
from heat_mq.resources.kit.describe import attributes_of
from heat_mq.resources.kit.registry import get
from heat_mq.resources.kit.sensitive import marked
from heat_mq.resources.kit.translate import translate
from heat_mq.scheduler.run import LetGo, Run, Steps
from heat_mq.state.values import RowValues
from heat_mq.template import evaluate
from heat_mq.template.marks import mask, reveal

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Resolved:
    """A definition with every value known. ``shown`` are the properties with secrets masked."""

    type_name: str
    implementation: str
    properties: dict[str, Any]
    shown: dict[str, Any]
    metadata: Any
    metadata_changed: bool
    requires: list[str]
    deletion_policy: str
    fingerprint: str | None


def resolve(run: Run, cls: type[Resource], row: ResourceRow | None) -> Steps[Resolved]:
    """Evaluate, convert and translate; raises InvalidTemplate with every problem of the values."""
    context, name = run.context, run.node.name
    definition = context.definition(name)
    values = RowValues(context, run.rows, run.tools.box)
    raw = yield from run.step(lambda: evaluate(definition.properties, values))
    problems: list[Problem] = []
    typed = convert(cls.Properties, raw or {}, problems.append)
    described = cls.Properties.props.get("description")
    if described is not None and described.in_place and not typed.get("description") and definition.description:
        typed["description"] = definition.description
    if not problems:
        problems += cls.validate(typed)
    if problems:
        raise InvalidTemplate(problems, kind="StackValidationFailed")
    finder = context.ports.finder(context)
    properties = yield from run.step(lambda: translate(cls.Properties, typed, finder))
    metadata = reveal((yield from run.step(lambda: evaluate(definition.metadata, values)))) or None
    return Resolved(
        type_name=definition.type,
        implementation=context.implementation_name(name),
        properties=properties,
        shown=mask(marked(cls.Properties, raw or {})),
        metadata=metadata,
        metadata_changed=row is not None and metadata is not None and metadata != row.metadata,
        requires=sorted(run.rows[need].id for need in context.requires(name) if need in run.rows),
        deletion_policy=definition.deletion_policy,
        fingerprint=context.fingerprint(name),
    )


def changed_properties(cls: type[Resource], old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
    """Names of the properties whose values differ.

    A property that the old record does not know counts by its default.
    """
    names = old.keys() | new.keys()
    return frozenset(name for name in names if _of(cls, old, name) != _of(cls, new, name))


def _of(cls: type[Resource], values: Mapping[str, Any], name: str) -> Any:
    if name in values:
        return values[name]
    prop = cls.Properties.props.get(name)
    return prop.default if prop is not None else None


def is_same_implementation(row: ResourceRow, resolved: Resolved) -> bool:
    """Whether the same built-in type (or a template, before and after) serves the resource, or the one that took over
    from it.
    """
    before, now = row.implementation, resolved.implementation
    return before == now or bool(before and now and get(before).substitute == now)


def read_attributes(run: Run, cls: type[Resource], row: ResourceRow, call: Call) -> Steps[dict[str, Any]]:
    """The attributes that the template asks for, read once now that the object changed.

    Those that change by themselves, and one that cannot be read, are left out: they are read when they are asked for.
    """
    known = attributes_of(cls)
    used = run.context.attributes_used(row.name)
    wanted = [(name, path) for name, path in used if name not in known or known[name].cached]
    if not wanted:
        return {}
    reader = run.context.reader(run.resource(row, cls), call)
    found: dict[str, Any] = {}
    for name, path in wanted:
        try:
            found[reader.key(name, path)] = yield from run.step(lambda name=name, path=path: reader.read(name, path))  # type: ignore[misc]
        except LetGo:
            raise
        except Exception as error:
            LOG.warning("attribute %s of resource %s cannot be read yet: %s", name, row.name, error)
    return found
