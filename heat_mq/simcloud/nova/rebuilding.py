"""Rebuild: the same server from an image anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud import times
from heat_mq.simcloud.nova import orders, server_creation, server_views, states
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.schemas import REBUILD, argument, as_boolean
from heat_mq.simcloud.routing import Call, Reply

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

#: What Nova says of every hypervisor but bare metal; the request itself is accepted.
KEEPS_NOTHING = "The current driver does not support preserving ephemeral partitions."
REFUSED_SHARE = 0.1


def rebuild(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    """The action ``rebuild``: the guest boots again, with other user data when it is given."""
    argument(REBUILD, "rebuild", wanted)
    server = service.server_in(call.caller, id, "rebuild", "active", "stopped", "error")
    local = bool(server["image_id"])
    missing = "Cannot find image for rebuild"
    orders.check_image(service, call.caller, wanted["imageRef"], server["flavor"], local=local, missing=missing)
    if server["image_id"]:
        server["image_id"] = wanted["imageRef"]
    for key in ("name", "metadata", "description", "accessIPv4", "accessIPv6", "hostname"):
        if key in wanted:
            server[key] = wanted[key]
    if since(call, 54) and "key_name" in wanted:
        orders.check_key(service, call.caller, wanted["key_name"])
        server["key_name"] = wanted["key_name"]
    if since(call, 57) and "user_data" in wanted:
        server["_user_data"] = wanted["user_data"]
    stopped = server["vm_state"] == "stopped"
    server["fault"] = None
    if as_boolean(wanted.get("preserve_ephemeral", False)):
        created = times.seconds(service.soon(REFUSED_SHARE))
        fault = {"code": 400, "created": created, "message": KEEPS_NOTHING}
        states.work(service, server, "rebuilding", states.ERROR, REFUSED_SHARE, fault=fault)
    else:
        end = states.work(service, server, "rebuilding", states.SHUTOFF if stopped else states.ACTIVE, 0.8)
        service.cloud.guests.power_off(id)
        if not stopped:
            service.cloud.guests.power_on(id, server["_user_data"] or "", at=end)
    shown = server_views.changed(service, call, server)
    shown["adminPass"] = wanted.get("adminPass") or server_creation.new_password()
    if since(call, 54):
        shown["key_name"] = server["key_name"]
    if since(call, 57):
        shown["user_data"] = server["_user_data"]
    return Reply({"server": shown}, 202, {"Location": shown["links"][0]["href"]})
