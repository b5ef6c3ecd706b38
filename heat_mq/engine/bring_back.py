"""Before a rollback: objects that a failed update replaced, and that still fit, are put back in force."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sqlalchemy import Connection

from heat_mq.db.records import ResourceRow
from heat_mq.db.repo import resources
from heat_mq.planner.definition import StackDefinition


def bring_back(connection: Connection, rows: Sequence[ResourceRow], wanted: StackDefinition) -> list[ResourceRow]:
    """The rows as they are afterwards: the older object in force, its successor to be deleted.

    Only an object that came to its end and was made for the very definition that is wanted again is brought back.
    """
    by_id = {row.id: row for row in rows}
    for old in rows:
        new = by_id.get(old.replaced_by or "")
        if new is None or new.replaced_by is not None or not _fits(old, wanted):
            continue
        by_id[old.id] = dataclasses.replace(old, replaced_by=None)
        by_id[new.id] = dataclasses.replace(new, replaced_by=old.id)
    changed = [row for row in by_id.values() if row not in rows]
    if changed:
        resources.write_resources(connection, changed)
    return [by_id[row.id] for row in rows]


def _fits(old: ResourceRow, wanted: StackDefinition) -> bool:
    return (
        old.status == "COMPLETE"
        and old.action not in ("INIT", "DELETE")
        and old.name in wanted.bound.resources
        and old.fingerprint == wanted.fingerprint(old.name)
    )
