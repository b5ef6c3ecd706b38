"""OS::Heat::ScalingPolicy: how a signal changes the size of an OS::Heat::AutoScalingGroup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.groups.capacity import KINDS, PERCENT
from heat_mq.resources.groups.policy import ScalingPolicyBase, port
from heat_mq.resources.kit import IN_PLACE, Call, Int, Num, Schema, Str, Support
from heat_mq.resources.kit.scaling import Adjustment


class ScalingPolicy(ScalingPolicyBase, type="OS::Heat::ScalingPolicy"):
    class Properties(Schema):
        auto_scaling_group_id = Str("Reference id of the group.", required=True)
        scaling_adjustment = Num("How much, or how large, by adjustment_type.", required=True, update=IN_PLACE)
        adjustment_type = Str(
            "What scaling_adjustment is: members more or less, members in all, or per cent more or less.",
            required=True,
            allowed=list(KINDS),
            update=IN_PLACE,
        )
        cooldown = Num("Seconds that follow the change; those of the group when it is not given.", update=IN_PLACE)
        min_adjustment_step = Int("Least number of members a percentage changes.", within=(0, None), update=IN_PLACE)

    class Attributes(Schema):
        alarm_url = Str("Signed URL; a POST to it is a signal and needs no other proof.", cached=False, secret=True)
        signal_url = Str("URL of the signal in the orchestration API.", support=Support(version="5.0.0"))

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        kind = props.get("adjustment_type")
        if isinstance(kind, str) and kind != PERCENT and props.get("min_adjustment_step") is not None:
            yield Problem(f"only for adjustment_type {PERCENT}", path="min_adjustment_step")

    def wish(self, props: Mapping[str, Any]) -> Adjustment:
        return Adjustment(
            props["auto_scaling_group_id"],
            props["adjustment_type"],
            props["scaling_adjustment"],
            props.get("min_adjustment_step"),
            props.get("cooldown"),
        )

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        match name:
            case "alarm_url":
                return port(call).signed_url()
            case "signal_url":
                return port(call).url(owner=True)
        return super().attribute(call, live, name)
