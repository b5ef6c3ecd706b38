"""The list of stacks: filters, tags, order and pages in one statement."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select
from sqlalchemy.sql import ColumnElement

from heat_mq.db.records import StackRow
from heat_mq.db.tables import stack, stack_tag

FILTERS: Mapping[str, Any] = {
    "id": stack.c.id,
    "name": stack.c.name,
    "stack_name": stack.c.name,
    "action": stack.c.action,
    "stack_action": stack.c.action,
    "status": stack.c.status,
    "stack_status": stack.c.status,
    "stack_status_reason": stack.c.status_reason,
    "tenant": stack.c.project_id,
    "username": stack.c.username,
    "stack_owner": stack.c.username,
    "owner_id": stack.c.owner_id,
    "parent": stack.c.owner_id,
    "stack_user_project_id": stack.c.stack_user_project_id,
    "disable_rollback": stack.c.disable_rollback,
    "timeout_mins": stack.c.timeout_mins,
}
SORTABLE: Mapping[str, Sequence[Any]] = {
    "stack_name": (stack.c.name,),
    "stack_status": (stack.c.status, stack.c.action),
    "creation_time": (stack.c.created_at,),
    "updated_time": (stack.c.updated_at,),
}
STATUSES = frozenset({"IN_PROGRESS", "COMPLETE", "FAILED"})


@dataclasses.dataclass(frozen=True, slots=True)
class StackQuery:
    """What to list. ``project_id`` None means every project; tags are lists as the API splits them."""

    project_id: str | None
    filters: Mapping[str, Sequence[Any]] = dataclasses.field(default_factory=dict)
    show_deleted: bool = False
    show_nested: bool = False
    tags: Sequence[str] = ()
    tags_any: Sequence[str] = ()
    not_tags: Sequence[str] = ()
    not_tags_any: Sequence[str] = ()
    limit: int | None = None
    marker: str | None = None
    sort_keys: Sequence[str] = ()
    sort_dir: str | None = None


def list_stacks(connection: Connection, wanted: StackQuery) -> list[StackRow]:
    return [StackRow.from_row(row) for row in connection.execute(paged(connection, select(stack), wanted)).mappings()]


def paged(connection: Connection, query: Select[Any], wanted: StackQuery) -> Select[Any]:
    """A selection from the stacks, of those that are wanted, in their order and from the page."""
    query = _filtered(query, wanted)
    columns = [column for key in wanted.sort_keys for column in SORTABLE.get(key, ())]
    descending = wanted.sort_dir == "desc" if (wanted.sort_dir or columns) else True
    columns = [*(columns or [stack.c.created_at]), stack.c.id]
    if wanted.marker is not None:
        at = connection.execute(select(*columns).where(stack.c.id == wanted.marker)).one_or_none()
        if at is not None:
            query = query.where(_after(columns, list(at), descending=descending))
    query = query.order_by(*(column.desc() if descending else column.asc() for column in columns))
    return query if wanted.limit is None else query.limit(wanted.limit)


def count_stacks(connection: Connection, wanted: StackQuery) -> int:
    """How many there are, pages aside."""
    return connection.scalar(_filtered(select(func.count()).select_from(stack), wanted)) or 0


def _after(columns: Sequence[Any], values: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
    """Rows that come after ``values`` in the order of ``columns`` (NULL sorts as the database has it)."""
    choices = []
    for index, (column, value) in enumerate(zip(columns, values, strict=True)):
        if value is None:
            continue
        same = [before == earlier for before, earlier in zip(columns[:index], values[:index], strict=True)]
        choices.append(and_(*same, column < value if descending else column > value))
    return or_(*choices)


def _filtered(query: Select[Any], wanted: StackQuery) -> Select[Any]:
    if wanted.project_id is not None:
        query = query.where(stack.c.project_id == wanted.project_id)
    if not wanted.show_deleted:
        query = query.where(stack.c.deleted_at.is_(None))
    if not wanted.show_nested:
        query = query.where(stack.c.owner_id.is_(None))
    for name, values in wanted.filters.items():
        if name in ("status", "stack_status"):
            query = query.where(_status(values))
        elif name in FILTERS:
            query = query.where(FILTERS[name].in_(list(values)))
    for tags, every, wanted_in in (
        (wanted.tags, True, True),
        (wanted.tags_any, False, True),
        (wanted.not_tags, True, False),
        (wanted.not_tags_any, False, False),
    ):
        if tags:
            query = query.where(stack.c.id.in_(_tagged(tags, every=every)) == wanted_in)
    return query


def _status(values: Sequence[str]) -> ColumnElement[bool]:
    """Statuses may be given bare (COMPLETE) or with the action (CREATE_COMPLETE); others match nothing."""
    choices: list[ColumnElement[bool]] = []
    for value in values:
        status = next((known for known in STATUSES if value.endswith(known)), None)
        if status is None:
            continue
        action = value[: -len(status)].rstrip("_")
        choice: ColumnElement[bool] = stack.c.status == status
        choices.append(and_(choice, stack.c.action == action) if action else choice)
    return or_(*choices) if choices else stack.c.id.is_(None)


def _tagged(tags: Sequence[str], *, every: bool) -> Select[Any]:
    found = select(stack_tag.c.stack_id).where(stack_tag.c.tag.in_(list(tags)))
    if every:
        found = found.group_by(stack_tag.c.stack_id).having(func.count(stack_tag.c.tag.distinct()) == len(set(tags)))
    return found
