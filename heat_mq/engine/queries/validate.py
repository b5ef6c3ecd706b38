"""Validate a template: what it takes, when it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heat_mq.clients.credentials import TokenCredential
from heat_mq.context import RequestContext
from heat_mq.engine.definitions import Source
from heat_mq.engine.lazy_cloud import LazyCloud
from heat_mq.engine.remote import text_at
from heat_mq.engine.request import read_source
from heat_mq.engine.validate import Validation
from heat_mq.errors import ServiceMissing, UserError
from heat_mq.planner.check import child_of, with_text
from heat_mq.planner.definition import StackDefinition
from heat_mq.resources.kit.convert import convert
from heat_mq.template import UNKNOWN, is_template_name
from heat_mq.template.describe import describe
from heat_mq.template.values import PseudoParameters

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

SERVICE_MISSING = "99001"


def validate_template(
    service: Service,
    context: RequestContext,
    template: str | Mapping[str, Any],
    params: Mapping[str, Any] | None = None,
    files: Mapping[str, str] | None = None,
    environment_files: Sequence[str] | None = None,
    files_container: str | None = None,
    show_nested: bool = False,
    ignorable_errors: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Values of parameters and required properties may be missing; everything else must hold."""
    unknown = set(ignorable_errors or ()) - {SERVICE_MISSING}
    if unknown:
        raise UserError(f"Only the error {SERVICE_MISSING} may be ignored, not {', '.join(sorted(unknown))}.")
    source = read_source(service, context, template, params, files, environment_files, files_container)
    pseudo = PseudoParameters(stack_name="unnamed", project_id=context.project_id or "")
    wanted = service.definitions.define(source, pseudo, strict=False)
    cloud = LazyCloud(lambda: service.clouds.cloud(TokenCredential.of(context), context.region_name), lambda: None)
    try:
        Validation(service, cloud, values_wanted=False).check(wanted)
    except ServiceMissing:
        if SERVICE_MISSING not in (ignorable_errors or ()):
            raise
        Validation(service, None, values_wanted=False).check(wanted)
    answer = describe(wanted.bound)
    answer["Environment"] = _environment(source, wanted)
    if show_nested:
        nested = nested_parameters(service, wanted)
        if nested:
            answer["NestedParameters"] = nested
    return answer


def _environment(source: Source, wanted: StackDefinition) -> dict[str, Any]:
    """The environment with the templates that resources name as their type, without what only stored ones have."""
    shown = source.environment.as_dict(hidden=wanted.bound.secrets)
    del shown["encrypted_param_names"]
    types = {wanted.definition(name).type for name in wanted.bound.resources}
    shown["resource_registry"] |= {name: name for name in sorted(types) if is_template_name(name)}
    return shown


def nested_parameters(service: Service, wanted: StackDefinition, depth: int = 0) -> dict[str, Any]:
    """Resource -> type, description and parameters of the nested stack that it makes."""
    found: dict[str, Any] = {}
    if depth >= service.limits.nested_depth:
        return found
    for name, child in children_of(service, wanted):
        entry = {"Type": wanted.definition(name).type, **describe(child.bound)}
        below = nested_parameters(service, child, depth + 1)
        if below:
            entry["NestedParameters"] = below
        found[name] = entry
    return found


def children_of(service: Service, wanted: StackDefinition) -> list[tuple[str, StackDefinition]]:
    """The nested stacks as far as they can be told before anything is made."""
    found = []
    for name in wanted.bound.resources:
        implementation = wanted.implementation(name)
        if not implementation.cls.nested:
            continue
        raw = wanted.known_properties(name)
        if raw is UNKNOWN:
            continue
        child = child_of(implementation, raw, convert(implementation.cls.Properties, raw, lambda problem: None))
        child = with_text(child, lambda url: text_at(service, wanted.files, url)) if child is not None else None
        if child is None:
            continue
        nested = wanted.nested(name, child, strict=False, check=False)
        found.append((name, nested))
    return found
