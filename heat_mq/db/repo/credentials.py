"""Stored credentials."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, and_, case, delete, or_, select, update

from heat_mq.db.records import CredentialRow
from heat_mq.db.session import write_id
from heat_mq.db.tables import credential, stack
from heat_mq.db.upsert import insert_new

#: Begins the key of a credential that is to be deleted in the cloud, then here: no request finds it any more.
GIVEN_UP = "given-up-"
LONG_AGO = datetime.datetime(2000, 1, 1)


def find_credential(connection: Connection, key: str) -> CredentialRow | None:
    row = connection.execute(select(credential).where(credential.c.key == key)).mappings().one_or_none()
    return CredentialRow.from_row(row) if row else None


def get_credential(connection: Connection, credential_id: str) -> CredentialRow | None:
    row = connection.execute(select(credential).where(credential.c.id == credential_id)).mappings().one_or_none()
    return CredentialRow.from_row(row) if row else None


def add_credential(connection: Connection, values: Mapping[str, Any]) -> CredentialRow:
    """Store a credential, or find the one that another request stored first under the same key."""
    found = None
    while found is None:  # PostgreSQL locks no row for which nothing is inserted: it may be given up meanwhile
        connection.execute(insert_new(connection, credential).values(dict(values)))
        found = find_credential(connection, values["key"])
    return found


def replace_sealed(connection: Connection, known: CredentialRow, sealed: str) -> bool:
    """Put a new credential in the place of a ``known`` one; False when that has been replaced or given up since."""
    still = credential.c.sealed.in_([known.sealed, sealed])  # the new one: this write was committed before, unheard
    same = (credential.c.id == known.id, credential.c.key == known.key, still)
    return connection.execute(update(credential).where(*same).values(sealed=sealed)).rowcount == 1


def hold_credential(connection: Connection, credential_id: str) -> bool:
    """Keep the credential from being given up until this transaction ends; False when it was before."""
    row = connection.execute(
        select(credential.c.key).where(credential.c.id == credential_id).with_for_update(read=True)
    ).one_or_none()
    return row is not None and not row.key.startswith(GIVEN_UP)


def leave_credentials(connection: Connection, root_id: str) -> None:
    """No stack of the tree uses its credential any more."""
    leaving = (stack.c.root_id == root_id, stack.c.credential_id.is_not(None))
    connection.execute(update(stack).where(*leaving).values(credential_id=None))


def replace_of_tree(connection: Connection, root_id: str, old: str, new: str) -> None:
    """The stacks of the tree that use one credential use another from now on."""
    connection.execute(
        update(stack).where(stack.c.root_id == root_id, stack.c.credential_id == old).values(credential_id=new)
    )


def give_up_credentials(
    connection: Connection, credential_id: str | None, now: datetime.datetime, made_before: datetime.datetime
) -> list[CredentialRow]:
    """Give up what no live stack uses, so that nobody begins to; answers what the caller alone is to delete.

    Looked at are ``credential_id`` and what is older than ``made_before``: a younger one may be of a stack that is
    being stored. So is what somebody gave up before then and has not deleted. What bears the mark of this very write
    was given up by it before, when its answer was lost.
    """
    used = select(stack.c.id).where(stack.c.credential_id == credential.c.id, stack.c.deleted_at.is_(None))
    given_up = credential.c.key.startswith(GIVEN_UP, autoescape=True)
    mine = or_(and_(credential.c.id == credential_id, ~given_up), credential.c.created_at < made_before)
    maybe_mine = or_(mine, and_(given_up, credential.c.created_at == now))
    unused = connection.scalars(select(credential.c.id).where(maybe_mine, ~used.exists())).all()
    if not unused:
        return []
    this_write = uuid.UUID(write_id(connection))
    marks = {found: f"{GIVEN_UP}{uuid.uuid5(this_write, found)}" for found in unused}
    looked_at, marked = credential.c.id.in_(marks), credential.c.key.in_(marks.values())
    connection.execute(select(credential.c.id).where(looked_at).order_by(credential.c.id).with_for_update())
    # Only now that they are locked nobody can begin to use them.
    connection.execute(
        update(credential)
        .where(looked_at, or_(mine, marked), ~used.exists())
        .values(key=case(marks, value=credential.c.id), created_at=now)
    )
    rows = connection.execute(select(credential).where(marked).order_by(credential.c.id)).mappings()
    return [CredentialRow.from_row(row) for row in rows]


def leave_to_others(connection: Connection, credential_id: str) -> None:
    """What was given up could not be deleted: whoever comes next may try."""
    connection.execute(update(credential).where(credential.c.id == credential_id).values(created_at=LONG_AGO))


def remove_credential(connection: Connection, credential_id: str) -> None:
    connection.execute(delete(credential).where(credential.c.id == credential_id))
