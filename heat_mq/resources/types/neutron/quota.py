"""OS::Neutron::Quota: how much of the network service a project may use; for administrators."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, Int, Lookup, Schema, Str, Support
from heat_mq.resources.kit import quota as kit


def _limit(of: str, *, since: str | None = None) -> Int:
    return Int(f"Most {of}; -1 for no limit.", update=IN_PLACE, within=(-1, None), support=Support(version=since))


class Quota(kit.Quota, type="OS::Neutron::Quota"):
    service = "network"
    needs_extension = "quotas"
    support = Support(version="8.0.0")
    path = "/quotas"
    envelope = "quota"
    defaults = "default"

    class Properties(Schema):
        project = Str(
            "Name or id of the project.",
            required=True,
            constraint="keystone.project",
            lookup=Lookup("identity", "project"),
        )
        subnet = _limit("subnets")
        network = _limit("networks")
        floatingip = _limit("floating IPs")
        security_group_rule = _limit("rules of security groups")
        security_group = _limit("security groups")
        router = _limit("routers")
        port = _limit("ports")
        subnetpool = _limit("subnet pools", since="12.0.0")
        rbac_policy = _limit("RBAC policies", since="12.0.0")
