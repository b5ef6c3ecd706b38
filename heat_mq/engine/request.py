"""What a create, update, preview or validate request says, put together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heat_mq.context import RequestContext
from heat_mq.engine.containers import files_in_container
from heat_mq.engine.definitions import Source
from heat_mq.engine.remote import fetch_missing
from heat_mq.errors import InvalidTemplate, LimitExceeded, Problem, nearest
from heat_mq.template import Environment, ParameterSchema, is_template_name
from heat_mq.template.merge import merge_environments

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def read_source(
    service: Service,
    context: RequestContext,
    template: str | Mapping[str, Any],
    params: Mapping[str, Any] | None,
    files: Mapping[str, str] | None,
    environment_files: Sequence[str] | None,
    files_container: str | None,
    known: Mapping[str, str] | None = None,
) -> Source:
    """The source that a request describes, with every template that its types name by URL.

    Files that were not sent are looked for in ``files_container``.
    ``known`` are files that the stack has already: what is there is not fetched again. Raises LimitExceeded for a
    template that is too large, and the InvalidTemplate family, and what ``files_in_container`` raises.
    """
    texts = dict(files or {})
    if files_container:
        texts |= files_in_container(service, context, files_container, texts)
    source = Source(template if isinstance(template, str) else dict(template), Environment(), texts)
    _check_sizes(service, source)
    environment = read_environment(service, source, params, environment_files)
    source = dataclasses.replace(source, environment=environment)
    fetched = fetch_missing(service, dataclasses.replace(source, files={**(known or {}), **texts}))
    return dataclasses.replace(source, files={**texts, **fetched})


def read_environment(
    service: Service, source: Source, params: Mapping[str, Any] | None, environment_files: Sequence[str] | None
) -> Environment:
    """The environment of a request for the source's template and files.

    With ``environment_files`` (keys of ``files``, in order) the body's environment counts by its parameters alone,
    which are applied last; raises the InvalidTemplate family.
    """
    given = Environment.parse(dict(params) if params else None, limits=service.language)
    if not environment_files:
        return given
    found = []
    for name in environment_files:
        if name not in source.files:
            near = nearest(name, source.files)
            raise InvalidTemplate([Problem(f"the environment file {name} was not sent along", suggestion=near)])
        found.append(Environment.parse(source.files[name], file=name, limits=service.language))
    asks = any(environment.parameter_merge_strategies for environment in found)
    merged = merge_environments(found, _parameters(service, source) if asks else {})
    return merged.with_parameters(given.parameters)


def _parameters(service: Service, source: Source) -> dict[str, ParameterSchema]:
    """The parameters of all templates of the request, which decide how values are merged."""
    found: dict[str, ParameterSchema] = {}
    for name, text in source.files.items():
        if is_template_name(name):
            try:
                found.update(service.definitions.parse(text, name).parameters)
            except InvalidTemplate:
                continue  # an environment, or wrong: that is told when something uses it
    return {**found, **service.definitions.template(source).parameters}


def _check_sizes(service: Service, source: Source) -> None:
    limit = service.limits.template_bytes
    nested = {name: text for name, text in source.files.items() if is_template_name(name)}
    for name, text in {"": source.text, **nested}.items():
        size = len(text.encode())
        if 0 <= limit < size:
            raise LimitExceeded(f"The template{' ' if name else ''}{name} has {size} bytes, {limit} are allowed.")
