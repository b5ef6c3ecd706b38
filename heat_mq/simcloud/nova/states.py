"""The states of servers: what each is called in the four fields that show it, and how to move.

Nova's ``status`` follows from ``vm_state`` and ``task_state``; here it is written with them, so that
a list can be filtered and an administrator sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud import times
from heat_mq.simcloud.store import Document, forget_later, later

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

NO_POWER, RUNNING, PAUSED_POWER, SHUT_DOWN = 0, 1, 3, 4


def _state(status: str, vm_state: str, power_state: int) -> Document:
    return {"status": status, "vm_state": vm_state, "power_state": power_state, "task_state": None}


BUILD = _state("BUILD", "building", NO_POWER)
ACTIVE = _state("ACTIVE", "active", RUNNING)
SHUTOFF = _state("SHUTOFF", "stopped", SHUT_DOWN)
PAUSED = _state("PAUSED", "paused", PAUSED_POWER)
SUSPENDED = _state("SUSPENDED", "suspended", SHUT_DOWN)
VERIFY_RESIZE = _state("VERIFY_RESIZE", "resized", RUNNING)
SHELVED = _state("SHELVED", "shelved", SHUT_DOWN)
SHELVED_OFFLOADED = _state("SHELVED_OFFLOADED", "shelved_offloaded", SHUT_DOWN)
RESCUE = _state("RESCUE", "rescued", RUNNING)
ERROR: Document = {"status": "ERROR", "vm_state": "error", "task_state": None}

# While a task is under way the status is that of the state, but for these tasks.
TASK_STATUS = {
    "rebooting": "REBOOT",
    "rebooting_hard": "HARD_REBOOT",
    "rebuilding": "REBUILD",
    "resize_prep": "RESIZE",
    "resize_migrating": "RESIZE",
    "resize_finish": "RESIZE",
    "updating_password": "PASSWORD",
    "resize_reverting": "REVERT_RESIZE",
}


def settle(service: Compute, server: Document, state: Document, **more: Any) -> None:
    """The server is in that state now, whatever was to come."""
    forget_later(server)
    server.update(state, updated=times.seconds(service.now()), **more)
    service.servers.save(server)


def work(service: Compute, server: Document, task: str, then: Document, share: float, **more: Any) -> float:
    """Begin a task that ends in a state after a share of the boot time; returns the moment of its end.

    ``more`` becomes true with the state.
    """
    end = service.soon(share)
    server.update(task_state=task, updated=times.seconds(service.now()))
    server["status"] = TASK_STATUS.get(task, server["status"])
    later(server, end, **then, updated=times.seconds(end), **more)
    service.servers.save(server)
    return end


def fail(service: Compute, server: Document, message: str, *, share: float) -> float:
    """Let the server end in ERROR with a fault; returns when."""
    end = service.soon(share)
    fault = {"code": 500, "created": times.seconds(end), "message": message}
    later(server, end, **ERROR, fault=fault, updated=times.seconds(end))
    service.servers.save(server)
    return end
