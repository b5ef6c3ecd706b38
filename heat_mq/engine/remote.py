"""Templates that a request names by URL and does not bring along: fetched once, then kept with the stack's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from heat_mq.errors import InvalidTemplate, LimitExceeded, Problem
from heat_mq.fetch import NotFetched
from heat_mq.template import Registry, Template

if TYPE_CHECKING:
    from heat_mq.engine.definitions import Source
    from heat_mq.engine.service import Service
    from heat_mq.planner.definition import StackDefinition

REMOTE: Final = ("http://", "https://")
MOST: Final = 50
"""Templates that are fetched for one request."""


def fetch_missing(service: Service, source: Source) -> dict[str, str]:
    """URL -> text of every template at a URL that the source's types lead to, directly or below, beyond its files.

    Raises InvalidTemplate for one that cannot be fetched or read, LimitExceeded for too many or one too long.
    """
    registry = source.environment.resource_registry.over(service.operator)
    found: dict[str, str] = {}
    seen: set[str] = set()
    waiting = [service.definitions.template(source)]
    while waiting:
        for url in _named(waiting.pop(), registry):
            if url in seen:
                continue
            seen.add(url)
            text = source.files.get(url)
            if text is None and url.startswith(REMOTE):
                if len(found) >= MOST:
                    raise LimitExceeded(f"The request needs more than {MOST} templates that must be fetched.")
                text = found[url] = _fetched(service, url)
            if text is not None:
                waiting.append(service.definitions.parse(text, url))
    return found


def passed_down(wanted: StackDefinition, name: str) -> dict[str, Any]:
    """The sections of the environment that reach a resource's own stack."""
    sections = wanted.environment.child(name).as_dict()
    return {key: sections[key] for key in ("resource_registry", "parameter_defaults") if sections[key]}


def text_at(service: Service, files: Mapping[str, str], url: str) -> str:
    """The text of the template at a URL: from the files, or fetched. Raises as :func:`fetch_missing`."""
    text = files.get(url)
    return _fetched(service, url) if text is None else text


def _fetched(service: Service, url: str) -> str:
    try:
        return service.fetcher.fetch(url)
    except NotFetched as error:
        raise InvalidTemplate([Problem(str(error))]) from error


def _named(template: Template, registry: Registry) -> Iterator[str]:
    """The templates that the types in a template lead to, those of a group's members and nested URLs included."""
    for name, resource in template.resources.items():
        for key, value in _texts(resource):
            if key in ("type", "Type"):
                target = registry.resolve(value, name).template
                if target:
                    yield target
            elif key == "TemplateURL":
                yield value


def _texts(tree: Any) -> Iterator[tuple[str, str]]:
    """Every key whose value is text, at any depth."""
    if isinstance(tree, list):
        for item in tree:
            yield from _texts(item)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if isinstance(value, str):
                yield key, value
            else:
                yield from _texts(value)
