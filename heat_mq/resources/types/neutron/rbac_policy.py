"""OS::Neutron::RBACPolicy: lets another project use an object of this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import IN_PLACE, Call, Props, Schema, Str, Support
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject
from heat_mq.template.marks import UNKNOWN

EXTERNAL: Final = "access_as_external"


class RBACPolicy(NeutronObject, type="OS::Neutron::RBACPolicy"):
    """Neutron refuses a second one with the same object, action and target: by these an interrupted create is found."""

    kind = "rbac_policy"
    has_name = False
    needs_extension = "rbac-policies"
    support = Support(version="6.0.0")
    apart: ClassVar[frozenset[str]] = frozenset({"object_id"})
    unique = ("object_type", "object_id", "action", "target_tenant")

    class Properties(Schema):
        object_type = Str(
            "Kind of the object.",
            required=True,
            allowed=("network", "qos_policy", "security_group", "address_scope", "subnetpool"),
        )
        target_tenant = Str("Id of the project that may use it; * for all of them.", required=True, update=IN_PLACE)
        action = Str("What that project may do with it.", required=True, allowed=("access_as_shared", EXTERNAL))
        object_id = Str("The object, by name or id.", required=True)
        tenant_id = properties.project("policy")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        kind = props.get("object_type")
        if props.get("action") == EXTERNAL and kind not in (None, UNKNOWN, "network"):
            yield Problem(
                f"action {EXTERNAL} is for networks, and the object is of type {kind}",
                path="action",
                expected="access_as_shared",
            )

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        return super().body(call, props) | {"object_id": call.api.find(props.object_type, props.object_id)}
