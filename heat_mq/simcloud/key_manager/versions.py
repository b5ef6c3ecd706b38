"""Barbican's version documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.routing import Call, Reply, Routes

if TYPE_CHECKING:
    from heat_mq.simcloud.key_manager.service import KeyManager

routes = Routes()


def _version(service: KeyManager) -> dict[str, Any]:
    return {
        "id": "v1",
        "status": "CURRENT",
        "min_version": "1.0",
        "max_version": "1.1",
        "links": [{"rel": "self", "href": f"{service.url()}/v1/"}],
    }


@routes.get("", public=True)
def list_versions(service: KeyManager, call: Call) -> Reply:
    return Reply({"versions": [_version(service)]}, status=300)


@routes.get("/v1", public=True)
def show_version(service: KeyManager, call: Call) -> dict[str, Any]:
    return {"version": _version(service)}
