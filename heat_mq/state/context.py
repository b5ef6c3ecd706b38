"""What a worker knows of the stack whose nodes it runs: shared by all of them, loaded once for a traversal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.planner.definition import StackDefinition
from heat_mq.planner.restored import PROPERTIES, SAVED
from heat_mq.resources.implementation import TemplateResource
from heat_mq.resources.kit import Call, Lookup, Record, Resource
from heat_mq.resources.kit.attributes import AttributeReader, attribute_names
from heat_mq.resources.kit.names import physical_name
from heat_mq.resources.kit.registry import get
from heat_mq.template import Definition


class Ports(Protocol):
    """Makes what a step may reach beyond its record; the engine provides it."""

    def call(
        self,
        context: StackContext,
        row: ResourceRow,
        cls: type[Resource],
        *,
        data: dict[str, Any],
        progress: dict[str, Any],
        old: Mapping[str, Any],
        wanted: Mapping[str, Any],
    ) -> Call:
        """A call for one resource of the stack."""

    def finder(self, context: StackContext) -> Callable[[Lookup, str], str]:
        """Turns names into ids with the stack owner's rights."""


class StackContext:
    """A stack, what is wanted of it, and the ports its steps use."""

    def __init__(self, stack: StackRow, wanted: StackDefinition, ports: Ports) -> None:
        self.stack = stack
        self.wanted = wanted
        self.ports = ports

    # --- what is wanted -----------------------------------------------------------------------

    def has(self, name: str) -> bool:
        return name in self.wanted.bound.resources

    def definition(self, name: str) -> Definition:
        return self.wanted.definition(name)

    def cls(self, name: str) -> type[Resource]:
        return self.wanted.implementation(name).cls

    def implementation_name(self, name: str) -> str:
        return self.wanted.implementation(name).name

    def requires(self, name: str) -> frozenset[str]:
        return self.wanted.dependencies.get(name, frozenset())

    def fingerprint(self, name: str) -> str:
        return self.wanted.fingerprint(name)

    def saved(self, name: str) -> Mapping[str, Any]:
        """The data of what was saved of a resource, in a restore of the stack."""
        found: Mapping[str, Any] = self.wanted.restored.get(SAVED, {}).get(name, {})
        return found if self.stack.action == "RESTORE" else {}

    def restores(self, name: str) -> frozenset[str]:
        """The properties that bring back what was saved of a resource, in a restore of the stack."""
        if not self.saved(name):
            return frozenset()
        values = self.wanted.restored.get(PROPERTIES, {}).get(name, {})
        return frozenset(prop for prop, value in values.items() if value is not None)

    def attributes_used(self, name: str) -> list[tuple[str, tuple[Any, ...]]]:
        """(attribute, path) of everything that the template asks of a resource."""
        found: set[tuple[str, tuple[Any, ...]]] = set()
        for use in self.wanted.attributes_used.get(name, ()):
            if use is None:
                found |= {(each, ()) for each in attribute_names(self.cls(name))}
            elif use:
                found.add((use[0], tuple(use[1:])))
        return sorted(found, key=repr)

    # --- what is there ------------------------------------------------------------------------

    def class_of_row(self, row: ResourceRow) -> type[Resource]:
        """The type that serves a stored resource, whatever the template says now."""
        return get(row.implementation) if row.implementation else TemplateResource

    def record(self, row: ResourceRow, cls: type[Resource], properties: Mapping[str, Any]) -> Record:
        return Record(
            id=row.id,
            name=row.name,
            type=row.type,
            stack_id=row.stack_id,
            stack_name=self.stack.name,
            project_id=self.stack.project_id,
            physical_name=physical_name(self.stack.name, row.name, row.id, cls.name_limit or 255),
            physical_id=row.physical_id,
            action=row.action,
            status=row.status,
            properties=properties,
            metadata=row.metadata or {},
        )

    def reader(self, resource: Resource, call: Call) -> AttributeReader:
        return AttributeReader(resource, call)
