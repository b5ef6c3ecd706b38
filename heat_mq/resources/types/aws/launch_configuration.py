"""AWS::AutoScaling::LaunchConfiguration: what the members of a group of servers are like. Nothing is made for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.groups.launch import block_devices, device_problems, is_given, tags
from heat_mq.resources.kit import Call, List, Props, Replace, Resource, Schema, Str


class LaunchConfiguration(Resource, type="AWS::AutoScaling::LaunchConfiguration"):
    """Groups refer to it by its physical name, which is new when anything in it changes."""

    class Properties(Schema):
        ImageId = Str("Image of the servers.", constraint="glance.image")
        InstanceType = Str("Flavor of the servers.", constraint="nova.flavor")
        InstanceId = Str("A server that gives what the other properties do not.", constraint="nova.server")
        KeyName = Str("Key pair of the servers.", constraint="nova.keypair")
        UserData = Str("User data of the servers.")
        SecurityGroups = List("Security groups of the servers.")
        KernelId = Str("Not implemented.", implemented=False)
        RamDiskId = Str("Not implemented.", implemented=False)
        BlockDeviceMappings = block_devices("Volumes of the servers.")
        NovaSchedulerHints = tags("Hints for the scheduler.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        for name in ("ImageId", "InstanceType"):
            if not is_given(props.get("InstanceId")) and not is_given(props.get(name)):
                yield Problem(f"{name} must be given when InstanceId is not", path=name)
        yield from device_problems(props.get("BlockDeviceMappings"))

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        """Called for changed metadata alone, which is that of the members."""
        raise Replace("the metadata has changed")
