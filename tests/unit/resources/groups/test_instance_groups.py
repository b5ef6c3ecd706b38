"""Groups of servers by a launch configuration."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from heat_mq.errors import InvalidTemplate, StepFailed
from heat_mq.resources.kit import Call, Replace, Sibling
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.aws.autoscaling_group import AutoScalingGroup
from heat_mq.resources.types.aws.launch_configuration import LaunchConfiguration
from heat_mq.resources.types.heat.instance_group import InstanceGroup
from heat_mq.template import UNKNOWN, Environment
from tests.unit.resources.groups.fakes import Child, Peers

CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration"
SERVER = {
    "image": {"id": "image-7"},
    "flavor": {"id": "flavor-7"},
    "key_name": None,
    "security_groups": [{"name": "default"}],
}


@pytest.fixture(autouse=True)
def _configurations(peers: Peers) -> None:
    peers.add("one", CONFIGURATION, {"ImageId": "i1", "InstanceType": "f1", "KeyName": None})
    peers.add("two", CONFIGURATION, {"ImageId": "i2", "InstanceType": "f2"}, {"role": "web"})


def of(**more: Any) -> dict[str, Any]:
    return {"AvailabilityZones": [], "LaunchConfigurationName": "one", "Size": 2, **more}


def scaling(**more: Any) -> dict[str, Any]:
    return {"AvailabilityZones": [], "LaunchConfigurationName": "one", "MinSize": 1, "MaxSize": 3, **more}


def images(child: dict[str, Any]) -> list[str]:
    return sorted(member["properties"]["ImageId"] for member in child["template"]["resources"].values())


def test_members_are_as_the_launch_configuration_says(driver: Driver, child: Child) -> None:
    tags = [{"Key": "a", "Value": "b"}]
    driver.create(InstanceGroup, "group", of(Size=1, LaunchConfigurationName="two", Tags=tags))
    (member,) = child.resources.values()
    assert member == {
        "type": "OS::Heat::ScaledResource",
        "properties": {
            "ImageId": "i2",
            "InstanceType": "f2",
            "Tags": [*tags, {"Key": "metering.groupname", "Value": {"get_param": "OS::stack_id"}}],
        },
        "metadata": {"role": "web"},
    }
    assert child.history[-1]["types"] == {"OS::Heat::ScaledResource": "AWS::EC2::Instance"}


def test_another_launch_configuration_is_for_new_members_alone(driver: Driver, child: Child) -> None:
    group = driver.create(InstanceGroup, "group", of())
    driver.update(group, of(LaunchConfigurationName="two", Size=3))
    assert images(child.history[-1]) == ["i1", "i1", "i2"]


@pytest.mark.parametrize("policy", [{"RollingUpdate": {"MaxBatchSize": 1, "PauseTime": "PT1M"}}])
def test_with_an_update_policy_all_members_change_batch_by_batch(
    driver: Driver, child: Child, policy: dict[str, Any]
) -> None:
    group = driver.create(InstanceGroup, "group", of())
    driver.ports["policy"] = policy
    began = driver.clock.monotonic()
    driver.update(group, of(LaunchConfigurationName="two"))
    assert [images(step) for step in child.history] == [["i1", "i1"], ["i1", "i2"], ["i2", "i2"], ["i2", "i2"]]
    assert driver.clock.monotonic() - began >= 120


def test_a_reference_to_something_else_is_refused(driver: Driver, peers: Peers) -> None:
    peers.add("net", "OS::Neutron::Net", {})
    with pytest.raises(StepFailed, match=r"net is a OS::Neutron::Net"):
        driver.create(InstanceGroup, "group", of(LaunchConfigurationName="net"))
    with pytest.raises(StepFailed, match="nothing is no resource"):
        driver.create(InstanceGroup, "group", of(LaunchConfigurationName="nothing"))


def test_the_addresses_of_the_members_are_a_list_with_commas(driver: Driver, child: Child) -> None:
    group = driver.create(InstanceGroup, "group", of())
    first, second = child.oldest_first()
    call = Call(cloud=None, clock=driver.clock, **driver.ports)  # type: ignore[arg-type]
    assert InstanceGroup(group).attribute_at(call, "InstanceList", []) == f"{first}:PublicIp,{second}:PublicIp"
    child.rows.clear()
    assert InstanceGroup(group).attribute_at(call, "InstanceList", []) is None


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"LaunchConfigurationName": None}, "either InstanceId or LaunchConfigurationName"),
        ({"InstanceId": "server"}, "either InstanceId or LaunchConfigurationName"),
        ({"VPCZoneIdentifier": ["a", "b"]}, "more than one VPCZoneIdentifier"),
        ({"MinSize": 4}, "is more than MaxSize"),
        ({"DesiredCapacity": 9}, "not between MinSize and MaxSize"),
        ({"HealthCheckType": "EC2"}, "HealthCheckType not implemented yet"),
    ],
)
def test_an_aws_group_that_does_not_hold_is_refused(driver: Driver, wrong: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidTemplate, match=text):
        driver.props(AutoScalingGroup, scaling(**wrong))


def test_an_aws_group_is_like_a_server_and_in_a_subnet(driver: Driver, child: Child) -> None:
    compute = SimpleNamespace(get=lambda path: {"/servers/s7": {"server": SERVER}}[path])
    driver.cloud = SimpleNamespace(compute=compute)  # type: ignore[assignment]
    raw = scaling(InstanceId="s7", VPCZoneIdentifier=["subnet"])
    del raw["LaunchConfigurationName"]
    driver.create(AutoScalingGroup, "group", raw)
    (member,) = child.resources.values()
    tags = member["properties"].pop("Tags")
    assert member["properties"] == {
        "ImageId": "image-7",
        "InstanceType": "flavor-7",
        "SecurityGroups": ["default"],
        "SubnetId": "subnet",
    }
    assert [tag["Key"] for tag in tags] == ["metering.groupname", "metering.AutoScalingGroupName"]


def test_a_launch_configuration_may_take_the_rest_from_a_server(driver: Driver, child: Child, peers: Peers) -> None:
    compute = SimpleNamespace(get=lambda path: {"/servers/s7": {"server": SERVER}}[path])
    driver.cloud = SimpleNamespace(compute=compute)  # type: ignore[assignment]
    peers.add("like", CONFIGURATION, {"InstanceId": "s7", "ImageId": "mine"})
    driver.create(InstanceGroup, "group", of(LaunchConfigurationName="like", Size=1))
    (member,) = child.resources.values()
    assert (member["properties"]["ImageId"], member["properties"]["InstanceType"]) == ("mine", "flavor-7")
    assert "InstanceId" not in member["properties"]


@pytest.mark.parametrize(
    ("policy", "path"),
    [
        ({"MaxBatchSize": 0}, "RollingUpdate.MaxBatchSize"),
        ({"MinInstancesInService": -1}, "RollingUpdate.MinInstancesInService"),
        ({"PauseTime": "10"}, "RollingUpdate.PauseTime"),
        ({"PauseTime": "PT2H"}, "RollingUpdate.PauseTime"),
    ],
)
def test_values_of_an_update_policy_that_do_not_hold_are_told(policy: dict[str, Any], path: str) -> None:
    assert [problem.path for problem in InstanceGroup.validate_policy({"RollingUpdate": policy})] == [path]
    (problem,) = AutoScalingGroup.validate_policy({"AutoScalingRollingUpdate": policy})
    assert problem.path == f"AutoScaling{path}"


def test_an_update_policy_that_holds_has_no_problem() -> None:
    policy = {"RollingUpdate": {"MaxBatchSize": 3, "MinInstancesInService": 1, "PauseTime": "PT1H"}}
    assert list(InstanceGroup.validate_policy(policy)) == []
    assert list(InstanceGroup.validate_policy({"RollingUpdate": None})) == []


def test_a_launch_configuration_is_referred_to_by_its_physical_name_and_replaced_for_its_metadata(
    driver: Driver,
) -> None:
    made = driver.create(LaunchConfiguration, "conf", {"ImageId": "i", "InstanceType": "f"})
    assert driver.reference(made) == made.physical_name
    with pytest.raises(Replace):
        driver.update(made, {"ImageId": "i", "InstanceType": "f"})


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"ImageId": "i"}, "InstanceType must be given"),
        ({"InstanceId": "s", "KernelId": "k"}, "KernelId not implemented yet"),
        ({"InstanceId": "s", "BlockDeviceMappings": [{"DeviceName": "vdb"}]}, "Ebs is missing"),
        ({"InstanceId": "s", "BlockDeviceMappings": [{"DeviceName": "vdb", "Ebs": {}}]}, "SnapshotId is missing"),
        (
            {"InstanceId": "s", "BlockDeviceMappings": [{"DeviceName": "vdb", "Ebs": {"SnapshotId": "x", "Iops": 3}}]},
            "Iops not implemented yet",
        ),
    ],
)
def test_a_launch_configuration_that_does_not_hold_is_refused(driver: Driver, raw: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidTemplate, match=text):
        driver.props(LaunchConfiguration, raw)


def test_an_environment_may_put_another_type_in_the_place_of_the_members() -> None:
    types = {"OS::Heat::ScaledResource": "AWS::EC2::Instance"}
    plain = Environment.parse({}).child("group", types=types)
    assert plain.resource_registry.resolve("OS::Heat::ScaledResource").type == "AWS::EC2::Instance"
    instance = Environment.parse({"resource_registry": {"AWS::EC2::Instance": "file.yaml"}}).child("group", types=types)
    assert instance.resource_registry.resolve("OS::Heat::ScaledResource").template == "file.yaml"
    own = Environment.parse({"resource_registry": {"OS::Heat::ScaledResource": "mine.yaml"}}).child(
        "group", types=types
    )
    assert own.resource_registry.resolve("OS::Heat::ScaledResource").template == "mine.yaml"


# --- load balancers -----------------------------------------------------------------------------


def test_load_balancers_are_told_when_the_group_is_made_and_updated(driver: Driver, child: Child, peers: Peers) -> None:
    group = driver.create(InstanceGroup, "group", of(LoadBalancerNames=["one", "two"]))
    assert peers.told == [(["one", "two"], [])]
    driver.update(group, of(LoadBalancerNames=["one", "two"], Size=3))
    assert peers.told[1:] == [(["one", "two"], [])]


def test_the_group_waits_for_its_load_balancers(driver: Driver, peers: Peers) -> None:
    peers.looks = 3
    driver.create(InstanceGroup, "group", of(LoadBalancerNames=["one"]))
    assert len(peers.told) == 3


def test_members_leave_load_balancers_before_a_step_changes_or_removes_them(
    driver: Driver, child: Child, peers: Peers
) -> None:
    driver.ports["policy"] = {"RollingUpdate": {"MaxBatchSize": 1}}
    group = driver.create(InstanceGroup, "group", of(LoadBalancerNames=["one"]))
    first, second = child.oldest_first()
    peers.watch = lambda: len(child.history)
    del peers.told[:], peers.watched[:]
    driver.update(group, of(LoadBalancerNames=["one"], LaunchConfigurationName="two", Size=1))
    assert [leaving for _, leaving in peers.told] == [[first], [second], [first], []]
    assert peers.watched == [1, 2, 3, 4], "each is told before the step"


def test_a_group_that_names_none_tells_none(driver: Driver, peers: Peers) -> None:
    driver.create(InstanceGroup, "group", of())
    assert peers.told == []


def test_a_load_balancer_that_is_named_without_a_reference_comes_first() -> None:
    me = Sibling("group", "OS::Heat::InstanceGroup", of(LoadBalancerNames=["one", UNKNOWN]))
    assert list(InstanceGroup.hidden_dependencies(me, [])) == ["one"]
    unknown = Sibling("group", "OS::Heat::InstanceGroup", of(LoadBalancerNames=UNKNOWN))
    assert list(InstanceGroup.hidden_dependencies(unknown, [])) == []
