"""What users do with a stack beside creating, updating and deleting it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from heat_mq.db import tables
from heat_mq.engine.commands import actions
from heat_mq.engine.commands.cancel import cancel_stack
from heat_mq.engine.commands.create import create_stack
from heat_mq.engine.commands.mark import mark_unhealthy
from heat_mq.engine.commands.signal import signal_resource
from heat_mq.engine.commands.update import update_stack
from heat_mq.engine.find import identity_of
from tests.simulation.world import World, template


def create(
    world: World,
    resources: dict[str, Any],
    *,
    name: str = "stack",
    files: dict[str, str] | None = None,
    environment: dict[str, Any] | None = None,
    **args: Any,
) -> str:
    identity = create_stack(world.service, world.context, name, template(resources), environment, files, args)
    return identity["stack_id"]


def update(
    world: World,
    stack: str,
    resources: dict[str, Any],
    *,
    files: dict[str, str] | None = None,
    environment: dict[str, Any] | None = None,
    **args: Any,
) -> None:
    identity = identity_of(world.stack(stack))
    update_stack(world.service, world.context, identity, template(resources), environment, files, args)


def check(world: World, stack: str) -> None:
    actions.check_stack(world.service, world.context, identity_of(world.stack(stack)))


def suspend(world: World, stack: str) -> None:
    actions.suspend_stack(world.service, world.context, identity_of(world.stack(stack)))


def resume(world: World, stack: str) -> None:
    actions.resume_stack(world.service, world.context, identity_of(world.stack(stack)))


def cancel(world: World, stack: str, *, rollback: bool) -> None:
    cancel_stack(world.service, world.context, identity_of(world.stack(stack)), rollback)


def mark(world: World, stack: str, resource: str, unhealthy: bool, reason: str | None = None) -> None:
    mark_unhealthy(world.service, world.context, identity_of(world.stack(stack)), resource, unhealthy, reason)


def signal(world: World, stack: str, resource: str, details: Any = None) -> Any:
    return signal_resource(world.service, world.context, identity_of(world.stack(stack)), resource, details)


def told(world: World, stack: str, after: int = 0) -> list[str]:
    """Events as ``name ACTION_STATUS: reason``, the oldest first, without the first ``after``."""
    query = select(tables.event).where(tables.event.c.stack_id == stack).order_by(tables.event.c.id)
    rows: list[Any] = world.database.read(lambda c: list(c.execute(query)))
    return [f"{row.resource_name} {row.action}_{row.status}: {row.reason}" for row in rows][after:]
