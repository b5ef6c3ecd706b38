"""The last step of a delete: give back what the stack as a whole holds."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from heat_mq.engine.credentials import release_credential
from heat_mq.engine.signals import release_users
from heat_mq.errors import CloudTransient

if TYPE_CHECKING:
    from heat_mq.db.records import StackRow
    from heat_mq.engine.service import Service

LOG = logging.getLogger(__name__)


def release(service: Service, stack: StackRow, *, last_try: bool) -> None:
    """Delete the stack users' project and the trust; safe to repeat.

    A stack with event sinks keeps its trust until its last event is told (:mod:`heat_mq.engine.sinks`).

    Raises CloudTransient, to be tried again, unless it is the ``last_try``. What cannot be deleted does not hold up
    the stack: it is logged, with what an operator needs to delete it.
    """
    for what, holds in (
        (release_users, f"project {stack.stack_user_project_id} of its users"),
        (release_credential, f"credential {stack.credential_id}"),
    ):
        if what is release_credential and stack.has_sinks:
            continue
        try:
            what(service, stack)
        except CloudTransient:
            if not last_try:
                raise
            LOG.warning("stack %s is deleted but its %s is left behind", stack.id, holds, exc_info=True)
        except Exception:
            LOG.warning("stack %s is deleted but its %s is left behind", stack.id, holds, exc_info=True)
