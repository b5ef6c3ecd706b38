"""What state a server is in, and whether it is on the way to the one that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from heat_mq.resources.kit import Call, CloudConflict, CloudGone, Failed, Wait, Watch, polling

#: The microversion in which servers are read: with tags and description, and the flavor still as an id.
READ: Final = "2.26"
GONE: Final = frozenset({"DELETED", "SOFT_DELETED"})
#: States in which a server rests, and may be changed.
SETTLED: Final = ("ACTIVE", "SHUTOFF")
#: States that pass by themselves, or that a request which was just sent has not left yet.
PASSING: Final = frozenset(
    {
        "BUILD",
        "HARD_REBOOT",
        "MIGRATING",
        "PASSWORD",
        "REBOOT",
        "REBUILD",
        "RESCUE",
        "RESIZE",
        "REVERT_RESIZE",
        "SHUTOFF",
        "SUSPENDED",
        "VERIFY_RESIZE",
    }
)


def show(call: Call, server_id: str) -> dict[str, Any]:
    """The server; raises CloudGone when there is none."""
    return call.take_seen(server_id) or dict(call.cloud.compute.get(f"/servers/{server_id}", version=READ)["server"])


def wait(call: Call, server_id: str, status: str) -> Wait:
    """Until the server leaves this status."""
    return polling.wait(call, Watch("compute", "server", server_id, status, READ))


def find(call: Call, server_id: str) -> dict[str, Any] | None:
    """The server, or None when it is gone."""
    try:
        server = show(call, server_id)
    except CloudGone:
        return None
    return None if server["status"] in GONE else server


def act(call: Call, server_id: str, action: str, details: Any = None, *, version: str | None = None) -> Any:
    return call.cloud.compute.post(f"/servers/{server_id}/action", {action: details}, version=version)


def unless_busy(call: Call, server_id: str, ask: Callable[[], Any]) -> bool:
    """Ask for a change that Nova refuses while a server has a task, such as a new password: False when it has one."""
    try:
        ask()
    except CloudConflict:
        if not task_of(show(call, server_id)):
            raise
        return False
    return True


def task_of(server: Mapping[str, Any]) -> str:
    """What Nova is doing with the server at the moment, "" for nothing."""
    return str(server.get("OS-EXT-STS:task_state") or "")


def flavor_of(server: Mapping[str, Any]) -> str:
    return str(server["flavor"]["id"])


def image_of(server: Mapping[str, Any]) -> str:
    """The id of the image, "" for a server that runs from a volume."""
    image = server.get("image")
    return str(image["id"]) if isinstance(image, Mapping) else ""


def reached(server: Mapping[str, Any], wanted: str, passing: Collection[str] = PASSING) -> bool:
    """True in the wanted status, False on the way; raises Failed where waiting is in vain."""
    status = base(server)
    if status == wanted:
        return True
    if status == "ERROR":
        raise Failed(error_text(server))
    if status in passing:
        return False
    raise Failed(f"The server is in status {server['status']}, which is not on the way to {wanted}")


def base(server: Mapping[str, Any]) -> str:
    """The status without the task that some services add in brackets."""
    return str(server["status"]).split("(")[0].strip().upper()


def error_text(server: Mapping[str, Any]) -> str:
    """Nova's own words about what went wrong with a server in ERROR."""
    fault = server.get("fault") or {}
    message = str(fault.get("message") or "Unknown")
    return f'Went to status ERROR due to "Message: {message}, Code: {fault.get("code", "Unknown")}"'
