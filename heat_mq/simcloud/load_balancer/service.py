"""The load balancing service: its documents, their states, quotas, and how long things take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.error_bodies import octavia_body
from heat_mq.simcloud.load_balancer import admin, objects, quotas, versions
from heat_mq.simcloud.load_balancer.kinds import BUILD, CHANGE, KINDS, Kind
from heat_mq.simcloud.neutron.service import Network
from heat_mq.simcloud.quotas import Quotas
from heat_mq.simcloud.refusal import Refusal, conflict, not_found
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.store import Document, forget_later, later

if TYPE_CHECKING:
    from heat_mq.simcloud.cloud import Cloud

MUTABLE = "ACTIVE"


class LoadBalancing(Service):
    """``/load-balancer``. A load balancer is one thing: while any part of it changes no other one can.

    How long changes take follows the cloud's ``boot_seconds``.
    """

    name = "load-balancer"
    root = "/load-balancer"
    endpoint = "/load-balancer"
    catalog: ClassVar = (("load-balancer", "octavia"),)
    routes: ClassVar = (versions.routes, objects.routes, admin.routes, quotas.routes)
    error_body = staticmethod(octavia_body)

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        index = ("project_id", "_lb", "pool_id", "listener_id", "_policy")
        self.parts = {kind.one: self.collection(kind.many, index) for kind in KINDS}
        self.described = {kind.one: self.collection(kind.many, ("name",)) for kind in admin.KINDS}
        defaults = dict.fromkeys((kind.quota for kind in KINDS), -1)
        self.quotas = Quotas(self.name, self.collection("quotas"), cloud.faults, defaults)

    @property
    def network(self) -> Network:
        return self.cloud.of(Network)

    def soon(self, share: float) -> float:
        """When something that takes a share of a server's boot time is done."""
        return self.now() + self.cloud.boot_seconds * share

    def admit(self, caller: Caller, path: dict[str, str]) -> None:
        """The API is there under two names; handlers do not get which."""
        if path.pop("version", "v2") not in ("v2", "v2.0"):
            raise not_found()

    # --- looking up ---------------------------------------------------------------------------

    def part(self, kind: Kind, caller: Caller, id: str | None) -> Document:
        """The caller's object; Refusal 404 when it is not there or another project's."""
        found = self.parts[kind.one].get(id)
        if found is None or not caller.sees(found["project_id"]):
            raise not_found(f"{kind.word} {id} not found.")
        return found

    def where(self, one: str, **equal: Any) -> list[Document]:
        return self.parts[one].where(**equal)

    def below(self, load_balancer: Document) -> list[Document]:
        """All objects of a load balancer."""
        return [each for one in self.parts for each in self.where(one, _lb=load_balancer["id"])]

    # --- states -------------------------------------------------------------------------------

    def require_mutable(self, load_balancer: Document) -> None:
        """Refusal 409 while the load balancer changes, and for good when it is in error."""
        if load_balancer["provisioning_status"] != MUTABLE:
            raise conflict(f"Load Balancer {load_balancer['id']} is immutable and cannot be updated.")

    def require_room(self, kind: Kind, project_id: str) -> None:
        used = self.parts[kind.one].count("project_id", project_id)
        if not self.quotas.allows(project_id, kind.quota, used):
            raise Refusal(403, f"Quota has been met for resources: {kind.word}")

    def build(self, kind: Kind, document: Document, above: Iterable[Document]) -> None:
        """Let a new object, and with it all that it is part of, be busy for a while."""
        about = {"name": str(document.get("name") or ""), "project_id": document["project_id"]}
        failed = self.cloud.faults.strikes("object_error", self.name, **about)
        stuck = self.cloud.faults.strikes("stuck_build", self.name, **about)
        at = None if stuck else self.soon(BUILD if kind.one == "loadbalancer" else CHANGE)
        end = {"provisioning_status": "ERROR"} if failed else {"operating_status": "ONLINE"}
        self.turn(kind.one, document, "PENDING_CREATE", at, **end)
        self.disturb(above, at)

    def disturb(self, documents: Iterable[Document], at: float | None, **values: Any) -> None:
        """Let objects be busy until ``at``, or for ever for None."""
        for each in documents:
            self.turn(each["_kind"], each, "PENDING_UPDATE", at, **values)

    def turn(self, one: str, document: Document, status: str, at: float | None, **end: Any) -> None:
        """Give an object a passing status, and the values that it ends with."""
        forget_later(document)
        document["provisioning_status"] = status
        document["_kind"] = one
        if at is not None:
            later(document, at, **{"provisioning_status": "ACTIVE", **end})
        self.parts[one].save(document)
