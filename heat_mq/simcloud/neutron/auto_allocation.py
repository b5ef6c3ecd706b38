"""``/v2.0/auto-allocated-topology``: a network, a subnet and a router for a project that has none.

Asking for it makes it. It needs a default external network and a default subnet pool, which the administrator names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron import router_interfaces
from heat_mq.simcloud.refusal import Refusal, conflict, forbidden
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

DRY_RUN = "dry-run"
ROUTER = "_automatic_router"  # of the network that was made with it

routes = Routes("/v2.0/auto-allocated-topology/{project_id}")


@routes.get("")
def show(service: Network, call: Call, project_id: str) -> Document:
    project_id = _permitted(call, project_id)
    if call.query.get("fields") == DRY_RUN:
        external_network(service)
        if not default_pools(service):
            raise failure("No default subnetpools defined")
        return _view(f"{DRY_RUN}=pass", project_id)
    return _view(allocated(service, project_id)["id"], project_id)


@routes.delete("")
def remove(service: Network, call: Call, project_id: str) -> None:
    network = _existing(service, _permitted(call, project_id))
    if network is None:
        external_network(service)
        return
    router = service.routers.documents.get(network[ROUTER])
    if router is not None:
        for port in service.routers.interfaces(router["id"]):
            service.ports.drop(port)
        service.routers.unmake(router)
    service.networks.unmake(network)


def allocated(service: Network, project_id: str) -> Document:
    """The network of a project's own, made when there is none; Refusal (409) where nothing says of what."""
    found = _existing(service, project_id)
    if found is not None:
        return found
    external = external_network(service)
    pools = default_pools(service)
    if not pools:
        raise failure("Unable to provide project private network")
    owner = Caller(project_id=project_id, roles=frozenset({"admin"}))
    network = service.networks.create(owner, {"name": "auto_allocated_network"})
    gateway = {"network_id": external["id"]}
    router = service.routers.create(owner, {"name": "auto_allocated_router", "external_gateway_info": gateway})
    for pool in pools:
        version = pool["ip_version"]
        name = f"auto_allocated_subnet_v{version}"
        wanted = {"name": name, "network_id": network["id"], "ip_version": version, "subnetpool_id": pool["id"]}
        router_interfaces.own_port(service, owner, router, service.subnets.create(owner, wanted)["id"])
    network[ROUTER] = router["id"]
    return service.networks.documents.save(network)


def external_network(service: Network) -> Document:
    found = service.networks.documents.first(is_default=True)
    if found is None:
        raise failure("No default router:external network")
    return found


def default_pools(service: Network) -> list[Document]:
    return service.subnet_pools.documents.where(is_default=True)


def failure(reason: str) -> Refusal:
    return conflict(f"Deployment error: {reason}.", "AutoAllocationFailure")


def _existing(service: Network, project_id: str) -> Document | None:
    networks = service.networks.documents.where(project_id=project_id)
    return next((each for each in networks if ROUTER in each), None)


def _permitted(call: Call, project_id: str) -> str:
    """The project that is meant, "None" being the caller's own."""
    own = call.caller.project_id
    if project_id == "None":
        return own
    if project_id != own and not call.caller.is_admin:
        raise forbidden("Not authorized.", "NotAuthorized")
    return project_id


def _view(id: str, project_id: str) -> Document:
    return {"auto_allocated_topology": {"id": id, "project_id": project_id, "tenant_id": project_id}}
