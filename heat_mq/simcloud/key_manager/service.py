"""The key manager: its documents and who sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from heat_mq.simcloud import times
from heat_mq.simcloud.error_bodies import barbican_body
from heat_mq.simcloud.key_manager import containers, orders, secrets, versions
from heat_mq.simcloud.refusal import not_found
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.store import Collection, Document

if TYPE_CHECKING:
    from heat_mq.simcloud.caller import Caller
    from heat_mq.simcloud.cloud import Cloud


class KeyManager(Service):
    """``/key-manager``: secrets with their payloads, containers of them, and orders for them."""

    name = "key-manager"
    root = "/key-manager"
    endpoint = "/key-manager"
    catalog: ClassVar = (("key-manager", "barbican"),)
    routes: ClassVar = (versions.routes, secrets.routes, containers.routes, orders.routes)
    error_body = staticmethod(barbican_body)

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.secrets = self.collection("secrets", ("project_id",))
        self.containers = self.collection("containers", ("project_id",))
        self.orders = self.collection("orders", ("project_id",))

    def secret(self, caller: Caller, id: str) -> Document:
        """A secret of the caller's project; Refusal 404 for any other."""
        found = self._own(self.secrets, caller, id, "Secret")
        if found["expiration"] and times.parse(found["expiration"]) <= self.now():
            raise not_found("Secret not found.")
        return found

    def container(self, caller: Caller, id: str) -> Document:
        return self._own(self.containers, caller, id, "Container")

    def order(self, caller: Caller, id: str) -> Document:
        return self._own(self.orders, caller, id, "Order")

    def reference(self, id: str, kind: str = "secrets") -> str:
        """The URL that stands for a secret, or an object of another kind, everywhere."""
        return f"{self.url()}/v1/{kind}/{id}"

    def _own(self, collection: Collection, caller: Caller, id: str, noun: str) -> Document:
        found = collection.get(id)
        if found is None or found["project_id"] != caller.project_id:
            raise not_found(f"{noun} not found.")
        return found
