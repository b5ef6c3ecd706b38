"""Which resource types the policy leaves to those with whose rights work goes on after the request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from heat_mq.context import RequestContext
from heat_mq.db.records import StackRow
from heat_mq.db.repo import stacks
from heat_mq.engine.credentials import stack_credential

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def stored_rights(service: Service, stack: StackRow) -> Callable[[str], bool]:
    """Tells for the name of a type whether a stack that workers define may have it.

    What counts is the credential of the tree's root, which is that of the last caller who has defined the tree: nested
    stacks keep the credential that they were made with. Neither the database nor Keystone is asked for a type that no
    rule guards. What is asked raises MissingCredential, and CloudError for what Keystone fails with.
    """

    @functools.cache
    def caller() -> RequestContext:
        root = service.database.read(stacks.get_stack, stack.root_id) or stack
        context = RequestContext(**service.clouds.cloud(stack_credential(service, root)).rights())
        context.is_admin = service.enforcer.is_admin(context)
        return context

    def may_use(type_name: str) -> bool:
        enforcer = service.enforcer
        return not enforcer.guards_type(type_name) or enforcer.may_use_type(caller(), type_name)

    return may_use
