"""What users do with a stack beside creating, updating and deleting it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from heat_mq.db import tables
from heat_mq.engine.commands import actions, forget, restore, snapshot
from heat_mq.engine.commands.cancel import cancel_stack
from heat_mq.engine.commands.create import create_stack
from heat_mq.engine.commands.mark import mark_unhealthy
from heat_mq.engine.commands.signal import signal_resource
from heat_mq.engine.commands.update import update_stack
from heat_mq.engine.queries import snapshots
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
    identity = world.identity(stack)
    update_stack(world.service, world.context, identity, template(resources), environment, files, args)


def check(world: World, stack: str) -> None:
    actions.check_stack(world.service, world.context, world.identity(stack))


def suspend(world: World, stack: str) -> None:
    actions.suspend_stack(world.service, world.context, world.identity(stack))


def resume(world: World, stack: str) -> None:
    actions.resume_stack(world.service, world.context, world.identity(stack))


def cancel(world: World, stack: str, *, rollback: bool) -> None:
    cancel_stack(world.service, world.context, world.identity(stack), rollback)


def mark(world: World, stack: str, resource: str, unhealthy: bool, reason: str | None = None) -> None:
    mark_unhealthy(world.service, world.context, world.identity(stack), resource, unhealthy, reason)


def signal(world: World, stack: str, resource: str, details: Any = None) -> Any:
    return signal_resource(world.service, world.context, world.identity(stack), resource, details)


def told(world: World, stack: str, after: int = 0) -> list[str]:
    """Events as ``name ACTION_STATUS: reason``, the oldest first, without the first ``after``."""
    query = select(tables.event).where(tables.event.c.stack_id == stack).order_by(tables.event.c.id)
    rows: list[Any] = world.database.read(lambda c: list(c.execute(query)))
    return [f"{row.resource_name} {row.action}_{row.status}: {row.reason}" for row in rows][after:]


def take(world: World, stack: str, name: str | None = None) -> str:
    """Begin a snapshot; answers its id."""
    identity = world.identity(stack)
    return str(snapshot.take_snapshot(world.service, world.context, identity, name)["id"])


def shown(world: World, stack: str, snapshot_id: str) -> dict[str, Any]:
    return snapshots.show_snapshot(world.service, world.context, world.identity(stack), snapshot_id)


def drop(world: World, stack: str, snapshot_id: str) -> None:
    """Begin to delete a snapshot."""
    snapshot.delete_snapshot(world.service, world.context, world.identity(stack), snapshot_id)


def bring_back(world: World, stack: str, snapshot_id: str) -> None:
    """Begin to restore a snapshot."""
    restore.restore_snapshot(world.service, world.context, world.identity(stack), snapshot_id)


def export(world: World, stack: str) -> dict[str, Any]:
    return forget.export_stack(world.service, world.context, world.identity(stack))


def abandon(world: World, stack: str) -> dict[str, Any]:
    return forget.abandon_stack(world.service, world.context, world.identity(stack))


def adopt(world: World, dump: dict[str, Any], *, name: str = "again", **args: Any) -> str:
    """Begin to adopt the dump, which comes over RPC as JSON."""
    args = {**args, "adopt_stack_data": json.loads(json.dumps(dump))}
    made = create_stack(world.service, world.context, name, dump["template"], None, None, args)
    return made["stack_id"]
