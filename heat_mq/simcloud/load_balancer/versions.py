"""Octavia's version documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.load_balancer.service import LoadBalancing

NEWEST = 26

routes = Routes()


@routes.get("", public=True)
def list_versions(service: LoadBalancing, call: Call) -> Document:
    links = [{"href": f"{service.url()}/v2", "rel": "self"}]
    versions = [
        {
            "id": f"v2.{number}",
            "status": "CURRENT" if number == NEWEST else "SUPPORTED",
            "updated": "2023-01-01T00:00:00Z",
            "links": links,
        }
        for number in range(NEWEST + 1)
    ]
    return {"versions": versions}
