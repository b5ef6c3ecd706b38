"""Resize, and what follows: confirm or revert."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.nova import flavors, states
from heat_mq.simcloud.nova.limits import require_room_for_servers
from heat_mq.simcloud.nova.schemas import RESIZE, argument
from heat_mq.simcloud.refusal import Refusal, bad_request
from heat_mq.simcloud.routing import Call, Reply

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

Action = Callable[["Compute", Call, str, Any], Reply]


def _resize(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    """To another flavor; the server waits in VERIFY_RESIZE."""
    argument(RESIZE, "resize", wanted)
    server = service.server_in(call.caller, id, "resize", "active", "stopped")
    try:
        found = flavors.visible(service, call.caller, str(wanted["flavorRef"]).rpartition("/")[2])
    except Refusal as refusal:
        raise bad_request(refusal.message) from refusal
    if found["id"] == server["flavor"]["id"]:
        raise bad_request("When resizing, instances must change flavor!")
    if server["image_id"] and found["disk"] == 0:
        raise bad_request("Resize to zero disk flavor is not allowed.")
    flavor = flavors.copied(found)
    growth = {key: max(flavor[key] - server["flavor"][key], 0) for key in ("vcpus", "ram")}
    require_room_for_servers(service, server["project_id"], growth, 1, servers=False)
    server["_before_resize"] = {"flavor": server["flavor"], "vm_state": server["vm_state"]}
    states.work(service, server, "resize_prep", states.VERIFY_RESIZE, 0.5, flavor=flavor)
    return Reply(status=202)


def _confirm(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    server = service.server_in(call.caller, id, "confirmResize", "resized")
    states.settle(service, server, _before(server.pop("_before_resize")["vm_state"]))
    return Reply(status=204)


def _revert(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    server = service.server_in(call.caller, id, "revertResize", "resized")
    before = server.pop("_before_resize")
    states.work(service, server, "resize_reverting", _before(before["vm_state"]), 0.3, flavor=before["flavor"])
    return Reply(status=202)


def _before(vm_state: str) -> dict[str, Any]:
    return states.SHUTOFF if vm_state == "stopped" else states.ACTIVE


ACTIONS: dict[str, Action] = {"resize": _resize, "confirmResize": _confirm, "revertResize": _revert}
