"""What definitions see of other resources: reference ids and attributes, from the rows they were stored in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from heat_mq.crypt import Box
from heat_mq.db.records import ResourceRow
from heat_mq.resources.kit import Resource
from heat_mq.resources.kit.attributes import AttributeReader, attribute_key, attribute_names
from heat_mq.resources.kit.describe import attributes_of
from heat_mq.state.context import StackContext
from heat_mq.state.objects import call_of, resource_of
from heat_mq.state.sealed import open_data
from heat_mq.template import UNKNOWN, Secret, select

LOG = logging.getLogger(__name__)

_ABSENT = object()


class RowValues:
    """Fulfils ``heat_mq.template.Values`` over stored rows.

    An attribute that no step has stored (an output added by an update, say) is read live, once.
    """

    def __init__(
        self,
        context: StackContext,
        rows: Mapping[str, ResourceRow],
        box: Box,
        *,
        on_error: Callable[[str, str, Exception], Any] | None = None,
    ) -> None:
        self._context = context
        self._rows = rows
        self._box = box
        self._on_error = on_error
        self._opened: dict[str, dict[str, Any]] = {}
        self._readers: dict[str, AttributeReader] = {}

    def reference(self, name: str) -> Any:
        row = self._rows.get(name)
        if row is None:
            return UNKNOWN if self._context.has(name) else None
        resource = resource_of(self._context, self._box, row)
        value = resource.reference_id(open_data(self._box, row))
        return Secret(value) if type(resource).secret_reference and value is not None else value

    def attribute(self, name: str, attribute: str | None, path: list[Any]) -> Any:
        row = self._rows.get(name)
        if row is None:
            return UNKNOWN
        if row.action in ("INIT", "DELETE"):
            return None
        cls = self._context.class_of_row(row)
        if attribute is None:
            names = attribute_names(self._context.cls(name) if self._context.has(name) else cls)
            return {each: self.attribute(name, each, []) for each in names}
        value = self._stored(row, cls, attribute, path)
        if value is _ABSENT:
            value = self._live(row, attribute, path)
        prop = attributes_of(cls).get(attribute)
        return Secret(value) if prop is not None and prop.secret and value is not None else value

    def _stored(self, row: ResourceRow, cls: type[Resource], attribute: str, path: list[Any]) -> Any:
        if row.attributes is None or (row.status != "COMPLETE" and row.action != "UPDATE"):
            return _ABSENT
        if row.id not in self._opened:
            self._opened[row.id] = self._box.open(row.attributes)
        found = self._opened[row.id].get(attribute_key(cls, attribute, path), _ABSENT)
        return found if found is _ABSENT or cls.nested else select(found, path)

    def _live(self, row: ResourceRow, attribute: str, path: list[Any]) -> Any:
        try:
            if row.id not in self._readers:
                resource = resource_of(self._context, self._box, row)
                call = call_of(self._context, self._box, row, resource)
                self._readers[row.id] = AttributeReader(resource, call)
            return self._readers[row.id].value(attribute, path)
        except Exception as error:
            if self._on_error is None:
                raise
            return self._on_error(row.name, attribute, error)
