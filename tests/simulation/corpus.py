"""Templates that other people wrote, and what each needs: further files, an environment, types."""

from __future__ import annotations

import dataclasses
import functools
import pathlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from heat_mq.resources.kit import registry

TEMPLATES = pathlib.Path(__file__).parents[1] / "templates"
SOURCES = ("tutorial", "openstack")
SUFFIXES = {".yaml", ".yml", ".template", ".json"}
#: Where the tutorial's environment says that its parts are.
WEB = {"https://raw.githubusercontent.com/miguelgrinberg/heat-tutorial/master/": TEMPLATES / "tutorial"}
_VERSION = re.compile(r"heat_template_version|AWSTemplateFormatVersion|HeatTemplateFormatVersion")
_FILE = re.compile(r".*\.(yaml|template)")


class _Loader(yaml.SafeLoader):
    """Dates stay text."""


_Loader.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)


@dataclasses.dataclass
class Needs:
    """``files`` and ``environment`` go with a request; ``missing`` are types and files that are not here."""

    files: dict[str, str] = dataclasses.field(default_factory=dict)
    environment: dict[str, Any] = dataclasses.field(default_factory=dict)
    types: set[str] = dataclasses.field(default_factory=set)
    missing: set[str] = dataclasses.field(default_factory=set)


def templates() -> list[str]:
    """Every template by its path below ``tests/templates``."""
    found = [path for source in SOURCES for path in sorted((TEMPLATES / source).rglob("*")) if _is_template(path)]
    return [str(path.relative_to(TEMPLATES)) for path in found]


def _is_template(path: pathlib.Path) -> bool:
    return path.is_file() and path.suffix in SUFFIXES and _VERSION.search(path.read_text()) is not None


def parameters(name: str) -> dict[str, Any]:
    """The schemas of a template's parameters."""
    document = load(TEMPLATES / name)
    return dict(document.get("parameters") or document.get("Parameters") or {})


def load(path: pathlib.Path) -> dict[str, Any]:
    return dict(yaml.load(path.read_text(), _Loader))


@functools.cache
def needs(name: str) -> Needs:
    """What a request with the template must bring, as a client would collect it, and what nobody can bring."""
    found = Needs()
    _collect(TEMPLATES / name, found)
    return found


def _collect(path: pathlib.Path, found: Needs) -> None:
    document = load(path)
    for kind, value in _named(document.get("resources") or document.get("Resources") or {}):
        if kind == "TemplateURL":
            found.missing.add(value)  # what is at that address today is not what the template was written for
        elif kind == "get_file":
            _add(value, path.parent / value, found)
        elif _FILE.fullmatch(value):
            _add_nested(value, path.parent / value, found)
        elif "::" in value and value not in found.types:
            found.types.add(value)
            _find_type(value, found)


def _named(value: Any) -> Iterator[tuple[str, str]]:
    """Types and files wherever they are given: members of groups are deep within properties."""
    match value:
        case dict():
            for key, item in value.items():
                if key in ("type", "Type", "get_file", "TemplateURL") and isinstance(item, str):
                    yield key, item
                else:
                    yield from _named(item)
        case list():
            for item in value:
                yield from _named(item)


def _add(name: str, path: pathlib.Path, found: Needs) -> bool:
    if not path.is_file():
        found.missing.add(name)
        return False
    found.files[name] = path.read_text()
    return True


def _add_nested(name: str, path: pathlib.Path, found: Needs) -> None:
    if name not in found.files and _add(name, path, found):
        _collect(path, found)


def _find_type(name: str, found: Needs) -> None:
    if name in registry.load():
        return
    place = _environments().get(name)
    if place is None:
        found.missing.add(name)
        return
    found.environment.setdefault("resource_registry", {})[name] = place
    for url, folder in WEB.items():
        if place.startswith(url):
            _add_nested(place, folder / place.removeprefix(url), found)


@functools.cache
def _environments() -> Mapping[str, str]:
    """Types that an environment beside the templates maps to files on the web."""
    known: dict[str, str] = {}
    for source in SOURCES:
        for path in sorted((TEMPLATES / source).rglob("*env.yaml")):
            for name, place in (load(path).get("resource_registry") or {}).items():
                if isinstance(place, str) and place.startswith(tuple(WEB)):
                    known[name] = place
    return known
