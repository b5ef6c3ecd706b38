"""Where servers run: availability zones, services, hypervisors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.nova.microversions import since
from heat_mq.simcloud.nova.orders import ZONE
from heat_mq.simcloud.nova.policy import require_admin
from heat_mq.simcloud.nova.server_creation import HOST
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

HYPERVISOR_ID = "8d1c2b1e-6f0b-4d0e-9d70-5a1d0c2f3b4a"
SERVICES = {
    "nova-conductor": ("simulated-controller", "internal", "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"),
    "nova-scheduler": ("simulated-controller", "internal", "2c963f66-afa6-4562-b3fc-2c963f66afa6"),
    "nova-compute": (HOST, ZONE, "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
}
"""Host, zone (of the compute service as long as no aggregate says another) and id of each."""

routes = Routes("/v2.1")


@routes.get("/os-availability-zone")
def list_zones(service: Compute, call: Call) -> Document:
    return {"availabilityZoneInfo": [{"zoneName": service.zone, "zoneState": {"available": True}, "hosts": None}]}


@routes.get("/os-availability-zone/detail")
def list_zones_in_detail(service: Compute, call: Call) -> Document:
    require_admin(call, "os_compute_api:os-availability-zone:detail")
    zones: dict[str, Document] = {}
    for binary, (host, zone, _) in _services(service).items():
        state = {"active": True, "available": True, "updated_at": times.micros(service.now())}
        zones.setdefault(zone, {}).setdefault(host, {})[binary] = state
    return {
        "availabilityZoneInfo": [
            {"zoneName": zone, "zoneState": {"available": True}, "hosts": hosts} for zone, hosts in zones.items()
        ]
    }


@routes.get("/os-services")
def list_services(service: Compute, call: Call) -> Document:
    require_admin(call, "os_compute_api:os-services:list")
    shown = []
    for number, (binary, (host, zone, uuid)) in enumerate(_services(service).items(), start=1):
        entry = {
            "binary": binary,
            "host": host,
            "id": uuid if since(call, 53) else number,
            "zone": zone,
            "status": "enabled",
            "state": "up",
            "updated_at": times.micros(service.now()),
            "disabled_reason": None,
        }
        shown.append({**entry, "forced_down": False} if since(call, 11) else entry)
    wanted = call.query
    return {
        "services": [
            each for each in shown if all(each[key] == wanted[key] for key in ("binary", "host") if key in wanted)
        ]
    }


@routes.get("/os-hypervisors")
def list_hypervisors(service: Compute, call: Call) -> Document:
    require_admin(call, "os_compute_api:os-hypervisors:list")
    return {"hypervisors": [_hypervisor(call)]}


@routes.get("/os-hypervisors/detail")
def list_hypervisors_in_detail(service: Compute, call: Call) -> Document:
    require_admin(call, "os_compute_api:os-hypervisors:list-detail")
    uuid = SERVICES["nova-compute"][2]
    entry: Document = {
        **_hypervisor(call),
        "host_ip": "127.0.0.1",
        "hypervisor_type": "simulated",
        "hypervisor_version": 1000,
        "service": {"id": uuid if since(call, 53) else 3, "host": HOST, "disabled_reason": None},
    }
    if since(call, 88):
        entry["uptime"] = None
    else:
        flavors = [each["flavor"] for each in service.servers]
        cores, memory = sum(each["vcpus"] for each in flavors), sum(each["ram"] for each in flavors)
        disk = sum(each["disk"] for each in flavors)
        entry.update(
            cpu_info={} if since(call, 28) else "",
            vcpus=4000,
            vcpus_used=cores,
            memory_mb=16_000_000,
            memory_mb_used=memory,
            free_ram_mb=16_000_000 - memory,
            local_gb=1_000_000,
            local_gb_used=disk,
            free_disk_gb=1_000_000 - disk,
            disk_available_least=0,
            current_workload=0,
            running_vms=len(flavors),
        )
    return {"hypervisors": [entry]}


def _services(service: Compute) -> dict[str, tuple[str, str, str]]:
    host, _, uuid = SERVICES["nova-compute"]
    return {**SERVICES, "nova-compute": (host, service.zone, uuid)}


def _hypervisor(call: Call) -> Document:
    id = HYPERVISOR_ID if since(call, 53) else 1
    return {"id": id, "hypervisor_hostname": HOST, "state": "up", "status": "enabled"}
