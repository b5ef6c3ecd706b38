"""Barbican."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from heat_mq.clients.service import Kind, Service, quoted

TEXT: Final = "text/plain"


class KeyManager(Service):
    # An object's id is the end of its URL; lists show no other.
    KINDS: ClassVar[Mapping[str, Kind]] = {
        "secret": Kind("/secrets", "secrets", "", id_key="secret_ref", free_ids=True),
        "order": Kind("/orders", "orders", "", by_name="", id_key="order_ref", free_ids=True, detail="/orders"),
        "container": Kind("/containers", "containers", "", by_name="", id_key="container_ref", free_ids=True),
    }

    def find(self, kind: str, name_or_id: str) -> str:
        """The URL of a secret or a container by its name, its id or its URL."""
        return super().find(kind, id_of(str(name_or_id)))

    def reference(self, kind: str, reference: str) -> str:
        """The URL that stands for an object; ``reference`` is its id or its URL."""
        return reference if "/" in reference else f"{self.endpoint().rstrip('/')}{self.KINDS[kind].path}/{reference}"

    def payload(self, reference: str) -> str:
        """The text that a secret holds; ``reference`` is its id or its URL. Raises CloudGone."""
        return self.content(reference, TEXT).decode()

    def content(self, reference: str, content_type: str) -> bytes:
        """What a secret holds, which is of that type: Barbican gives it only to those who accept what it is."""
        path = f"/secrets/{quoted(id_of(reference))}/payload"
        return self.request("GET", path, headers={"Accept": content_type}).content


def id_of(reference: str) -> str:
    return reference.rstrip("/").rpartition("/")[2]
