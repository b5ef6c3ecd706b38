"""Delete what a run has left in a real cloud."""

from __future__ import annotations

import time
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from heat_mq.clients.service import Service, quoted
from heat_mq.errors import CloudError
from tests.real.account import Account
from tests.real.holdings import EVERYWHERE, Key, Listing, found

ROUNDS = 30


def sweep(account: Account, keep: Collection[Key], where: Collection[str] = EVERYWHERE) -> list[Key]:
    """Delete all of the run's but ``keep``, until it is gone; the answer is what was left. Raises when some stays."""
    left: list[Key] | None = None
    errors: dict[Key, str] = {}
    for _ in range(ROUNDS):
        there = {key: each for key, each in found(account, where).items() if key not in keep}
        left = list(there) if left is None else left
        if not there:
            return left
        for key, (listing, document) in there.items():
            if not listing.shadow:
                errors[key] = _delete(account, listing, document)
        time.sleep(1)
    raise AssertionError(f"cannot be deleted: { {key: errors.get(key) for key in there} }")


def _delete(account: Account, listing: Listing, document: dict[str, Any]) -> str:
    """What the service says against it."""
    clouds = map(account.cloud, account.users) if listing.own else (account.administrator,)
    said = ""
    for cloud in clouds:
        service = cloud.service(listing.service)
        id = str(document[listing.id])
        try:
            _prepare(service, listing, document)
            cascade = "?cascade=true" if listing.kind == "loadbalancers" else ""
            # Barbican shows addresses for ids.
            id = id.rpartition("/")[2] if listing.id.endswith("_ref") else id
            service.delete(f"{listing.at or listing.path}/{quoted(id)}{cascade}")
        except CloudError as error:
            said = str(error)
    return said


def _prepare(service: Service, listing: Listing, document: dict[str, Any]) -> None:
    """What has to be undone before an object of this kind can be deleted."""
    id = document[listing.id]
    match listing.kind:
        case "images" if document.get("protected"):
            change = {"op": "replace", "path": "/protected", "value": False}
            service.request("PATCH", f"/images/{id}", body=[change], headers=PATCH)
        case "domains":
            service.patch(f"/domains/{id}", {"domain": {"enabled": False}})
        case "aggregates":
            for host in document["hosts"]:
                service.post(f"/os-aggregates/{id}/action", {"remove_host": {"host": host}})
        case "volumes" | "snapshots":
            with suppress(CloudError):
                service.post(f"/{listing.kind}/{id}/action", {"os-reset_status": {"status": "error"}})
        case "routers":
            service.put(f"/routers/{id}", {"router": {"routes": [], "external_gateway_info": None}})
            for port in service.each("/ports", "ports", query={"device_id": id}):
                service.put(f"/routers/{id}/remove_router_interface", {"port_id": port["id"]})


PATCH = {"Content-Type": "application/openstack-images-v2.1-json-patch"}
