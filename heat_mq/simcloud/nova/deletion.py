"""The end of servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.nova import block_devices, nics, states
from heat_mq.simcloud.store import GONE, Document, forget_later, later

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

SHARE = 0.2


def begin(service: Compute, server: Document) -> None:
    """Delete a server: it shows ``deleting`` for a while and is then gone, with its ports and disks.

    A build whose volumes go away under it fails first: then it shows ERROR, and no task, for a moment.
    """
    if server["task_state"] == "deleting":
        return
    cut_off = server["vm_state"] == states.BUILD["vm_state"] and bool(server["_volumes"])
    at = service.soon(2 * SHARE if cut_off else SHARE)
    forget_later(server)
    server.update(task_state="deleting", updated=times.seconds(service.now()))
    if cut_off:
        message = f"Build of instance {server['id']} aborted: Failure prepping block device."
        states.fail(service, server, message, share=SHARE / 2)
    later(server, at, **{GONE: True})
    service.cloud.guests.forget(server["id"])
    for nic in server["_nics"]:
        nics.unplug(service, server, nic, at)
    block_devices.release_all(service, server)
    service.servers.save(server)


def finish(service: Compute, server: Document) -> None:
    """A server is gone: groups forget it."""
    group = service.server_groups.get(server["_group_id"])
    if group is not None and server["id"] in group["members"]:
        group["members"].remove(server["id"])
        service.server_groups.save(group)
