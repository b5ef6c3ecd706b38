"""Nova."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.clients.service import Kind, Service, quoted
from heat_mq.errors import CloudGone, NotFound, nearest


class Compute(Service):
    KINDS: ClassVar[Mapping[str, Kind]] = {
        # Nova has no filter by name here; "None" asks for public and private ones.
        "flavor": Kind("/flavors", "flavors", "flavor", by_name="", query={"is_public": "None"}, free_ids=True),
        "server": Kind("/servers", "servers", "server", detail="/servers/detail"),
        "server_group": Kind("/os-server-groups", "server_groups", "server_group", by_name=""),
        "aggregate": Kind("/os-aggregates", "aggregates", "aggregate", by_name="", free_ids=True),
    }

    def find(self, kind: str, name_or_id: str) -> str:
        """As for every service; a key pair and a host are their own names."""
        match kind:
            case "keypair":
                return self._keypair(str(name_or_id))
            case "host":
                return self._host(str(name_or_id))
        return super().find(kind, name_or_id)

    def _keypair(self, name: str) -> str:
        try:
            return str(self.get(f"/os-keypairs/{quoted(name)}")["keypair"]["name"])
        except CloudGone:
            names = [item["keypair"]["name"] for item in self.each("/os-keypairs", "keypairs")]
            raise _unknown("key pair", name, names) from None

    def _host(self, name: str) -> str:
        hosts: list[Any] = list(self.each("/os-services", "services", query={"binary": "nova-compute"}))
        names = [item["host"] for item in hosts]
        if name not in names:
            raise _unknown("host", name, names)
        return name


def _unknown(word: str, name: str, names: list[str]) -> NotFound:
    near = nearest(name, names)
    hint = f" Did you mean {near!r}?" if near else ""
    return NotFound(f"The {word} ({name}) could not be found.{hint}", suggestion=near, kind=word)
