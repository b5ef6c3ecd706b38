"""One resource of a stack as its template defines it, after parameters were put in."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import Any

from heat_mq.errors import Problem
from heat_mq.template.compile import AttributeUse, newer_function
from heat_mq.template.model import Template
from heat_mq.template.problems import locate
from heat_mq.template.tree import canonical_text


@dataclasses.dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Definition:
    """What is wanted of one resource.

    ``properties``, ``metadata`` and ``update_policy`` are bound trees: give them to ``evaluate``.
    ``depends_on`` holds only resources that take part; ``references`` those that functions point at.
    ``deletion_policy`` is "Delete", "Retain" or "Snapshot". ``conditional`` is True while its condition cannot be
    decided (a check before parameters are known).
    """

    name: str
    type: str
    properties: Any
    metadata: Any
    update_policy: Any
    depends_on: tuple[str, ...]
    deletion_policy: str
    external_id: str | None
    description: str
    conditional: bool
    references: frozenset[str]
    attributes: tuple[AttributeUse, ...]
    template: Template

    @property
    def dependencies(self) -> frozenset[str]:
        """Every resource that must exist before this one, as far as the template says."""
        return self.references.union(self.depends_on)

    @property
    def fingerprint(self) -> str:
        """A digest that is equal while the definition says the same, whatever its resources' values are.

        It covers everything that makes an update: type, properties, metadata, policies, dependencies and external id.
        """
        parts = [
            self.type,
            self.properties,
            self.metadata,
            self.update_policy,
            sorted(self.depends_on),
            self.deletion_policy,
            self.external_id,
        ]
        return hashlib.sha256(canonical_text(parts).encode()).hexdigest()

    def problem(self, path: Sequence[str | int], message: str, **more: Any) -> Problem:
        """A problem inside this definition, with line and column.

        ``path`` starts with our word for the part: ``("properties", "networks", 0, "port")``; () is the resource
        itself. ``more`` may give ``key=True`` (point at the key), ``expected``, ``suggestion`` and ``severity``.
        When what stands there would be a function in a newer version the message says so.
        """
        raw = self._raw(path)
        if isinstance(raw, dict) and len(raw) == 1:
            ((key, args),) = raw.items()
            newer = newer_function(self.template.dialect, key, args)
            message = f"{message} ({newer})" if newer else message
        return self.template.problem(("resources", self.name, *path), message, **more)

    def _raw(self, path: Sequence[str | int]) -> Any:
        """What is written at the path; None where a function makes the path."""
        found: Any = self.template.raw
        for step in self.template.path_of("resources", self.name, *path):
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found


@dataclasses.dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OutputDefinition:
    """One output. ``value`` is a bound tree; ``enabled`` is False when its condition is false (its value is null),
    UNKNOWN while the condition cannot be decided."""

    name: str
    description: str
    value: Any
    enabled: Any
    references: frozenset[str]
    attributes: tuple[AttributeUse, ...]
    template: Template

    def problem(self, message: str, **more: Any) -> Problem:
        """A problem with this output's value, with line and column."""
        return self.template.problem(("outputs", self.name, "value"), message, **more)


def problem_at(template: Template, path: Sequence[str | int], message: str, **more: Any) -> Problem:
    """A problem at a path in the template's own spelling, such as :class:`AttributeUse` carries."""
    return locate(template.source, path, message, **more)
