"""A stored resource as the object of its type that it is, outside the steps of a node."""

from __future__ import annotations

from typing import Any

from heat_mq.crypt import Box
from heat_mq.db.records import ResourceRow
from heat_mq.resources.kit import Call, Resource
from heat_mq.state.context import StackContext
from heat_mq.state.sealed import open_data, open_properties


def resource_of(context: StackContext, box: Box, row: ResourceRow) -> Resource:
    """The resource with the properties that its last step has stored."""
    cls = context.class_of_row(row)
    return cls(context.record(row, cls, open_properties(box, row)))


def reference_of(context: StackContext, box: Box, row: ResourceRow) -> Any:
    """What ``get_resource`` gives, as it is without the mark of a secret."""
    return resource_of(context, box, row).reference_id(open_data(box, row))


def call_of(context: StackContext, box: Box, row: ResourceRow, resource: Resource) -> Call:
    """What the resource may reach when it is asked outside its steps: no progress, and its properties as they are."""
    return context.ports.call(
        context,
        row,
        type(resource),
        data=open_data(box, row),
        progress={},
        old={},
        wanted=resource.record.properties,
    )
