"""Groups of servers made by a launch configuration: what InstanceGroup and CloudFormation's AutoScalingGroup share."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem, StepFailed
from heat_mq.resources.groups.batches import Batches, Step
from heat_mq.resources.groups.durations import seconds_of
from heat_mq.resources.groups.scaling_group import ScalingGroup, peers
from heat_mq.resources.kit import DONE, Call, Int, Map, Outcome, Props, Sibling, Str, Wait
from heat_mq.resources.kit.scaling import Adjustment, Resize
from heat_mq.template.tree import select

MEMBER_TYPE: Final = "OS::Heat::ScaledResource"
"""The members' type, so that an environment can put another in its place."""
DEFAULT_TYPE: Final = "AWS::EC2::Instance"
CONFIGURATION_TYPE: Final = "AWS::AutoScaling::LaunchConfiguration"

BALANCERS: Final = "LoadBalancerNames"
LOOK_AGAIN: Final = 1.0
"""Seconds between two looks at load balancers that are being told."""
LONGEST_PAUSE: Final = 3600
NO_ADDRESS: Final = "0.0.0.0"


def rolling_policy(doc: str) -> Map:
    """The schema of RollingUpdate and AutoScalingRollingUpdate."""
    return Map(
        doc,
        schema={
            "MinInstancesInService": Int("Members that stay untouched meanwhile.", default=0),
            "MaxBatchSize": Int("Members changed at once.", default=1),
            "PauseTime": Str("Time between batches, as PT#H#M#S.", default="PT0S"),
        },
    )


def rolling_problems(name: str, policy: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the values of an update policy ``name`` of that schema."""
    rolling = policy.get(name)
    if not isinstance(rolling, Mapping):
        return
    for key, least in (("MinInstancesInService", 0), ("MaxBatchSize", 1)):
        if isinstance(rolling.get(key), int) and rolling[key] < least:
            yield Problem(f"{rolling[key]} is less than {least}", path=f"{name}.{key}", expected=f"{least} or more")
    if isinstance(rolling.get("PauseTime"), str):
        try:
            if seconds_of(rolling["PauseTime"]) > LONGEST_PAUSE:
                yield Problem("a pause is one hour at most", path=f"{name}.PauseTime", expected="PT1H or less")
        except ValueError as error:
            yield Problem(str(error), path=f"{name}.PauseTime", expected="PT#H#M#S, for example PT1M30S")


class InstanceGroupBase(ScalingGroup):
    """Without an update policy a new launch configuration is for new members alone.

    ``rolling`` is the name of the update policy, ``group_tags`` are tags whose value is the group's id.
    """

    rolling: ClassVar[str] = ""
    group_tags: ClassVar[Sequence[str]] = ("metering.groupname",)
    balancers: ClassVar[str] = BALANCERS

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """The load balancers that it names without referring to them."""
        named = me.properties.get(BALANCERS)
        return [name for name in named if isinstance(name, str)] if isinstance(named, list) else []

    @classmethod
    def validate_policy(cls, policy: Mapping[str, Any]) -> Iterable[Problem]:
        return rolling_problems(cls.rolling, policy)

    @classmethod
    def with_types(cls, child: dict[str, Any]) -> dict[str, Any]:
        return {**child, "types": {MEMBER_TYPE: DEFAULT_TYPE}}

    def batches(self, call: Call, props: Props, changed: frozenset[str]) -> Batches | None:
        policy = call.policy.get(self.rolling)
        if not isinstance(policy, Mapping) or "LaunchConfigurationName" not in changed:
            return None
        pause = seconds_of(policy.get("PauseTime", "PT0S"))
        return Batches(policy.get("MaxBatchSize", 1), pause, policy.get("MinInstancesInService", 0))

    def check_create(self, call: Call) -> Outcome:
        outcome = super().check_create(call)
        return self._told(call) if outcome == DONE else outcome

    def check_update(self, call: Call) -> Outcome:
        outcome = super().check_update(call)
        return self._told(call) if outcome == DONE else outcome

    def check_adopt(self, call: Call) -> Outcome:
        outcome = super().check_adopt(call)
        return self._told(call) if outcome == DONE else outcome

    def make_ready(self, call: Call, step: Step) -> Outcome:
        """Members that the step changes or removes get nothing to do from load balancers any more."""
        present = self._children(call).definitions(self.physical_id)
        leaving = sorted({*step["gone"], *step["new"]} & present.keys())
        return self._told(call, leaving) if leaving else DONE

    def _told(self, call: Call, leaving: Sequence[str] = ()) -> Outcome:
        names = call.wanted.get(BALANCERS)
        return DONE if not names or peers(call).tell(names, leaving) else Wait(LOOK_AGAIN)

    def adjust(self, call: Call, wish: Adjustment) -> Resize | None:
        resize = super().adjust(call, wish)
        return resize and dataclasses.replace(resize, told=bool(self.record.properties.get(BALANCERS)))

    def member(self, call: Call, props: Props) -> dict[str, Any]:
        properties, metadata = self.launch_configuration(call, props)
        own = [{"Key": name, "Value": {"get_param": "OS::stack_id"}} for name in self.group_tags]
        properties["Tags"] = [*(props.Tags or ()), *own]
        definition: dict[str, Any] = {"type": MEMBER_TYPE, "properties": properties}
        return {**definition, "metadata": dict(metadata)} if metadata else definition

    def launch_configuration(self, call: Call, props: Props) -> tuple[dict[str, Any], Mapping[str, Any]]:
        """Properties and metadata of a new member."""
        found = peers(call).find(props.LaunchConfigurationName)
        if found.type != CONFIGURATION_TYPE:
            raise StepFailed(f"LaunchConfigurationName: {found.name} is a {found.type}, not a {CONFIGURATION_TYPE}")
        given = {name: value for name, value in found.properties.items() if value is not None}
        server_id = given.pop("InstanceId", None)
        return ({**server_properties(call, server_id), **given} if server_id else given), found.metadata

    def attribute_at(self, call: Call, name: str, path: Sequence[Any]) -> Any:
        """``InstanceList``: the members' addresses with commas between them, the oldest first."""
        if name != "InstanceList":
            return super().attribute_at(call, name, path)
        addresses = [member.attribute(["PublicIp"]) or NO_ADDRESS for member in self.members(call)]
        return select(",".join(str(address) for address in addresses) or None, list(path))


def server_properties(call: Call, server_id: str) -> dict[str, Any]:
    """Properties of an instance like a server that exists."""
    server = call.cloud.compute.get(f"/servers/{server_id}")["server"]
    image = server.get("image") or {}
    found = {
        "ImageId": image.get("id"),
        "InstanceType": server["flavor"].get("id"),
        "KeyName": server.get("key_name"),
        "SecurityGroups": [group["name"] for group in server.get("security_groups") or ()],
    }
    return {name: value for name, value in found.items() if value}
