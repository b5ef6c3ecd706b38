"""Load balancers that a group names know its members, whoever changes them and whoever dies meanwhile."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from heat_mq.errors import Conflict, NotFound
from tests.simulation import corpus
from tests.simulation.acts import create, signal, update
from tests.simulation.cloud import Death
from tests.simulation.stacks import live
from tests.simulation.test_templates_of_others import prepare, values_of
from tests.simulation.users import with_users
from tests.simulation.whole import WholeWorld
from tests.simulation.world import World

MEMBER = """
heat_template_version: 2021-04-16
parameters: {ImageId: {type: string}, InstanceType: {type: string}, Tags: {type: json}}
resources: {thing: {type: "Sim::Thing", properties: {value: {get_param: ImageId}}}}
outputs: {OS::stack_id: {value: {get_resource: thing}}}
"""
BALANCER = """
heat_template_version: 2021-04-16
parameters: {Instances: {type: comma_delimited_list, default: ""}}
resources:
  haproxy: {type: "Sim::Thing", properties: {value: {list_join: [" ", {get_param: Instances}]}}}
"""
ENVIRONMENT = {"resource_registry": {"OS::Heat::ScaledResource": "member.yaml", "Balancer": "balancer.yaml"}}
CHANGE = {"AdjustmentType": "ChangeInCapacity", "AutoScalingGroupName": {"get_resource": "group"}}
FILES = {"member.yaml": MEMBER, "balancer.yaml": BALANCER}


class NoChecker:
    """Stands where the cloud's word on names is asked for; every image and flavor is there."""

    def check(self, cloud: Any, constraint: str, value: Any) -> None:
        return None


def ready(world: World) -> World:
    with_users(world)
    world.service.checker = NoChecker()  # type: ignore[assignment]
    return world


def balanced(size: int = 2, image: str = "one", **more: Any) -> dict[str, Any]:
    launch = "AWS::AutoScaling::LaunchConfiguration"
    properties = {
        "AvailabilityZones": ["nova"],
        "LaunchConfigurationName": {"get_resource": f"launch-{image}"},
        "MinSize": size,
        "MaxSize": 4,
        "LoadBalancerNames": ["balancer"],
    }
    policy = {"AutoScalingRollingUpdate": {"MaxBatchSize": 1, "MinInstancesInService": 1}}
    return {
        f"launch-{image}": {"type": launch, "properties": {"ImageId": image, "InstanceType": "small"}},
        "group": {"type": "AWS::AutoScaling::AutoScalingGroup", "properties": properties, "update_policy": policy},
        "balancer": {"type": "Balancer"},
        "up": {"type": "AWS::AutoScaling::ScalingPolicy", "properties": {**CHANGE, "ScalingAdjustment": "1"}},
        "down": {"type": "AWS::AutoScaling::ScalingPolicy", "properties": {**CHANGE, "ScalingAdjustment": "-1"}},
        **more,
    }


def nested(world: World, stack: str, name: str) -> str:
    return str(world.rows(stack)[name].physical_id)


def behind(world: World, stack: str, name: str = "balancer") -> list[str]:
    """What the load balancer's server is told last."""
    (made,) = [row for row in world.rows(nested(world, stack, name)).values() if row.name == "haproxy"]
    return sorted(world.cloud.objects[str(made.physical_id)]["value"].split())


def members(world: World, stack: str) -> list[str]:
    """The members' objects."""
    rows = world.rows(nested(world, stack, "group")).values()
    return sorted(str(world.rows(str(row.physical_id))["thing"].physical_id) for row in rows)


def made(world: World, resources: dict[str, Any]) -> str:
    stack = create(world, resources, files=FILES, environment=ENVIRONMENT)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE", world.story()
    return stack


def changed(world: World, stack: str, resources: dict[str, Any]) -> None:
    update(world, stack, resources, files=FILES, environment=ENVIRONMENT)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE", world.story()


def deaths(world: World, step: int) -> Iterator[int]:
    """The transactions, ``step`` apart, before which a worker dies in the loop's body; last one that none reached."""
    at, dead = 0, True
    while dead:
        at += step
        counted, dead = itertools.count(1), False

        def die(number: int, at: int = at, counted: Iterator[int] = counted) -> None:
            nonlocal dead
            if next(counted) == at:
                dead = True
                raise Death

        world.before_transaction = die
        yield at


def test_a_group_that_is_made_tells_its_load_balancer_though_it_names_it_without_a_reference(world: World) -> None:
    ready(world)
    stack = made(world, balanced())
    assert (len(members(world, stack)), behind(world, stack)) == (2, members(world, stack))


@pytest.mark.parametrize("policy", ["up", "down"])
def test_a_change_of_size_by_a_signal_is_told(world: World, policy: str) -> None:
    ready(world)
    stack = made(world, balanced(1))
    signal(world, stack, "up")
    world.run()
    signal(world, stack, policy)
    world.run()
    assert len(members(world, stack)) == {"up": 3, "down": 1}[policy]
    assert behind(world, stack) == members(world, stack)
    assert world.rows(stack)["group"].metadata["scaling_in_progress"] is False


def test_a_new_member_is_told_of_though_another_one_cannot_be_made(world: World) -> None:
    ready(world)
    more = {"type": "AWS::AutoScaling::ScalingPolicy", "properties": {**CHANGE, "ScalingAdjustment": "2"}}
    stack = made(world, balanced(1, two=more))
    failed: list[str] = []

    def trouble(moment: str, verb: str, name: str) -> None:
        if (moment, verb) == ("before", "make") and not failed:
            failed.append(name)
            raise RuntimeError("no room")

    world.cloud.trouble = trouble
    signal(world, stack, "two")
    world.run()
    assert failed
    rows = world.rows(nested(world, stack, "group")).values()
    assert sorted(row.status for row in rows) == ["COMPLETE", "COMPLETE", "FAILED"]
    good = [str(row.physical_id) for row in rows if row.status == "COMPLETE"]
    assert behind(world, stack) == sorted(str(world.rows(id)["thing"].physical_id) for id in good)


def test_members_leave_the_load_balancer_before_a_batch_changes_them(world: World) -> None:
    ready(world)
    stack = made(world, balanced())
    seen: list[tuple[str, bool]] = []
    names = {id: item["name"] for id, item in world.cloud.objects.items()}

    def trouble(moment: str, verb: str, name: str) -> None:
        ids = [id for id in names if names[id] == name and id in old]
        if moment == "before" and verb in ("change", "remove") and ids:
            seen.append((verb, ids[0] in behind(world, stack)))

    old = members(world, stack)
    world.cloud.trouble = trouble
    changed(world, stack, balanced(image="two"))
    world.calm()
    assert seen
    assert [verb for verb, is_behind in seen if is_behind] == []
    assert behind(world, stack) == members(world, stack)


def test_a_load_balancer_keeps_its_own_servers_and_forgets_a_group_that_goes(world: World) -> None:
    ready(world)
    own = {"balancer": {"type": "Balancer", "properties": {"Instances": ["mine"]}}}
    stack = made(world, balanced(1, **own))
    assert behind(world, stack) == sorted(["mine", *members(world, stack)])
    changed(world, stack, own)
    assert behind(world, stack) == ["mine"]


def test_two_groups_may_be_behind_one_load_balancer(world: World) -> None:
    ready(world)
    first = balanced(1)
    stack = made(world, {**first, "other": {**first["group"]}})
    rows = world.rows(nested(world, stack, "other")).values()
    others = [str(world.rows(str(row.physical_id))["thing"].physical_id) for row in rows]
    assert behind(world, stack) == sorted([*members(world, stack), *others])
    signal(world, stack, "up")
    world.run()
    assert behind(world, stack) == sorted([*members(world, stack), *others])


@pytest.mark.parametrize(
    ("name", "text"),
    [("nobody", "nobody is no resource of this stack"), ("launch-one", "not a load balancer that follows a group")],
)
def test_what_is_no_load_balancer_is_named(world: World, name: str, text: str) -> None:
    ready(world)
    resources = balanced()
    resources["group"]["properties"]["LoadBalancerNames"] = [name]
    stack = create(world, resources, files=FILES, environment=ENVIRONMENT)
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    assert text in world.stack(stack).status_reason


def test_a_worker_may_die_before_any_transaction_of_a_change_of_size(make_world: Callable[..., World]) -> None:
    world = make_world(workers=2)
    ready(world)
    stack = made(world, balanced(1))
    for at in deaths(world, 1):
        size = len(members(world, stack))
        signal(world, stack, "up" if size == 1 else "down")
        world.run()
        world.calm()
        assert len(members(world, stack)) == 3 - size, world.story()
        assert behind(world, stack) == members(world, stack), f"died before transaction {at}\n{world.story()}"
    assert at > 10, "there are fewer transactions than a change of size has"


def test_a_worker_may_die_before_any_transaction_of_a_rolling_update(make_world: Callable[..., World]) -> None:
    world = make_world(workers=2)
    ready(world)
    stack = made(world, balanced())
    image = "one"
    for at in deaths(world, 3):
        image = "two" if image == "one" else "one"
        changed(world, stack, balanced(image=image))
        world.calm()
        objects = members(world, stack)
        assert [world.cloud.objects[id]["value"] for id in objects] == [image, image]
        assert behind(world, stack) == objects, f"died before transaction {at}\n{world.story()}"
    assert at > 20, "there are fewer transactions than a rolling update has"


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_at_once_the_load_balancer_knows_the_members_in_the_end(
    make_world: Callable[..., World], seed: int
) -> None:
    """Signals and updates in the middle of each other, workers that die or freeze."""
    world = make_world(seed=seed, workers=3)
    ready(world)
    stack = made(world, balanced())
    chance = random.Random(seed)

    def die(number: int) -> None:
        if chance.random() < 0.02:
            raise Death

    world.before_transaction = world.after_transaction = die
    world.freezing = 0.01
    for _ in range(8):
        if chance.random() < 0.3:
            image, own = chance.choice(["one", "two"]), chance.choice([[], ["mine"]])
            resources = balanced(image=image, balancer={"type": "Balancer", "properties": {"Instances": own}})
            update(world, stack, resources, files=FILES, environment=ENVIRONMENT)
        else:
            with contextlib.suppress(Conflict, NotFound):
                signal(world, stack, chance.choice(["up", "down"]))
        world.go_on(chance.randrange(60))
    world.calm()
    world.run()
    assert world.state(stack) in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), world.story()
    assert set(behind(world, stack)) - {"mine"} == set(members(world, stack)), world.story()


# --- with the types themselves ------------------------------------------------------------------


@pytest.fixture
def whole(tmp_path: Any) -> Iterator[WholeWorld]:
    world = WholeWorld(tmp_path)
    yield world
    world.close()


def of_servers(**more: Any) -> dict[str, Any]:
    resources = balanced(1, image="cirros")
    resources["launch-cirros"]["properties"]["InstanceType"] = "m1.tiny"
    listener = {"LoadBalancerPort": 80, "InstancePort": 8080, "Protocol": "HTTP"}
    properties = {"AvailabilityZones": ["nova"], "Listeners": [listener], **more}
    resources["balancer"] = {"type": "AWS::ElasticLoadBalancing::LoadBalancer", "properties": properties}
    return {
        "heat_template_version": "2021-04-16",
        "parameters": {"LbImageId": {"type": "string", "default": "cirros"}},
        "resources": resources,
        "outputs": {
            "members": {"value": {"get_attr": ["group", "InstanceList"]}},
            "address": {"value": {"get_attr": ["balancer", "DNSName"]}},
        },
    }


def told(world: WholeWorld, stack: str) -> set[str]:
    """The addresses in HAProxy's configuration, as the guest reads it."""
    server = world.rows(nested(world, stack, "balancer"))["LB_instance"]
    files = server.metadata["AWS::CloudFormation::Init"]["config"]["files"]
    return set(re.findall(r"server server-\d+ (\S+):8080", files["/etc/haproxy/haproxy.cfg"]["content"]))


def test_haproxy_is_told_the_addresses_of_a_group_that_scales_and_its_server_stays(whole: WholeWorld) -> None:
    rest = whole.log_in("demo")
    answer = rest.create("web", of_servers())
    assert answer.status_code == 201, answer.text
    whole.run()

    def shown() -> dict[str, Any]:
        stack = rest.get("/stacks/web")["stack"]
        assert stack["stack_status"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), json.dumps(stack)
        return {"id": stack["id"], **{item["output_key"]: item["output_value"] for item in stack["outputs"]}}

    first = shown()
    stack = first["id"]
    assert told(whole, stack) == set(first["members"].split(","))
    server = whole.rows(nested(whole, stack, "balancer"))["LB_instance"].physical_id
    assert rest.request("POST", f"/stacks/web/{stack}/resources/up/signal").status_code == 200
    whole.run()
    second = shown()
    assert len(second["members"].split(",")) == 2
    assert told(whole, stack) == set(second["members"].split(","))
    body = {"template": of_servers(Instances=[server])}
    assert rest.request("PUT", f"/stacks/web/{stack}", json=body).status_code == 202
    whole.run()
    third = shown()
    assert told(whole, stack) == {*third["members"].split(","), third["address"]}
    assert third["address"] == first["address"]
    assert whole.rows(nested(whole, stack, "balancer"))["LB_instance"].physical_id == server


DATABASE = """
heat_template_version: 2021-04-16
parameters:
  KeyName: {type: string}
  InstanceType: {type: string}
  DBName: {type: string}
  DBUsername: {type: string, hidden: true}
  DBPassword: {type: string, hidden: true}
  DBRootPassword: {type: string, hidden: true}
  LinuxDistribution: {type: string}
outputs: {PublicIp: {value: 10.0.0.9}}
"""
TEMPLATES_OF_OTHERS = {
    "openstack/cfn/WordPress_With_LB.template": {
        "files": {
            "https://raw.github.com/openstack/heat-templates/master/cfn/F17/MySQL_Single_Instance.template": DATABASE
        }
    },
    # There is no such service any more: an environment takes its alarms away.
    "openstack/cfn/AutoScalingCeilometer.yaml": {"types": {"OS::Ceilometer::Alarm": "OS::Heat::None"}},
}


@pytest.mark.parametrize("name", TEMPLATES_OF_OTHERS)
def test_a_template_of_others_with_a_load_balancer_is_made_and_leaves_nothing_behind(
    whole: WholeWorld, name: str
) -> None:
    prepare(whole)
    more: dict[str, Any] = TEMPLATES_OF_OTHERS[name]
    environment = {
        "resource_registry": more.get("types", {}),
        "parameter_defaults": {"LbImageId": "F17-x86_64-cfntools", "LbFlavor": "m1.tiny"},
    }
    parameters = {**values_of(name, {}), "DBPassword": "secret", "DBRootPassword": "secret"}
    request = {"files": more.get("files", {}), "environment": environment, "parameters": parameters}
    stack = live(whole, "demo", (corpus.TEMPLATES / name).read_text(), **request)
    (url,) = [output["output_value"] for output in stack["outputs"]]
    assert re.fullmatch(r"http://\d+\.\d+\.\d+\.\d+/wordpress", url)
