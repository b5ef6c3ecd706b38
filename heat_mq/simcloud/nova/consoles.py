"""What a guest printed, and addresses of its screen."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.nova.microversions import require, since
from heat_mq.simcloud.nova.schemas import REMOTE_CONSOLE, VNC_CONSOLE, argument
from heat_mq.simcloud.refusal import bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

TYPES = {"vnc": ("novnc",), "spice": ("spice-html5",), "serial": ("serial",)}

routes = Routes("/v2.1/servers/{id}")


@routes.post("/remote-consoles")
def create_console(service: Compute, call: Call, id: str) -> Document:
    require(call, 6)
    wanted = argument(REMOTE_CONSOLE, "remote_console", call.body("remote_console"))
    protocol, kind = wanted["protocol"], wanted["type"]
    if kind not in TYPES.get(protocol, ()):
        raise bad_request(f"Invalid console type {kind}")
    return {"remote_console": {"protocol": protocol, "type": kind, "url": _url(service, call, id)}}


def console_output(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    """The action ``os-getConsoleOutput``: the last ``length`` lines, all without."""
    server = service.server(call.caller, id)
    length = wanted.get("length") if isinstance(wanted, dict) else None
    lines = service.cloud.guests.console(server["id"])
    if length is not None and int(length) >= 0:
        lines = lines[-int(length) :] if int(length) else []
    return Reply({"output": "\n".join(lines) + ("\n" if lines else "")})


def vnc_console(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    """The action ``os-getVNCConsole``, until 2.5."""
    if since(call, 6):
        raise not_found()
    kind = argument(VNC_CONSOLE, "os-getVNCConsole", wanted)["type"]
    return Reply({"console": {"type": kind, "url": _url(service, call, id)}})


def _url(service: Compute, call: Call, id: str) -> str:
    """An address with a token of its own; nothing listens there."""
    server = service.server(call.caller, id)
    if server["vm_state"] == "building":
        raise conflict(f"Instance {id} is not ready")
    return f"{service.cloud.base_url}/console/vnc_lite.html?path=%3Ftoken%3D{uuid.uuid4()}"
