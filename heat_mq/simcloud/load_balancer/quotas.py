"""Limits of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.load_balancer.policy import require, require_admin
from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.load_balancer.service import LoadBalancing

#: Names that version 2.0 had for some of them, and those that came later.
OTHER = {"load_balancer": "loadbalancer", "health_monitor": "healthmonitor"}

routes = Routes("/{version}/lbaas/quotas")


@routes.get("/defaults")
def show_defaults(service: LoadBalancing, call: Call) -> Document:
    return {"quota": _shown(service.quotas.defaults)}


@routes.get("/{project_id}")
def show_quota(service: LoadBalancing, call: Call, project_id: str) -> Document:
    require(call.caller.sees(project_id))
    return {"quota": _shown(service.quotas.limits(project_id))}


@routes.put("/{project_id}", status=202)
def change_quota(service: LoadBalancing, call: Call, project_id: str) -> Document:
    require_admin(call.caller)
    names = {new: old for old, new in OTHER.items()}
    limits = {names.get(key, key): value for key, value in call.body("quota").items()}
    unknown = sorted(set(limits) - set(service.quotas.defaults))
    if unknown:
        raise bad_request(f"Unknown attribute: {', '.join(unknown)}")
    for key, value in limits.items():
        if value is None:
            limits[key] = service.quotas.defaults[key]  # null is the default
        elif not isinstance(value, int) or isinstance(value, bool) or value < -1:
            raise bad_request(f"Invalid input for field/attribute {key}. Value: '{value}'. Value should be at least -1")
    return {"quota": _shown(service.quotas.change(project_id, limits))}


@routes.delete("/{project_id}")
def reset_quota(service: LoadBalancing, call: Call, project_id: str) -> None:
    require_admin(call.caller)
    service.quotas.reset(project_id)


def _shown(limits: dict[str, int]) -> Document:
    return {**limits, **{new: limits[old] for old, new in OTHER.items()}}
