"""A failed stack whose stored credential is dead goes on with one of whoever asks for more."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from heat_mq.context import RequestContext
from heat_mq.db.records import StackRow
from heat_mq.db.repo import credentials
from heat_mq.engine.credentials import credential_is_dead, hold, with_credential
from heat_mq.errors import CloudError, UserError

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

LOG = logging.getLogger(__name__)


def revive_credential(service: Service, context: RequestContext, stack: StackRow) -> None:
    """To be called before an action that changes no definition; an update brings a credential of its own.

    A trust dies with its user's roles, and one that was lent with its owner's stack: without this nobody could delete
    what was made with it. Only a failed stack is looked at, as a dead credential makes it one; others cost nothing.
    Where the caller has no credential to give the action goes on, and tells what the cloud says.
    """
    dead = stack.credential_id
    if dead is None or stack.status != "FAILED" or context.project_id != stack.project_id:
        return
    try:
        if credential_is_dead(service, dead):
            with_credential(
                service, context, lambda fresh: service.database.write(_replace, stack.root_id, dead, fresh)
            )
    except (CloudError, UserError) as error:
        LOG.warning("the credential of stack %s is not renewed: %s", stack.id, error)


def _replace(connection: Connection, root_id: str, dead: str, fresh: str) -> None:
    hold(connection, fresh)
    credentials.replace_of_tree(connection, root_id, dead, fresh)
