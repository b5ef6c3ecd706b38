"""The end of servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.nova import block_devices, nics
from heat_mq.simcloud.store import GONE, Document, forget_later, later

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

SHARE = 0.2


def begin(service: Compute, server: Document) -> None:
    """Delete a server: it shows ``deleting`` for a while and is then gone, with its ports and disks."""
    if server["task_state"] == "deleting":
        return
    at = service.soon(SHARE)
    forget_later(server)
    server.update(task_state="deleting", updated=times.seconds(service.now()))
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
