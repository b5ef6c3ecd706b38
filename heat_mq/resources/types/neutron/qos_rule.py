"""What the rules of QoS policies share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from heat_mq.resources.kit import IN_PLACE, Int, Lookup, Schema, Str, Support
from heat_mq.resources.types.neutron.neutron_part import NeutronPart

ONE_WAY = ("egress", "ingress")


def rate(doc: str, *, required: bool = True, default: int | None = None) -> Int:
    return Int(doc, required=required, default=default, update=IN_PLACE, within=(0, None))


def direction(allowed: Sequence[str] = ONE_WAY, *, since: str | None = None) -> Str:
    return Str(
        "Which traffic it is about, as the port sees it.",
        default="egress",
        update=IN_PLACE,
        allowed=allowed,
        support=Support(version=since),
    )


class OfPolicy(Schema):
    policy = Str(
        "The policy that it belongs to, by name or id.",
        required=True,
        constraint="neutron.qos_policy",
        lookup=Lookup("network", "qos_policy"),
    )
    tenant_id = Str("Not used: a rule is the project's that owns the policy, and Neutron refuses to be told another.")


class QoSRule(NeutronPart):
    owner = "policy"
    needs_extension = "qos"
    apart: ClassVar[frozenset[str]] = frozenset({"tenant_id"})
