"""Quotas of the network service, at ``/v2.0/quotas``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import not_permitted
from heat_mq.simcloud.neutron.checks import Invalid, integer
from heat_mq.simcloud.quotas import UNLIMITED
from heat_mq.simcloud.refusal import bad_request, forbidden, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

routes = Routes("/v2.0/quotas")

DEFAULTS = {
    "network": UNLIMITED,
    "subnet": UNLIMITED,
    "port": UNLIMITED,
    "router": UNLIMITED,
    "floatingip": UNLIMITED,
    "security_group": UNLIMITED,
    "security_group_rule": UNLIMITED,
    "rbac_policy": UNLIMITED,
    "subnetpool": UNLIMITED,
}


@routes.get("")
def list_changed(service: Network, call: Call) -> Document:
    """The projects whose quotas were changed."""
    _require_admin(call.caller, "get_quota")
    changed = service.quota_changes.all()
    shown = [
        {**service.quotas.limits(each["id"]), "project_id": each["id"], "tenant_id": each["id"]} for each in changed
    ]
    return {"quotas": shown}


@routes.get("/{project_id}")
def show(service: Network, call: Call, project_id: str) -> Document:
    _require_sight(call.caller, project_id)
    return {"quota": service.quotas.limits(project_id)}


@routes.get("/{project_id}/default")
def show_defaults(service: Network, call: Call, project_id: str) -> Document:
    _require_sight(call.caller, project_id)
    return {"quota": service.quotas.defaults}


@routes.get("/{project_id}/details")
def show_details(service: Network, call: Call, project_id: str) -> Document:
    if not call.caller.is_admin:
        message = "User does not have admin privileges: Cannot GET resource for non admin tenant."
        raise forbidden(message, "AdminRequired")
    used = {each.singular: each.used(project_id) for each in service.kinds.values()}
    limits = service.quotas.limits(project_id)
    details = {key: {"limit": limit, "used": used.get(key, 0), "reserved": 0} for key, limit in limits.items()}
    return {"quota": details}


@routes.put("/{project_id}")
def change(service: Network, call: Call, project_id: str) -> Document:
    _require_admin(call.caller, "update_quota")
    wanted = call.body("quota")
    for ignored in ("force", "check_limit", "project_id", "tenant_id"):
        wanted.pop(ignored, None)
    if unknown := sorted(set(wanted) - set(DEFAULTS)):
        raise bad_request(f"Unrecognized attribute(s) '{', '.join(unknown)}'")
    limits = {}
    for name, value in wanted.items():
        try:
            limits[name] = integer(least=-1, most=2**31 - 1)(value)
        except Invalid as problem:
            raise bad_request(f"Invalid input for {name}. Reason: {problem}.") from problem
    return {"quota": service.quotas.change(project_id, limits)}


@routes.delete("/{project_id}")
def reset(service: Network, call: Call, project_id: str) -> None:
    _require_admin(call.caller, "delete_quota")
    if service.quota_changes.get(project_id) is None:
        raise not_found(f"Quota for tenant {project_id} could not be found.", "TenantQuotaNotFound")
    service.quotas.reset(project_id)


def _require_sight(caller: Caller, project_id: str) -> None:
    if not caller.sees(project_id):
        raise not_permitted("get_quota")


def _require_admin(caller: Caller, action: str) -> None:
    if not caller.is_admin:
        raise not_permitted(action)
