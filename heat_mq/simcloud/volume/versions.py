"""Cinder's version documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

NEWEST = "3.71"

routes = Routes()


@routes.get("", public=True)
def list_versions(service: Volume, call: Call) -> Reply:
    return Reply({"versions": [_version(service)]}, status=300)


@routes.get("/v3", public=True)
def show_version(service: Volume, call: Call) -> Document:
    return {"versions": [_version(service)]}


def _version(service: Volume) -> Document:
    return {
        "id": "v3.0",
        "status": "CURRENT",
        "version": NEWEST,
        "min_version": "3.0",
        "updated": "2023-08-31T00:00:00Z",
        "links": [{"rel": "self", "href": f"{service.cloud.base_url}{service.root}/v3/"}],
        "media-types": [{"base": "application/json", "type": "application/vnd.openstack.volume+json;version=3"}],
    }
