"""Create a nested stack for the resource that owns it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oslo_db import exception as db_errors

from heat_mq.db.records import ResourceRow
from heat_mq.db.repo import stacks
from heat_mq.engine.adoption import adopted_rows
from heat_mq.engine.commands.create import store_stack
from heat_mq.engine.definitions import Source
from heat_mq.engine.rights import stored_rights
from heat_mq.engine.rows import new_stack
from heat_mq.engine.validate import Validation
from heat_mq.planner.build import build_plan
from heat_mq.state.context import StackContext
from heat_mq.template.values import PseudoParameters

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


def create_child(
    service: Service,
    parent: StackContext,
    owner: ResourceRow,
    name: str,
    source: Source,
    timeout_mins: int | None = None,
    adopted: Mapping[str, Any] | None = None,
) -> str:
    """The child's id. The name is the owner's alone, so a repeated create finds the first one's child.

    Raises Forbidden for a resource type that is not for those with whose rights the stack is worked on: it may not have
    been known when they asked.

    With ``adopted``, resources of a dump, it is made of the objects that they name.
    """
    stack_id = str(uuid.uuid4())
    pseudo = PseudoParameters(stack_name=name, stack_id=stack_id, project_id=parent.stack.project_id)
    wanted = service.definitions.define(source, pseudo)
    may_use = stored_rights(service, parent.stack)
    Validation(service, None, may_use=may_use).check(wanted, parent.stack.nested_depth + 1)
    service.tree_sizes.admit(parent.stack.root_id, len(wanted.bound.resources), service.limits.resources)
    plan = build_plan(wanted.wanted(), ())
    rows = adopted_rows(service, stack_id, wanted, adopted) if adopted is not None else []
    action = "CREATE" if adopted is None else "ADOPT"
    root = service.database.read(stacks.get_stack, parent.stack.root_id) or parent.stack
    stack = new_stack(
        service,
        source,
        id=stack_id,
        name=name,
        project_id=parent.stack.project_id,
        username=parent.stack.username,
        user_id=parent.stack.user_id,
        description=wanted.template.description,
        disable_rollback=True,
        timeout_mins=timeout_mins or parent.stack.timeout_mins,
        credential_id=parent.stack.credential_id,
        owner_id=parent.stack.id,
        owner_resource_id=owner.id,
        owner_resource_name=owner.name,
        root_id=parent.stack.root_id,
        nested_depth=parent.stack.nested_depth + 1,
        stack_user_project_id=root.stack_user_project_id,
        action=action,
        status_reason=f"Stack {action} started",
    )
    try:
        service.database.write(store_stack, service, stack, source, plan, [], rows)
    except db_errors.DBDuplicateEntry:
        found = service.database.read(stacks.find_live, parent.stack.project_id, name)
        if found is None:
            raise
        return found.id
    service.bell(len(plan.nodes))
    return stack_id
