"""Barbican."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from heat_mq.clients.service import Kind, Service, quoted


class KeyManager(Service):
    # A secret's id is the end of its URL; lists show no other.
    KINDS: ClassVar[Mapping[str, Kind]] = {
        "secret": Kind("/secrets", "secrets", "", id_key="secret_ref", free_ids=True)
    }

    def payload(self, reference: str) -> str:
        """The text that a secret holds; ``reference`` is its id or its URL. Raises CloudGone."""
        id = reference.rstrip("/").rpartition("/")[2]
        # Barbican gives a payload only to those who accept what it is.
        headers = {"Accept": "text/plain"}
        return self.request("GET", f"/secrets/{quoted(id)}/payload", headers=headers).text
