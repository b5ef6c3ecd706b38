"""Objects as Octavia shows them: with what hangs below and above each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.store import Document, public

if TYPE_CHECKING:
    from heat_mq.simcloud.load_balancer.kinds import Kind
    from heat_mq.simcloud.load_balancer.service import LoadBalancing

#: What a body says of where an object belongs, which is shown otherwise.
_ASKED = {
    "listener": ("loadbalancer_id",),
    "pool": ("loadbalancer_id", "listener_id"),
    "member": ("pool_id",),
    "healthmonitor": ("pool_id",),
}

_PERSISTENCE = dict.fromkeys(("type", "cookie_name", "persistence_timeout", "persistence_granularity"))


def shown(service: LoadBalancing, kind: Kind, document: Document) -> Document:
    hidden = ("created", "updated", *_ASKED.get(kind.one, ()))
    view = {key: value for key, value in public(document).items() if key not in hidden}
    view["tenant_id"] = view["project_id"]
    if view.get("session_persistence"):
        view["session_persistence"] = {**_PERSISTENCE, **view["session_persistence"]}
    view["created_at"] = times.seconds(document["created"])[:-1]
    view["updated_at"] = times.seconds(document["updated"])[:-1] if document["updated"] else None
    return {**view, **_around(service, kind, document)}


def _around(service: LoadBalancing, kind: Kind, document: Document) -> Document:
    id = document["id"]
    match kind.one:
        case "loadbalancer":
            return {"listeners": _ids(service.where("listener", _lb=id)), "pools": _ids(service.where("pool", _lb=id))}
        case "listener":
            policies = service.where("l7policy", listener_id=id)
            return {"loadbalancers": [{"id": document["_lb"]}], "l7policies": _ids(policies)}
        case "pool":
            monitors = service.where("healthmonitor", pool_id=id)
            return {
                "loadbalancers": [{"id": document["_lb"]}],
                "listeners": _ids(service.where("listener", _lb=document["_lb"], default_pool_id=id)),
                "members": _ids(service.where("member", pool_id=id)),
                "healthmonitor_id": monitors[0]["id"] if monitors else None,
            }
        case "healthmonitor":
            return {"pools": [{"id": document["pool_id"]}]}
        case "l7policy":
            return {"rules": _ids(service.where("rule", _policy=id))}
    return {}


def _ids(documents: Iterable[Document]) -> list[Document]:
    return [{"id": each["id"]} for each in documents]
