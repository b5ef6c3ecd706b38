"""``/servers/{id}/action``: everything that is done to a server by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.image.service import Image
from heat_mq.simcloud.nova import deletion, power, resizing
from heat_mq.simcloud.nova.consoles import console_output, vnc_console
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.policy import require_admin
from heat_mq.simcloud.nova.rebuilding import rebuild
from heat_mq.simcloud.nova.schemas import (
    CHANGE_PASSWORD,
    CREATE_IMAGE,
    RESET_STATE,
    SECURITY_GROUP,
    argument,
)
from heat_mq.simcloud.nova.states import ACTIVE, ERROR, settle
from heat_mq.simcloud.refusal import Refusal, bad_request, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import later

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

Action = Callable[["Compute", Call, str, Any], Reply]

routes = Routes("/v2.1/servers/{id}")


@routes.post("/action")
def act(service: Compute, call: Call, id: str) -> Reply:
    body = call.json()
    names = [each for each in body if each in ACTIONS]
    if len(body) != 1 or not names:
        raise bad_request(f"There is no such action: {', '.join(body)}" if body else "Malformed request body")
    return ACTIONS[names[0]](service, call, id, body[names[0]])


def _change_password(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    argument(CHANGE_PASSWORD, "changePassword", wanted)
    server = service.server_in(call.caller, id, "changePassword", "active")
    power.task(service, server, "updating_password", ACTIVE, 0.1)
    return Reply(status=202)


def _create_image(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    """An image of the server, active after a while."""
    argument(CREATE_IMAGE, "createImage", wanted)
    server = service.server_in(call.caller, id, "createImage", "active", "stopped", "paused", "suspended")
    images = service.cloud.of(Image)
    image = images.new(
        call.caller.project_id,
        name=wanted["name"],
        visibility="private",
        disk_format="raw",
        container_format="bare",
        min_disk=server["flavor"]["disk"],
        instance_uuid=server["id"],
        base_image_ref=server["image_id"],
        image_type="snapshot",
        **{key: str(value) for key, value in (wanted.get("metadata") or {}).items()},
    )
    later(image, service.soon(0.3), status="active", size=server["flavor"]["disk"] * 2**20)
    images.images.save(image)
    power.task(service, server, "image_snapshot", power.state_of(server), 0.3)
    location = f"{images.url()}/v2/images/{image['id']}"
    if since(call, 45):
        return Reply({"image_id": image["id"]}, 202)
    return Reply(status=202, headers={"Location": location})


def _reset_state(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    require_admin(call, "os_compute_api:os-admin-actions:reset_state")
    states = {"active": ACTIVE, "error": ERROR}
    argument(RESET_STATE, "os-resetState", wanted)
    settle(service, service.server(call.caller, id), states[wanted["state"]])
    return Reply(status=202)


def _lock(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    server = service.server(call.caller, id)
    server["locked"] = True
    if since(call, 73) and isinstance(wanted, dict):
        server["locked_reason"] = wanted.get("locked_reason")
    service.servers.save(server)
    return Reply(status=202)


def _unlock(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    server = service.server(call.caller, id)
    server.update(locked=False, locked_reason=None)
    service.servers.save(server)
    return Reply(status=202)


def _force_delete(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    deletion.begin(service, service.changeable(call.caller, id))
    return Reply(status=202)


def _change_group(service: Compute, call: Call, id: str, wanted: Any, *, add: bool) -> Reply:
    """Add a security group to the server's ports, or remove it."""
    name = argument(SECURITY_GROUP, "addSecurityGroup" if add else "removeSecurityGroup", wanted)["name"]
    server = service.server(call.caller, id)
    try:
        found = service.network.security_groups.named(server["project_id"], name)
    except Refusal as refusal:
        if refusal.status != 400:
            raise
        raise not_found(f"Security group {name} is not found for project {server['project_id']}") from refusal
    ports = service.network.ports
    own = [port for nic in server["_nics"] if (port := ports.documents.get(nic["port_id"])) is not None]
    if add and not own:
        raise bad_request(f"Instance {id} has no ports to add a security group to")
    if not add and not any(found["id"] in port["security_groups"] for port in own):
        raise not_found(f"Security group {name} not associated with the instance {id}")
    if add and any(found["id"] in port["security_groups"] for port in own):
        raise bad_request(f"Invalid input for security_groups. Reason: Duplicate items in the list: '{found['id']}'.")
    for port in own:
        groups = [each for each in port["security_groups"] if each != found["id"]]
        port["security_groups"] = [*groups, found["id"]] if add else groups
        ports.touch(port)
    return Reply(status=202)


def _add_group(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    return _change_group(service, call, id, wanted, add=True)


def _remove_group(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    return _change_group(service, call, id, wanted, add=False)


def _floating_ip(service: Compute, call: Call, id: str, wanted: Any) -> Reply:
    """Floating IPs are Neutron's; what Nova had of its own is not there, and from 2.44 the action neither."""
    service.server(call.caller, id)
    raise not_found() if since(call, 44) else not_found("floating IP not found")


ACTIONS: dict[str, Action] = {
    **power.ACTIONS,
    **resizing.ACTIONS,
    "rebuild": rebuild,
    "changePassword": _change_password,
    "createImage": _create_image,
    "os-resetState": _reset_state,
    "lock": _lock,
    "unlock": _unlock,
    "forceDelete": _force_delete,
    "addSecurityGroup": _add_group,
    "removeSecurityGroup": _remove_group,
    "addFloatingIp": _floating_ip,
    "removeFloatingIp": _floating_ip,
    "os-getConsoleOutput": console_output,
    "os-getVNCConsole": vnc_console,
}
