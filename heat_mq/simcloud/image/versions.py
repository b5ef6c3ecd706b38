"""Glance's version document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.routing import Call, Reply, Routes

if TYPE_CHECKING:
    from heat_mq.simcloud.image.service import Image

VERSIONS = ("v2.16", "v2.15", "v2.9", "v2.7", "v2.6", "v2.5", "v2.4", "v2.3", "v2.2", "v2.1", "v2.0")

routes = Routes()


@routes.get("", public=True)
def list_versions(service: Image, call: Call) -> Reply:
    link = {"rel": "self", "href": f"{service.url()}/v2/"}
    versions = [
        {"id": version, "status": "SUPPORTED" if number else "CURRENT", "links": [link]}
        for number, version in enumerate(VERSIONS)
    ]
    return Reply({"versions": versions}, status=300)


@routes.get("/versions", public=True)
def list_versions_again(service: Image, call: Call) -> Reply:
    return Reply(list_versions(service, call).body)
