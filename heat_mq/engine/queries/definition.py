"""Template, environment and files of a stack, as they were given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.engine.find import find_stack
from heat_mq.template import MASK

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def get_template(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> dict[str, Any]:
    stack = find_stack(service, context, stack_identity)
    return dict(service.definitions.stored(stack).template.raw)


def get_environment(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> dict[str, Any]:
    """Values of hidden parameters are masked, in parameters and in parameter_defaults."""
    stack = find_stack(service, context, stack_identity)
    wanted = service.definitions.stored(stack)
    hidden = {name for name, schema in wanted.template.parameters.items() if schema.hidden}
    source = service.definitions.source(stack)
    shown = source.environment.as_dict(hidden=hidden)
    shown["parameters"].update({name: MASK if name in hidden else value for name, value in source.parameters.items()})
    return shown


def get_files(service: Service, context: RequestContext, stack_identity: Mapping[str, Any]) -> dict[str, str]:
    stack = find_stack(service, context, stack_identity)
    return dict(service.definitions.source(stack).files)
