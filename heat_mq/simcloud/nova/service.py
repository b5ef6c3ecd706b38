"""Nova."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.service import Network
from heat_mq.simcloud.nova import (
    actions,
    aggregates,
    consoles,
    deletion,
    discovery,
    flavors,
    interfaces,
    keypairs,
    limits,
    metadata,
    microversions,
    server_groups,
    server_tags,
    servers,
    volume_attachments,
    zones,
)
from heat_mq.simcloud.nova.orders import ZONE
from heat_mq.simcloud.nova.server_creation import HOST
from heat_mq.simcloud.quotas import Quotas
from heat_mq.simcloud.refusal import conflict, not_found
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.store import Document
from heat_mq.simcloud.volume.service import Volume

if TYPE_CHECKING:
    import falcon

    from heat_mq.simcloud.cloud import Cloud


class Compute(Service):
    """The compute service. Servers plug into the simulated Neutron and Cinder in process."""

    name = "compute"
    root = "/compute"
    endpoint = "/compute/v2.1"
    catalog: ClassVar = (("compute", "nova"),)
    routes: ClassVar = (
        discovery.routes,
        servers.routes,
        actions.routes,
        consoles.routes,
        metadata.routes,
        server_tags.routes,
        interfaces.routes,
        volume_attachments.routes,
        flavors.routes,
        keypairs.routes,
        server_groups.routes,
        limits.routes,
        aggregates.routes,
        zones.routes,
    )

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.servers = self.collection("servers", ("project_id",))
        self.servers.on_gone = lambda server: deletion.finish(self, server)
        self.flavors = self.collection("flavors", ("name",))
        self.keypairs = self.collection("keypairs", ("user_id",))
        self.server_groups = self.collection("server_groups", ("project_id",))
        self.aggregates = self.collection("aggregates")
        self.quotas = Quotas(self.name, self.collection("quotas"), cloud.faults, limits.DEFAULTS)

    @property
    def network(self) -> Network:
        """Neutron, where servers have their ports."""
        return self.cloud.of(Network)

    @property
    def volume(self) -> Volume:
        """Cinder, where servers have their volumes."""
        return self.cloud.of(Volume)

    @property
    def zone(self) -> str:
        """The availability zone of the only host: that of an aggregate that it is in, or the default one."""
        holding = (each["metadata"] for each in self.aggregates if HOST in each["hosts"])
        return next((str(each["availability_zone"]) for each in holding if "availability_zone" in each), ZONE)

    def seed(self) -> None:
        flavors.seed(self)
        keypairs.seed(self)

    def negotiate(self, request: falcon.Request) -> dict[str, str]:
        return microversions.answer_headers(request)

    def response_headers(self, request_id: str) -> dict[str, str]:
        return {"x-openstack-request-id": request_id, "x-compute-request-id": request_id}

    def soon(self, share: float) -> float:
        """When something that takes a share of a server's boot time is done."""
        return self.now() + self.cloud.boot_seconds * share

    def server(self, caller: Caller, id: str) -> Document:
        """The caller's server; Refusal 404 when it is not there or another project's."""
        server = self.servers.get(id)
        if server is None or not caller.sees(server["project_id"]):
            raise not_found(f"Instance {id} could not be found.")
        return server

    def changeable(self, caller: Caller, id: str) -> Document:
        """The same for a change, which a lock refuses."""
        server = self.server(caller, id)
        if server["locked"] and not caller.is_admin:
            raise conflict(f"Instance {id} is locked")
        return server

    def server_in(self, caller: Caller, id: str, action: str, *vm_states: str, **more: Any) -> Document:
        """The same in one of those states, with no task under way; Refusal 409 otherwise."""
        server = self.changeable(caller, id)
        tasks = more.get("tasks", ())
        for key, allowed in (("vm_state", vm_states), ("task_state", (None, *tasks))):
            if server[key] not in allowed:
                raise conflict(f"Cannot '{action}' instance {id} while it is in {key} {server[key]}")
        return server
