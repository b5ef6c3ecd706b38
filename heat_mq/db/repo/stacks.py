"""Stack rows. A change of action goes through a compare-and-set on the running traversal."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from heat_mq.db.records import StackRow
from heat_mq.db.tables import stack, stack_tag
from heat_mq.db.upsert import CHUNK


def insert_stack(connection: Connection, values: Mapping[str, Any], tags: Sequence[str] = ()) -> None:
    """Store a new stack; the database refuses a second live one of the same project and name."""
    connection.execute(insert(stack).values(dict(values)))
    _insert_tags(connection, values["id"], tags)


def get_stack(connection: Connection, stack_id: str) -> StackRow | None:
    row = connection.execute(select(stack).where(stack.c.id == stack_id)).mappings().one_or_none()
    return StackRow.from_row(row) if row else None


def get_stacks(connection: Connection, ids: Iterable[str]) -> dict[str, StackRow]:
    rows = connection.execute(select(stack).where(stack.c.id.in_(list(ids)))).mappings()
    return {row["id"]: StackRow.from_row(row) for row in rows}


def lock_stack(connection: Connection, stack_id: str) -> StackRow | None:
    """The row, locked until the transaction ends."""
    row = connection.execute(select(stack).where(stack.c.id == stack_id).with_for_update()).mappings().one_or_none()
    return StackRow.from_row(row) if row else None


def lock_tree(connection: Connection, root_id: str) -> list[StackRow]:
    """A root stack and everything nested in it, parents first, locked until the transaction ends."""
    query = select(stack).where(stack.c.root_id == root_id).order_by(stack.c.nested_depth, stack.c.id)
    return [StackRow.from_row(row) for row in connection.execute(query.with_for_update()).mappings()]


def lock_stacks(connection: Connection, stack_ids: Iterable[str]) -> dict[str, StackRow]:
    """The rows by id, locked in order until the transaction ends."""
    found: dict[str, StackRow] = {}
    ids = sorted(set(stack_ids))
    for start in range(0, len(ids), CHUNK):
        query = select(stack).where(stack.c.id.in_(ids[start : start + CHUNK])).order_by(stack.c.id).with_for_update()
        found |= {row["id"]: StackRow.from_row(row) for row in connection.execute(query).mappings()}
    return found


def find_live(connection: Connection, project_id: str, name: str) -> StackRow | None:
    query = select(stack).where(stack.c.project_id == project_id, stack.c.live_name == name)
    row = connection.execute(query).mappings().one_or_none()
    return StackRow.from_row(row) if row else None


def find_live_of_users(connection: Connection, user_project_id: str, name: str) -> StackRow | None:
    """The live stack of a name whose own users live in that project."""
    query = select(stack).where(stack.c.stack_user_project_id == user_project_id, stack.c.live_name == name)
    row = connection.execute(query).mappings().first()
    return StackRow.from_row(row) if row else None


def finish_actions(
    connection: Connection,
    stack_ids: Sequence[str],
    status: str,
    reason: str,
    *,
    becomes_previous: bool = False,
    deleted_at: datetime.datetime | None = None,
) -> None:
    """Write how the actions of stacks ended, whose rows the transaction has locked.

    With ``becomes_previous`` their definitions are what later rollbacks return to; with ``deleted_at`` they are gone.
    """
    values: dict[str, Any] = {"status": status, "status_reason": reason}
    if becomes_previous:
        values |= {
            "previous_template_digest": stack.c.template_digest,
            "previous_environment_digest": stack.c.environment_digest,
            "previous_files_digest": stack.c.files_digest,
            "previous_parameters": stack.c.parameters,
        }
    if deleted_at is not None:
        values |= {"deleted_at": deleted_at, "live_name": None}
    for start in range(0, len(stack_ids), CHUNK):
        mine = stack.c.id.in_(sorted(stack_ids[start : start + CHUNK]))
        connection.execute(update(stack).where(mine).values(values))


def update_stack(connection: Connection, stack_id: str, values: Mapping[str, Any]) -> bool:
    return connection.execute(update(stack).where(stack.c.id == stack_id).values(dict(values))).rowcount == 1


def update_stacks(connection: Connection, ids: Iterable[str], values: Mapping[str, Any]) -> None:
    """Write the same into several stacks."""
    connection.execute(update(stack).where(stack.c.id.in_(list(ids))).values(dict(values)))


def get_children(connection: Connection, owner_ids: Iterable[str]) -> list[StackRow]:
    query = select(stack).where(stack.c.owner_id.in_(list(owner_ids)), stack.c.deleted_at.is_(None))
    return [StackRow.from_row(row) for row in connection.execute(query).mappings()]


def get_tree(connection: Connection, root_id: str) -> list[StackRow]:
    """A root stack and everything nested in it, also what was deleted, parents first."""
    query = select(stack).where(stack.c.root_id == root_id).order_by(stack.c.nested_depth, stack.c.created_at)
    return [StackRow.from_row(row) for row in connection.execute(query).mappings()]


def count_live(connection: Connection, project_id: str) -> int:
    """Live root stacks of a project."""
    query = select(func.count()).select_from(stack)
    return (
        connection.scalar(
            query.where(stack.c.project_id == project_id, stack.c.deleted_at.is_(None), stack.c.owner_id.is_(None))
        )
        or 0
    )


def set_user_project(connection: Connection, root_id: str, project_id: str) -> None:
    """Note the project of the stack users for every stack of a tree."""
    connection.execute(update(stack).where(stack.c.root_id == root_id).values(stack_user_project_id=project_id))


def set_tags(connection: Connection, stack_id: str, tags: Sequence[str]) -> None:
    """Replace the stack's tags, in order."""
    connection.execute(delete(stack_tag).where(stack_tag.c.stack_id == stack_id))
    _insert_tags(connection, stack_id, tags)


def _insert_tags(connection: Connection, stack_id: str, tags: Sequence[str]) -> None:
    if tags:
        rows = [{"stack_id": stack_id, "position": at, "tag": tag} for at, tag in enumerate(tags)]
        connection.execute(insert(stack_tag).values(rows))


def get_tags(connection: Connection, stack_ids: Iterable[str]) -> dict[str, list[str]]:
    """Tags by stack id; a stack without tags is left out."""
    query = (
        select(stack_tag)
        .where(stack_tag.c.stack_id.in_(list(stack_ids)))
        .order_by(stack_tag.c.stack_id, stack_tag.c.position)
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.stack_id, []).append(row.tag)
    return found
