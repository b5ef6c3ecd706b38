"""Zaqar's version documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.routing import Call, Reply, Routes

if TYPE_CHECKING:
    from heat_mq.simcloud.message.service import Message

routes = Routes()


@routes.get("", public=True)
def list_versions(service: Message, call: Call) -> Reply:
    version: dict[str, Any] = {
        "id": "2",
        "status": "CURRENT",
        "updated": "2014-9-24T04:06:47Z",
        "media-types": [{"base": "application/json", "type": "application/vnd.openstack.messaging-v2+json"}],
        "links": [{"rel": "self", "href": f"{service.url()}/v2/"}],
    }
    return Reply({"versions": [version]}, status=300)


@routes.get("/v2/ping", public=True)
def ping(service: Message, call: Call) -> None:
    """The service is there."""
