"""What lists show of stacks and resources: few columns of many rows, as cheap tuples."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, exists, select

from heat_mq.db.repo.stack_list import StackQuery, paged
from heat_mq.db.repo.stacks import get_tags
from heat_mq.db.tables import resource, stack, stack_tag


class StackSummary(NamedTuple):
    """A stack without its definition."""

    id: str
    name: str
    project_id: str
    username: str | None
    action: str
    status: str
    status_reason: str
    description: str
    owner_id: str | None
    disable_rollback: bool
    timeout_mins: int | None
    stack_user_project_id: str | None
    created_at: datetime.datetime
    updated_at: datetime.datetime | None
    deleted_at: datetime.datetime | None


class ResourceSummary(NamedTuple):
    """A resource without its values."""

    id: str
    stack_id: str
    name: str
    type: str
    action: str
    status: str
    status_reason: str
    physical_id: str | None
    created_at: datetime.datetime
    updated_at: datetime.datetime | None


_STACK = [stack.c[name] for name in StackSummary._fields]
_RESOURCE = [resource.c[name] for name in ResourceSummary._fields]


def list_stacks(connection: Connection, wanted: StackQuery) -> list[tuple[StackSummary, list[str]]]:
    """The stacks of a list, each with its tags."""
    tagged = exists().where(stack_tag.c.stack_id == stack.c.id)
    rows = connection.execute(paged(connection, select(*_STACK, tagged), wanted)).all()
    with_tags = [row[0] for row in rows if row[-1]]
    tags = get_tags(connection, with_tags) if with_tags else {}
    return [(StackSummary._make(row[:-1]), tags.get(row[0], [])) for row in rows]


def list_resources(connection: Connection, stack_ids: Iterable[str]) -> list[ResourceSummary]:
    """The rows in force (not replaced) of the stacks."""
    query = select(*_RESOURCE).where(resource.c.stack_id.in_(list(stack_ids)), resource.c.replaced_by.is_(None))
    return [ResourceSummary._make(row) for row in connection.execute(query)]
