"""AWS::AutoScaling::AutoScalingGroup: servers of a launch configuration, whose number policies change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.groups.instances import InstanceGroupBase, rolling_policy, server_properties
from heat_mq.resources.groups.launch import is_given, tags
from heat_mq.resources.groups.scaling_group import Sizes
from heat_mq.resources.kit import IN_PLACE, Call, Int, List, Props, Schema, Str, Support


class AutoScalingGroup(InstanceGroupBase, type="AWS::AutoScaling::AutoScalingGroup"):
    support = Support(version="2014.1")
    scales = True
    rolling = "AutoScalingRollingUpdate"
    group_tags = ("metering.groupname", "metering.AutoScalingGroupName")

    class Properties(Schema):
        AvailabilityZones = List("Accepted for templates of CloudFormation.", required=True)
        LaunchConfigurationName = Str("Reference id of the launch configuration.", update=IN_PLACE)
        InstanceId = Str("A server that the members shall be like.", constraint="nova.server")
        MaxSize = Int("Largest number of members.", required=True, update=IN_PLACE)
        MinSize = Int("Smallest number of members.", required=True, update=IN_PLACE)
        Cooldown = Int("Seconds after a change of size in which policies change nothing.", update=IN_PLACE)
        DesiredCapacity = Int("Number of members that a create or an update brings about.", update=IN_PLACE)
        HealthCheckGracePeriod = Int("Not implemented.", implemented=False)
        HealthCheckType = Str("Not implemented.", allowed=["EC2", "ELB"], implemented=False)
        LoadBalancerNames = List("Names of the load balancers in this stack that the members are behind.")
        VPCZoneIdentifier = List("The subnet of the members; one at most.", of=Str("Id of a subnet."))
        Tags = tags("Tags of each member.")

    class Attributes(Schema):
        InstanceList = Str("Addresses of the members, with commas between them.")

    class UpdatePolicy(Schema):
        AutoScalingRollingUpdate = rolling_policy("Change members in batches when the launch configuration does.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        if all(isinstance(props.get(name), int) for name in ("MinSize", "MaxSize")):
            yield from cls.sizes(props).problems("MinSize", "MaxSize", "DesiredCapacity")
        if is_given(props.get("InstanceId")) == is_given(props.get("LaunchConfigurationName")):
            yield Problem("either InstanceId or LaunchConfigurationName must be given", path="LaunchConfigurationName")
        zones = props.get("VPCZoneIdentifier")
        if isinstance(zones, list) and len(zones) > 1:
            yield Problem("more than one VPCZoneIdentifier is not supported", path="VPCZoneIdentifier")

    @classmethod
    def sizes(cls, props: Mapping[str, Any]) -> Sizes:
        wanted = props.get("DesiredCapacity")
        return Sizes(props["MinSize"], props["MaxSize"], wanted if isinstance(wanted, int) else None)

    def cooldown(self, props: Mapping[str, Any]) -> float | None:
        return props.get("Cooldown")

    def launch_configuration(self, call: Call, props: Props) -> tuple[dict[str, Any], Mapping[str, Any]]:
        if props.InstanceId:
            properties: dict[str, Any] = server_properties(call, props.InstanceId)
            metadata: Mapping[str, Any] = {}
        else:
            properties, metadata = super().launch_configuration(call, props)
        if props.VPCZoneIdentifier:
            properties["SubnetId"] = props.VPCZoneIdentifier[0]
        return properties, metadata
