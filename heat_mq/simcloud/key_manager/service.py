"""The key manager: its documents and who sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from heat_mq.simcloud.error_bodies import barbican_body
from heat_mq.simcloud.key_manager import secrets, versions
from heat_mq.simcloud.refusal import not_found
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.caller import Caller
    from heat_mq.simcloud.cloud import Cloud


class KeyManager(Service):
    """``/key-manager``: secrets with their payloads, without containers and orders."""

    name = "key-manager"
    root = "/key-manager"
    endpoint = "/key-manager"
    catalog: ClassVar = (("key-manager", "barbican"),)
    routes: ClassVar = (versions.routes, secrets.routes)
    error_body = staticmethod(barbican_body)

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.secrets = self.collection("secrets", ("project_id",))

    def secret(self, caller: Caller, id: str) -> Document:
        """A secret of the caller's project; Refusal 404 for any other."""
        found = self.secrets.get(id)
        if found is None or found["project_id"] != caller.project_id:
            raise not_found("Secret not found.")
        return found

    def reference(self, id: str) -> str:
        """The URL that stands for a secret everywhere."""
        return f"{self.url()}/v1/secrets/{id}"
