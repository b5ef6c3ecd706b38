"""Which agents serve a network or a router."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any, Final

from heat_mq.resources.kit import CloudConflict, CloudGone


@dataclasses.dataclass(frozen=True, slots=True)
class Serving:
    """One kind of agent: ``/{served}/{id}/{agents}`` lists an object's, ``/agents/{id}/{serves}`` what one serves."""

    served: str
    agents: str
    serves: str
    key: str


DHCP: Final = Serving("networks", "dhcp-agents", "dhcp-networks", "network_id")
L3: Final = Serving("routers", "l3-agents", "l3-routers", "router_id")


def place(api: Any, serving: Serving, id: str, wanted: Collection[str]) -> None:
    """Let exactly the wanted agents serve the object; safe to repeat."""
    path = f"/{serving.served}/{id}/{serving.agents}"
    current = {str(agent["id"]) for agent in api.each(path, "agents")}
    for agent in sorted(current - set(wanted)):
        try:
            api.delete(f"/agents/{agent}/{serving.serves}/{id}")
        except CloudGone:
            continue
    for agent in sorted(set(wanted) - current):
        try:
            api.post(f"/agents/{agent}/{serving.serves}", {serving.key: id})
        except CloudConflict:
            # It serves it already: another request, or this one before, was faster.
            continue
