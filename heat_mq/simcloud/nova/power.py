"""Actions that move a server between states and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.nova import states
from heat_mq.simcloud.nova.schemas import REBOOT, argument
from heat_mq.simcloud.routing import Call, Reply
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

Action = Callable[["Compute", Call, str, Any], Reply]

# Action: states from which, task, state after, share of the boot time it takes, guest afterwards ("" as before).
MOVES: dict[str, tuple[tuple[str, ...], str, Document, float, str]] = {
    "os-stop": (("active", "error"), "powering-off", states.SHUTOFF, 0.2, "off"),
    "os-start": (("stopped",), "powering-on", states.ACTIVE, 0.5, "on"),
    "suspend": (("active",), "suspending", states.SUSPENDED, 0.2, "off"),
    "resume": (("suspended",), "resuming", states.ACTIVE, 0.2, "on"),
    "pause": (("active",), "pausing", states.PAUSED, 0.1, "off"),
    "unpause": (("paused",), "unpausing", states.ACTIVE, 0.1, "on"),
    "shelve": (
        ("active", "stopped", "paused", "suspended"),
        "shelving",
        states.SHELVED_OFFLOADED,
        0.4,
        "off",
    ),
    "shelveOffload": (("shelved",), "shelving_offloading", states.SHELVED_OFFLOADED, 0.2, "off"),
    "unshelve": (("shelved", "shelved_offloaded"), "unshelving", states.ACTIVE, 0.5, "on"),
    "rescue": (("active", "stopped", "error"), "rescuing", states.RESCUE, 0.4, "off"),
    "unrescue": (("rescued",), "unrescuing", states.ACTIVE, 0.4, "on"),
}
# What refusals call an action, where that is not its own name.
METHODS = {
    "os-stop": "stop",
    "os-start": "start",
    "shelveOffload": "shelve_offload",
}


def task(service: Compute, server: Document, name: str, then: Document, share: float, **more: Any) -> float:
    """Begin a task of a server; see :func:`states.work`."""
    return states.work(service, server, name, then, share, **more)


def state_of(server: Document) -> Document:
    """The state that a server is in, to come back to."""
    return {
        "status": server["status"],
        "vm_state": server["vm_state"],
        "power_state": server["power_state"],
        "task_state": None,
    }


def _mover(action: str) -> Action:
    allowed, name, then, share, guest = MOVES[action]

    def move(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
        server = service.server_in(call.caller, id, METHODS.get(action, action), *allowed)
        end = task(service, server, name, then, share)
        if guest == "on":
            service.cloud.guests.power_on(id, None, at=end)
        elif guest == "off":
            service.cloud.guests.power_off(id)
        if action == "rescue":
            given = wanted if isinstance(wanted, dict) else {}
            return Reply({"adminPass": given.get("adminPass") or "rescue"}, 200)
        return Reply(status=202)

    return move


def _reboot(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    if argument(REBOOT, "reboot", wanted)["type"].upper() == "SOFT":
        server = service.server_in(call.caller, id, "reboot", "active")
        end = task(service, server, "rebooting", states.ACTIVE, 0.4)
    else:
        allowed = ("active", "stopped", "paused", "suspended", "error")
        server = service.server_in(call.caller, id, "reboot", *allowed, tasks=("rebooting", "powering-off"))
        end = task(service, server, "rebooting_hard", states.ACTIVE, 0.4)
    service.cloud.guests.power_on(id, None, at=end)
    return Reply(status=202)


ACTIONS: dict[str, Action] = {**{each: _mover(each) for each in MOVES}, "reboot": _reboot}
