"""``/v1/{account}``: its metadata, and a list of its containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.object_store.metadata import change_metadata, shown_metadata
from heat_mq.simcloud.routing import Call, Reply, Routes

if TYPE_CHECKING:
    from heat_mq.simcloud.object_store.service import ObjectStore

routes = Routes("/v1/{account}")


@routes.get("")
def list_containers(service: ObjectStore, call: Call, account: str) -> Reply:
    found = service.account(call, account)
    names = sorted(str(each["name"]) for each in service.containers.where(account=account))
    return Reply([{"name": name} for name in names], headers=shown_metadata(found["metadata"], "Account"))


@routes.post("", status=204)
def change_account(service: ObjectStore, call: Call, account: str) -> Any:
    found = service.account(call, account)
    change_metadata(found, call, "Account")
    service.accounts.save(found)
    return None
