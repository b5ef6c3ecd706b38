"""Hooks: a node stops before or after its work until somebody clears the hook with a signal.

A node that is stopped is parked with ``{"hook": NAME}`` in its progress; :mod:`heat_mq.engine.commands.clear_hook` puts
``{"cleared": [NAME]}`` in its place and makes the node ready. Whatever else wakes it, it parks again.

Create and delete hooks act in a create and a delete of the stack alone, not on what an update adds or removes; update
hooks in an update, also of a resource that turns out unchanged. A rollback is never held up.
"""

from __future__ import annotations

from typing import Any

from heat_mq.db.models.traversal import NodeState
from heat_mq.db.records import ResourceRow
from heat_mq.graph.plan import Kind
from heat_mq.scheduler.run import LetGo, Run, Steps
from heat_mq.traversal.finish import named_event

AFTER = "post-"


def stop_before(run: Run, row: ResourceRow | None, action: str) -> Steps[None]:
    """Park at the hook ``pre-ACTION`` where there is one that nobody has cleared."""
    hook = f"pre-{action.lower()}"
    if _acts(run, hook, action) and not run.in_the_middle and (row is None or not _is_begun(row, action)):
        yield from _stop(run, row, hook)


def stop_after(run: Run, row: ResourceRow, action: str, **change: Any) -> Steps[None]:
    """Write ``change``, the end of the work, and park at the hook ``post-ACTION`` where there is one."""
    hook = f"{AFTER}{action.lower()}"
    if _acts(run, hook, action):
        yield from _stop(run, row, hook, **change)


def is_done(run: Run) -> bool:
    """Whether the node's work is done, and only its hook was waited for."""
    return any(hook.startswith(AFTER) for hook in (run.hook, *run.cleared))


def end(run: Run, row: ResourceRow | None) -> Steps[None]:
    """Go on when the hook after the work is cleared: nothing is left but to end the node."""
    if run.hook:
        yield from _stop(run, row, run.hook)
    removed = (row.id,) if row is not None and run.node.kind == Kind.CLEANUP else ()
    yield from run.end(removed=removed)


def _acts(run: Run, hook: str, action: str) -> bool:
    if run.context.stack.action != action or hook in run.cleared:
        return False
    return hook in run.context.wanted.environment.resource_registry.hooks(run.node.name)


def _is_begun(row: ResourceRow, action: str) -> bool:
    return action != "UPDATE" and (row.action, row.status) == (action, "IN_PROGRESS")


def _stop(run: Run, row: ResourceRow | None, hook: str, **change: Any) -> Steps[None]:
    if run.failing:
        # The stack does not wait for anybody any more; what depends on this resource must not start.
        yield from run.commit(**change, end=NodeState.FAILED)
        raise LetGo
    if run.hook != hook:
        run.unwritten.append(_paused(run, row, hook))
    yield from run.commit(**change, park=True, progress={"hook": hook})
    raise LetGo


def _paused(run: Run, row: ResourceRow | None, hook: str) -> dict[str, Any]:
    """The event; clients look for exactly this text. The resource stays in the state in which it is."""
    return named_event(
        run.node.stack_id,
        run.node.name,
        row.type if row is not None else run.context.definition(run.node.name).type,
        row.action if row is not None else "INIT",
        row.status if row is not None else "COMPLETE",
        f"{hook.partition('-')[2].upper()} paused until Hook {hook} is cleared",
        run.tools.now(),
        physical_id=row.physical_id if row is not None else None,
        engine_id=run.tools.engine_id(),
    )
