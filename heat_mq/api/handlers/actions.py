"""Act on a stack: check, suspend, resume, cancel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from heat_mq import errors
from heat_mq.api.call import Answer, Call

ACTIONS: Final[Mapping[str, Callable[[Call], None]]] = {
    "suspend": lambda call: call.engine.stack_suspend(call.context, call.identity),
    "resume": lambda call: call.engine.stack_resume(call.context, call.identity),
    "check": lambda call: call.engine.stack_check(call.context, call.identity),
    "cancel_update": lambda call: call.engine.stack_cancel_update(
        call.context, call.identity, cancel_with_rollback=True
    ),
    "cancel_without_rollback": lambda call: call.engine.stack_cancel_update(
        call.context, call.identity, cancel_with_rollback=False
    ),
}


def act(call: Call) -> Answer:
    """The body is a map with the action as its one key, whose value says nothing. Each action has its own policy."""
    body = call.json_map()
    if len(body) != 1:
        raise errors.BadRequest(f"The body names {len(body)} actions; give one of {', '.join(ACTIONS)}.")
    (action,) = body
    if action not in ACTIONS:
        near = errors.suggestion(action, ACTIONS)
        raise errors.BadRequest(f"There is no action {action!r}; there are {', '.join(ACTIONS)}.{near}")
    call.require(f"actions:{action}")
    ACTIONS[action](call)
    return Answer(None)
