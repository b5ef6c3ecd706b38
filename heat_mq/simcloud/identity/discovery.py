"""Keystone's version documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

routes = Routes()


@routes.get("", public=True)
def list_versions(service: Identity, call: Call) -> Reply:
    return Reply({"versions": {"values": [_version(service)]}}, status=300)


@routes.get("/v3", public=True)
def show_version(service: Identity, call: Call) -> Document:
    return {"version": _version(service)}


def _version(service: Identity) -> Document:
    return {
        "id": "v3.14",
        "status": "stable",
        "updated": "2020-04-07T00:00:00Z",
        "links": [{"rel": "self", "href": f"{service.url()}/v3/"}],
        "media-types": [{"base": "application/json", "type": "application/vnd.openstack.identity-v3+json"}],
    }
