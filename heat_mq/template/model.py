"""A parsed template: its parts by our own words, whatever the format called them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from heat_mq.errors import Problem
from heat_mq.template.limits import Limits
from heat_mq.template.parameters import ParameterSchema
from heat_mq.template.problems import locate
from heat_mq.template.source import Path, Source
from heat_mq.template.versions import Version


@dataclasses.dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, kw_only=True)
class Template:
    """What a template says, parsed once and read-only; ``bind`` it as often as wanted.

    ``resources``, ``outputs`` and ``conditions`` are as written (names and keys checked, functions not yet
    looked at), so one template serves every stack whatever its parameters are. ``errors`` is empty unless the
    template was parsed to be checked only.
    """

    dialect: Version
    source: Source
    raw: dict[str, Any]
    description: str
    parameters: Mapping[str, ParameterSchema]
    parameter_groups: Sequence[Any]
    resources: Mapping[str, dict[str, Any]]
    outputs: Mapping[str, dict[str, Any]]
    conditions: Mapping[str, Any]
    mappings: Mapping[str, Any]
    files: Mapping[str, str]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    limits: Limits

    @property
    def version(self) -> str:
        """The version's full name, ``heat_template_version.2018-08-31``; an alias is resolved."""
        return self.dialect.name

    @property
    def format(self) -> str:
        """ "hot" or "cfn"."""
        return self.dialect.format

    @property
    def resource_names(self) -> list[str]:
        """Every resource that the template names, also those that a condition leaves out."""
        return list(self.resources)

    def with_files(self, files: Mapping[str, str]) -> Template:
        """The same template beside other files (for ``get_file``)."""
        return dataclasses.replace(self, files=files)

    def path_of(self, section: str, name: str, *rest: str | int) -> Path:
        """The path in the template's own spelling of ``("resources", "server", "properties", "image")``."""
        words = self.dialect.words
        inside = {"resources": words.resource, "outputs": words.output}.get(section, {})
        spelled = [inside.get(step, step) if isinstance(step, str) else step for step in rest[:1]]
        return (words.sections.get(section, section), name, *spelled, *rest[1:])

    def problem(self, path: Sequence[str | int], message: str, **more: Any) -> Problem:
        """A problem at a path (our words: resources, properties, …), with line and column.

        ``more`` may give ``key=True`` (point at the key), ``expected``, ``suggestion`` and ``severity``.
        """
        section, name, *rest = path
        return locate(self.source, self.path_of(str(section), str(name), *rest), message, **more)


def digest(source: str | bytes | Mapping[str, Any]) -> str:
    """The name of a template by its content: equal for equal text or equal data."""
    if isinstance(source, Mapping):
        source = json.dumps(source, sort_keys=True, default=str)
    encoded = source.encode() if isinstance(source, str) else source
    return hashlib.sha256(encoded).hexdigest()
