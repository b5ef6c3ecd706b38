"""Limits, quotas, zones, and what else describes the service itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.refusal import bad_request, forbidden
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document
from heat_mq.simcloud.volume.volumes import DEFAULT_TYPE, HOST, ZONE

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

_LIMIT_NAMES = {
    "volumes": "Volumes",
    "gigabytes": "VolumeGigabytes",
    "snapshots": "Snapshots",
    "backups": "Backups",
    "backup_gigabytes": "BackupGigabytes",
}

routes = Routes("/v3/{project_id}")


@routes.get("/limits")
def show_limits(service: Volume, call: Call) -> Document:
    project_id = call.caller.project_id
    limits, used = service.quotas.limits(project_id), _used(service, project_id)
    absolute = {f"maxTotal{name}": limits[key] for key, name in _LIMIT_NAMES.items()}
    absolute |= {f"total{name}Used": used[key] for key, name in _LIMIT_NAMES.items() if key != "gigabytes"}
    absolute["totalGigabytesUsed"] = used["gigabytes"]
    return {"limits": {"rate": [], "absolute": absolute}}


@routes.get("/os-quota-sets/{target_id}")
def show_quotas(service: Volume, call: Call, target_id: str) -> Document:
    if not call.caller.sees(target_id):
        raise forbidden("Policy doesn't allow volume_extension:quotas:show to be performed.")
    limits = service.quotas.limits(target_id)
    if str(call.query.get("usage", "")).lower() not in ("true", "1"):
        return {"quota_set": {"id": target_id, **limits}}
    used = _used(service, target_id)
    shown = {key: {"limit": value, "in_use": used.get(key, 0), "reserved": 0} for key, value in limits.items()}
    return {"quota_set": {"id": target_id, **shown}}


@routes.get("/os-quota-sets/{target_id}/defaults")
def show_default_quotas(service: Volume, call: Call, target_id: str) -> Document:
    return {"quota_set": {"id": target_id, **service.quotas.defaults}}


@routes.put("/os-quota-sets/{target_id}")
def change_quotas(service: Volume, call: Call, target_id: str) -> Document:
    _require_admin(call)
    wanted = {key: value for key, value in call.body("quota_set").items() if key not in ("tenant_id", "force")}
    unknown = sorted(set(wanted) - set(service.quotas.defaults))
    if unknown:
        raise bad_request(f"Bad key(s) in quota set: {', '.join(unknown)}")
    try:
        limits = {key: int(value) for key, value in wanted.items() if value is not None}
    except (TypeError, ValueError) as error:
        raise bad_request("Invalid input for field/attribute quota_set: numbers are wanted.") from error
    if any(value < -1 for value in limits.values()):
        raise bad_request("Invalid input for field/attribute quota_set: -1 is the least.")
    return {"quota_set": service.quotas.change(target_id, limits)}


@routes.delete("/os-quota-sets/{target_id}", status=200)
def reset_quotas(service: Volume, call: Call, target_id: str) -> Reply:
    _require_admin(call)
    service.quotas.reset(target_id)
    return Reply(status=200)


@routes.get("/os-availability-zone")
def list_zones(service: Volume, call: Call) -> Document:
    return {"availabilityZoneInfo": [{"zoneName": ZONE, "zoneState": {"available": True}}]}


@routes.get("/os-services")
def list_services(service: Volume, call: Call) -> Document:
    _require_admin(call)
    hosts = {"cinder-scheduler": "simcloud", "cinder-volume": HOST.partition("#")[0], "cinder-backup": "simcloud"}
    now = times.micros(service.now())
    shown = {"zone": ZONE, "status": "enabled", "state": "up", "updated_at": now, "disabled_reason": None}
    return {"services": [{"binary": binary, "host": host, **shown} for binary, host in hosts.items()]}


@routes.get("/scheduler-stats/get_pools")
def list_pools(service: Volume, call: Call) -> Document:
    _require_admin(call)
    pool: Document = {"name": HOST}
    if "detail" in call.query:
        gigabytes = sum(volume["size"] for volume in service.volumes)
        pool["capabilities"] = {
            "volume_backend_name": DEFAULT_TYPE,
            "storage_protocol": "iSCSI",
            "total_capacity_gb": "infinite",
            "free_capacity_gb": "infinite",
            "allocated_capacity_gb": gigabytes,
            "multiattach": True,
        }
    return {"pools": [pool]}


@routes.get("/extensions")
def list_extensions(service: Volume, call: Call) -> Document:
    aliases = (
        *("os-quota-sets", "os-availability-zone", "os-volume-type-access", "os-services", "backups"),
        *("qos-specs", "encryption", "os-types-manage"),
    )
    shown = {"description": "", "updated": "2013-01-01T00:00:00+00:00", "links": []}
    return {"extensions": [{"alias": each, "name": each, **shown} for each in aliases]}


def _used(service: Volume, project_id: str) -> dict[str, int]:
    return {resource: service.used(project_id, resource) for resource in service.quotas.defaults}


def _require_admin(call: Call) -> None:
    if not call.caller.is_admin:
        raise forbidden("Policy doesn't allow this operation to be performed.")
