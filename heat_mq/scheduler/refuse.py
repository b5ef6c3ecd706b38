"""Changes that are refused: the node fails, and the resource stays as it is, healthy, for the next update."""

from __future__ import annotations

from heat_mq.db.records import ResourceRow
from heat_mq.errors import ActionRestricted, Error
from heat_mq.scheduler.create import fail
from heat_mq.scheduler.run import Run, Steps, let_go_if_lost


def is_restricted(run: Run, action: str) -> bool:
    """Whether the environment's ``restricted_actions`` forbid ``action`` ("update" or "replace") for the resource."""
    registry = run.context.wanted.environment.resource_registry
    return action in registry.restricted_actions(run.node.name)


def restricted(action: str) -> ActionRestricted:
    return ActionRestricted(f"{action} is restricted for resource.")


def refuse(run: Run, row: ResourceRow, error: Exception) -> Steps[None]:
    """An event tells of it, the row does not: nothing was begun. One that was begun before, and is left, has failed.

    Raises LetGo when it was the lease that was lost.
    """
    let_go_if_lost(error)
    if row.status == "IN_PROGRESS":
        run.row = row
        yield from fail(run, None, row.action, error)
        return
    message = error.message if isinstance(error, Error) else str(error)
    run.event(run.state(row, "UPDATE", "FAILED", message))
    yield from run.fail(f"Resource UPDATE failed: {run.reason(error)}")
