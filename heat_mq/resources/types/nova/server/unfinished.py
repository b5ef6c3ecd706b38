"""What updates of a server that did not end may have left, for the next one to find."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, Outcome
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.types.nova.server import resizing, status

ENDING: Final = "ending_resize"  # progress: what was asked of the resize that another update began
UNDER_WAY: Final = frozenset({"PASSWORD", "REBUILD", "RESIZE", "REVERT_RESIZE"})


def tried(call: Call) -> list[Mapping[str, Any]]:
    """The property values of those updates; an interrupted one that goes on is none of them."""
    return [values for values in call.tried if dict(values) != dict(call.wanted)]


def entries(call: Call) -> list[Sequence[Mapping[str, Any]]]:
    """The ``networks`` of those updates."""
    return [values.get("networks") or () for values in tried(call)]


def is_taken_back(call: Call, before: Mapping[str, Any], name: str) -> bool:
    """Whether a property is to be what it was ``before``, and such an update alone wanted something else.

    That update went in place, so taking it back does too, whatever the policies say of a change.
    """
    wanted = call.wanted.get(name)
    return before.get(name) == wanted and any(values.get(name) != wanted for values in tried(call))


def settle(call: Call, server_id: str, changed: Collection[str]) -> Outcome:
    """Wait for what Nova is doing; a resize to the wanted flavor is confirmed, one to another flavor taken back."""
    server = status.show(call, server_id)
    if status.base(server) == "VERIFY_RESIZE" and "flavor" in changed:
        wanted = call.wanted["flavor"]
        action = resizing.CONFIRM if status.flavor_of(server) == wanted else resizing.REVERT
        return resizing.end(call, server_id, call.progress.setdefault(ENDING, {}), action)
    if status.task_of(server) or status.base(server) in UNDER_WAY:
        return wait(call)
    call.progress.pop(ENDING, None)
    return DONE


def is_rebuilding(call: Call, server_id: str) -> bool:
    """Whether Nova still rebuilds the server for such an update."""
    server = status.find(call, server_id) if call.tried else None
    return server is not None and status.task_of(server).startswith("rebuild")
