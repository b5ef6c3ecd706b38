"""Quotas of the compute service: ``/limits``, ``/os-quota-sets``, and the refusal of what is too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.policy import require_admin
from heat_mq.simcloud.quotas import UNLIMITED
from heat_mq.simcloud.refusal import bad_request, forbidden
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

DEFAULTS = {
    "instances": UNLIMITED,
    "cores": UNLIMITED,
    "ram": UNLIMITED,
    "metadata_items": 255,
    "key_pairs": UNLIMITED,
    "server_groups": UNLIMITED,
    "server_group_members": UNLIMITED,
    "injected_files": UNLIMITED,
    "injected_file_content_bytes": UNLIMITED,
    "injected_file_path_bytes": UNLIMITED,
}
OF_NETWORKS = ("fixed_ips", "floating_ips", "security_group_rules", "security_groups")
OF_FILES = ("injected_files", "injected_file_content_bytes", "injected_file_path_bytes")

routes = Routes("/v2.1")


@routes.get("/limits")
def show_limits(service: Compute, call: Call) -> Document:
    project_id = call.query.get("tenant_id", call.caller.project_id)
    if not call.caller.sees(project_id):
        raise forbidden("Policy doesn't allow os_compute_api:limits:other_project to be performed.")
    limits = service.quotas.limits(project_id)
    used = usage(service, project_id)
    absolute = {
        "maxTotalInstances": limits["instances"],
        "maxTotalCores": limits["cores"],
        "maxTotalRAMSize": limits["ram"],
        "maxServerMeta": limits["metadata_items"],
        "maxTotalKeypairs": limits["key_pairs"],
        "maxServerGroups": limits["server_groups"],
        "maxServerGroupMembers": limits["server_group_members"],
        "totalInstancesUsed": used["instances"],
        "totalCoresUsed": used["cores"],
        "totalRAMUsed": used["ram"],
        "totalServerGroupsUsed": used["server_groups"],
    }
    if not since(call, 36):
        absolute.update(
            maxTotalFloatingIps=UNLIMITED,
            maxSecurityGroups=UNLIMITED,
            maxSecurityGroupRules=UNLIMITED,
            totalFloatingIpsUsed=0,
            totalSecurityGroupsUsed=0,
        )
    if not since(call, 39):
        absolute["maxImageMeta"] = limits["metadata_items"]
    if not since(call, 57):
        absolute.update(
            maxPersonality=limits["injected_files"], maxPersonalitySize=limits["injected_file_content_bytes"]
        )
    return {"limits": {"rate": [], "absolute": absolute}}


@routes.get("/os-quota-sets/{project_id}")
def show_quotas(service: Compute, call: Call, project_id: str) -> Document:
    _require_sight(call, project_id)
    return {"quota_set": {**_shown(call, service.quotas.limits(project_id)), "id": project_id}}


@routes.get("/os-quota-sets/{project_id}/defaults")
def show_default_quotas(service: Compute, call: Call, project_id: str) -> Document:
    return {"quota_set": {**_shown(call, service.quotas.defaults), "id": project_id}}


@routes.get("/os-quota-sets/{project_id}/detail")
def show_quotas_in_detail(service: Compute, call: Call, project_id: str) -> Document:
    _require_sight(call, project_id)
    used = usage(service, project_id)
    limits = _shown(call, service.quotas.limits(project_id))
    shown: Document = {
        key: {"limit": limit, "in_use": used.get(key, 0), "reserved": 0} for key, limit in limits.items()
    }
    return {"quota_set": {**shown, "id": project_id}}


@routes.put("/os-quota-sets/{project_id}")
def change_quotas(service: Compute, call: Call, project_id: str) -> Document:
    require_admin(call, "os_compute_api:os-quota-sets:update")
    wanted = call.body("quota_set")
    force = bool(wanted.pop("force", False))
    for ignored in ("tenant_id", *OF_NETWORKS):
        wanted.pop(ignored, None)
    limits = {}
    for key, value in wanted.items():
        if key not in DEFAULTS:
            raise bad_request(
                f"Invalid input for field/attribute quota_set. Value: {wanted}. Additional properties are not allowed "
                f"('{key}' was unexpected)"
            )
        limits[key] = _number(key, value)
    used = usage(service, project_id)
    for key, limit in limits.items():
        if not force and limit != UNLIMITED and limit < used.get(key, 0):
            raise bad_request(
                f"Quota limit {limit} for {key} must be greater than or equal to already used and reserved {used[key]}."
            )
    return {"quota_set": _shown(call, service.quotas.change(project_id, limits))}


@routes.delete("/os-quota-sets/{project_id}", status=202)
def reset_quotas(service: Compute, call: Call, project_id: str) -> Reply:
    require_admin(call, "os_compute_api:os-quota-sets:delete")
    service.quotas.reset(project_id)
    return Reply(status=202)


def usage(service: Compute, project_id: str) -> dict[str, int]:
    """What a project's servers use."""
    flavors = [each["flavor"] for each in service.servers.where(project_id=project_id)]
    return {
        "instances": len(flavors),
        "cores": sum(each["vcpus"] for each in flavors),
        "ram": sum(each["ram"] for each in flavors),
        "server_groups": service.server_groups.count("project_id", project_id),
    }


def require_room(
    service: Compute, project_id: str, resource: str, used: int | Callable[[], int], *, message: str, more: int = 1
) -> None:
    """Refuse (403, in those words) what the project's quota has no room for."""
    if not service.quotas.allows(project_id, resource, used, more):
        raise forbidden(message)


def require_room_for_servers(
    service: Compute, project_id: str, flavor: Document, count: int, *, servers: bool = True
) -> None:
    """Refuse (403) servers of a flavor that are too many; ``servers`` False counts cores and memory alone."""
    wanted = {"instances": count, "cores": count * flavor["vcpus"], "ram": count * flavor["ram"]}
    if not servers:
        del wanted["instances"]

    def used(resource: str) -> Callable[[], int]:
        return lambda: usage(service, project_id)[resource]

    over = [key for key, more in sorted(wanted.items()) if not service.quotas.allows(project_id, key, used(key), more)]
    if not over:
        return
    current, limits = usage(service, project_id), service.quotas.limits(project_id)

    def joined(values: dict[str, int]) -> str:
        return ", ".join(str(values[key]) for key in over)

    names = ", ".join(over)
    raise forbidden(
        f"Quota exceeded for {names}: Requested {joined(wanted)}, but already used {joined(current)} of "
        f"{joined(limits)} {names}"
    )


def _shown(call: Call, limits: dict[str, int]) -> dict[str, int]:
    shown = dict(limits)
    if not since(call, 36):
        shown.update(dict.fromkeys(OF_NETWORKS, UNLIMITED))
    if since(call, 57):
        for key in OF_FILES:
            shown.pop(key)
    return shown


def _require_sight(call: Call, project_id: str) -> None:
    if not call.caller.sees(project_id):
        raise forbidden("Policy doesn't allow os_compute_api:os-quota-sets:show to be performed.")


def _number(key: str, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -2
    if not UNLIMITED <= number < 2**31:
        raise bad_request(
            f"Invalid input for field/attribute {key}. Value: {value}. '{value}' does not match '^-?[0-9]+$'"
        )
    return number
