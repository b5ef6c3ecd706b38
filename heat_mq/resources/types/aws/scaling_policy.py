"""AWS::AutoScaling::ScalingPolicy: how a signal changes the size of an AWS::AutoScaling::AutoScalingGroup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from heat_mq.errors import Problem
from heat_mq.resources.groups.capacity import AWS_KINDS, PERCENT
from heat_mq.resources.groups.policy import ScalingPolicyBase, port
from heat_mq.resources.kit import IN_PLACE, Call, Int, Outcome, Schema, Str
from heat_mq.resources.kit.scaling import Adjustment

_URL: Final = "alarm_url"


class ScalingPolicy(ScalingPolicyBase, type="AWS::AutoScaling::ScalingPolicy"):
    """``Ref`` gives the signed URL, as alarms of CloudFormation templates expect it."""

    secret_reference = True

    class Properties(Schema):
        AutoScalingGroupName = Str("Reference id of the group.", required=True)
        ScalingAdjustment = Int("How much, or how large, by AdjustmentType.", required=True, update=IN_PLACE)
        AdjustmentType = Str(
            "What ScalingAdjustment is: members more or less, members in all, or per cent more or less.",
            required=True,
            allowed=list(AWS_KINDS),
            update=IN_PLACE,
        )
        Cooldown = Int("Seconds that follow the change; those of the group when it is not given.", update=IN_PLACE)
        MinAdjustmentStep = Int("Least number of members a percentage changes.", within=(0, None), update=IN_PLACE)

    class Attributes(Schema):
        AlarmUrl = Str("Signed URL; a POST to it is a signal and needs no other proof.", cached=False, secret=True)

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        kind = props.get("AdjustmentType")
        if isinstance(kind, str) and AWS_KINDS.get(kind) != PERCENT and props.get("MinAdjustmentStep") is not None:
            yield Problem("only for AdjustmentType PercentChangeInCapacity", path="MinAdjustmentStep")

    def wish(self, props: Mapping[str, Any]) -> Adjustment:
        kind = props["AdjustmentType"]
        return Adjustment(
            props["AutoScalingGroupName"],
            AWS_KINDS[kind],
            props["ScalingAdjustment"],
            props.get("MinAdjustmentStep"),
            props.get("Cooldown"),
            kind,
        )

    def check_create(self, call: Call) -> Outcome:
        call.data[_URL] = port(call).signed_url()
        return super().check_create(call)

    def reference_id(self, data: Mapping[str, Any]) -> Any:
        return data.get(_URL, self.record.name)

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return port(call).signed_url() if name == "AlarmUrl" else super().attribute(call, live, name)
