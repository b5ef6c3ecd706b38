"""OS::Heat::InstanceGroup: so many servers of a launch configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.groups.instances import InstanceGroupBase, rolling_policy
from heat_mq.resources.groups.launch import tags
from heat_mq.resources.groups.scaling_group import Sizes
from heat_mq.resources.kit import IN_PLACE, Int, List, Schema, Str


class InstanceGroup(InstanceGroupBase, type="OS::Heat::InstanceGroup"):
    rolling = "RollingUpdate"

    class Properties(Schema):
        AvailabilityZones = List("Accepted for templates of CloudFormation.", required=True)
        LaunchConfigurationName = Str("Reference id of the launch configuration.", required=True, update=IN_PLACE)
        Size = Int("Number of members.", required=True, update=IN_PLACE)
        LoadBalancerNames = List("Names of the load balancers in this stack that the members are behind.")
        Tags = tags("Tags of each member.")

    class Attributes(Schema):
        InstanceList = Str("Addresses of the members, with commas between them.")

    class UpdatePolicy(Schema):
        RollingUpdate = rolling_policy("Change members in batches when the launch configuration does.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        if isinstance(props.get("Size"), int) and props["Size"] < 0:
            yield Problem(f"{props['Size']} is less than zero", path="Size")

    @classmethod
    def sizes(cls, props: Mapping[str, Any]) -> Sizes:
        return Sizes(props["Size"], props["Size"], props["Size"])
