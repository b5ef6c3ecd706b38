"""OS::Nova::ServerGroup: where servers may run with respect to each other."""

from __future__ import annotations

import contextlib
from typing import Any, Final

from heat_mq.resources.kit import (
    Call,
    CloudGone,
    List,
    Map,
    Num,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit.unfinished import WholeOrNothing

POLICIES: Final = ["anti-affinity", "affinity", "soft-anti-affinity", "soft-affinity"]
SOFT_POLICIES: Final = "2.15"
RULES: Final = "2.64"


class ServerGroup(WholeOrNothing, type="OS::Nova::ServerGroup"):
    service = "compute"
    support = Support(version="2014.2")

    class Properties(Schema):
        name = Str("Name of the group.")
        policies = List(
            "The policy of the group, as the only item of a list.",
            default=["anti-affinity"],
            allowed=POLICIES,
            of=Str("A policy."),
        )
        rules = Map(
            "Rules for the policy.",
            schema={"max_server_per_host": Num("With anti-affinity: so many servers of the group share a host.")},
            support=Support(version="17.0.0"),
        )

    def find_existing(self, call: Call, props: Props) -> str | None:
        """A group of the resource's own physical name; one that the template names is not unique, and is made anew."""
        name = self.record.physical_name
        for group in call.cloud.compute.each("/os-server-groups", "server_groups", version=SOFT_POLICIES):
            if group["name"] == name:
                return str(group["id"])
        return None

    def create(self, call: Call, props: Props) -> str:
        group: dict[str, Any] = {"name": props.name or self.record.physical_name}
        rules = {key: int(value) for key, value in (props.rules or {}).items() if value is not None}
        if rules:
            group |= {"policy": props.policies[0], "rules": rules}
        else:
            group["policies"] = props.policies
        version = RULES if rules else SOFT_POLICIES
        return str(
            call.cloud.compute.post("/os-server-groups", {"server_group": group}, version=version)["server_group"]["id"]
        )

    def delete(self, call: Call) -> None:
        if self.record.physical_id is not None:
            with contextlib.suppress(CloudGone):
                call.cloud.compute.delete(f"/os-server-groups/{self.physical_id}")

    def read(self, call: Call) -> dict[str, Any]:
        answer = call.cloud.compute.get(f"/os-server-groups/{self.physical_id}", version=SOFT_POLICIES)
        return dict(answer["server_group"])
