"""Software deployments: opened once for each action, closed by the guest's report, whoever dies meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.db import tables
from heat_mq.engine.commands.software_deployments import update_deployment
from heat_mq.engine.find import identity_of
from heat_mq.engine.queries.outputs import show_output
from heat_mq.errors import CloudGone
from tests.simulation.acts import abandon, adopt, cancel, create, resume, signal, suspend, told, update
from tests.simulation.cloud import Death
from tests.simulation.software import (
    CONFIG,
    SERVER,
    applied,
    configs,
    deployment,
    deployments,
    inputs,
    resources,
    waits,
)
from tests.simulation.users import FakeIdentity, with_users
from tests.simulation.world import World

GOOD = {"deploy_stdout": "done", "deploy_status_code": 0, "answer": "42"}
BAD = {"deploy_stderr": "no such file", "deploy_status_code": 2}


@pytest.fixture
def identity(world: World) -> FakeIdentity:
    return with_users(world)


def output(world: World, stack: str, name: str) -> Any:
    identity = identity_of(world.stack(stack))
    return show_output(world.service, world.context, identity, name)["output_value"]


def test_a_deployment_waits_parked_for_its_report(world: World, identity: FakeIdentity) -> None:
    outputs = {name: {"value": {"get_attr": ["run", name]}} for name in ("answer", "deploy_stdout", "fault")}
    stack = world.create(resources(input_values={"kind": "a", "more": [1]}), outputs=outputs)
    world.run(lambda: waits(world))
    assert output(world, stack, "answer") is None
    [config] = applied(world, stack)
    given = inputs(config)
    assert (config["group"], config["config"]) == ("script", "echo $place")
    assert (given["place"], given["kind"], given["more"]) == ("here", "a", [1])
    assert (given["deploy_action"], given["deploy_signal_verb"]) == ("CREATE", "POST")
    assert given["deploy_server_id"] == world.rows(stack)["server"].physical_id
    assert "/resources/run?AWSAccessKeyId=" in given["deploy_signal_id"]
    signal(world, stack, "run", GOOD)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    [found] = deployments(world)
    assert (found["status"], found["status_reason"]) == ("COMPLETE", "Outputs received")
    assert "run SIGNAL_COMPLETE: deployment succeeded" in told(world, stack)
    assert [output(world, stack, name) for name in outputs] == ["42", "done", None]
    world.delete(stack)
    world.run()
    assert (deployments(world), configs(world), identity.users, identity.keys) == ([], [], {}, {})


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (BAD, "deploy_status_code : Deployment exited with non-zero status code: 2"),
        ({"fault": "it burns", "deploy_status_code": 0}, "fault : it burns"),
    ],
)
def test_a_report_of_failure_fails_the_deployment_and_says_why(
    world: World, identity: FakeIdentity, report: dict[str, Any], reason: str
) -> None:
    stack = create(world, resources())
    world.run(lambda: waits(world))
    signal(world, stack, "run", report)
    world.run()
    assert world.state(stack) == "CREATE_FAILED"
    wanted = f"Resource CREATE failed: Error: resources.run: Deployment to server failed: {reason}"
    assert world.stack(stack).status_reason == wanted


def test_only_the_first_report_counts(world: World, identity: FakeIdentity) -> None:
    stack = create(world, resources())
    world.run(lambda: waits(world))
    signal(world, stack, "run", GOOD)
    before = len(told(world, stack))
    signal(world, stack, "run", BAD)
    assert told(world, stack, before) == []
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert deployments(world)[0]["output_values"]["answer"] == "42"


def test_a_change_of_status_by_the_api_is_as_good_as_a_report(world: World, identity: FakeIdentity) -> None:
    stack = create(world, resources(signal_transport="HEAT_SIGNAL"))
    world.run(lambda: waits(world))
    [found] = deployments(world)
    given = inputs(applied(world, stack)[0])
    assert given["deploy_user_id"] in identity.users
    change = {"config_id": None, "input_values": None, "output_values": {"answer": 1}, "action": None}
    update_deployment(
        world.service, world.context, found["id"], **change, status="COMPLETE", status_reason="", updated_at=None
    )
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"


def test_a_deployment_without_a_signal_is_told_and_not_waited_for(world: World, identity: FakeIdentity) -> None:
    stack = create(world, resources(signal_transport="NO_SIGNAL"))
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert [config["group"] for config in applied(world, stack)] == ["script"]


def test_each_action_makes_a_config_of_its_own_and_drops_the_one_before(world: World, identity: FakeIdentity) -> None:
    every = ["CREATE", "UPDATE", "SUSPEND", "RESUME", "DELETE"]
    stack = create(world, resources(actions=every))
    seen = []
    acts: list[tuple[str, Callable[[], Any]]] = [
        ("CREATE", lambda: None),
        ("UPDATE", lambda: update(world, stack, resources(actions=every, input_values={"place": "there"}))),
        ("SUSPEND", lambda: suspend(world, stack)),
        ("RESUME", lambda: resume(world, stack)),
        ("DELETE", lambda: world.delete(stack)),
    ]
    for action, act in acts:
        act()
        world.run(lambda: waits(world))
        [config] = applied(world, stack)
        assert inputs(config)["deploy_action"] == action
        assert len(configs(world)) == 2
        seen.append(config["id"])
        signal(world, stack, "run", GOOD)
        world.run()
    assert len(set(seen)) == len(every)
    assert world.state(stack) == "DELETE_COMPLETE"
    assert (deployments(world), configs(world), identity.users) == ([], [], {})


def test_deployments_go_to_the_stack_that_adopts_them(world: World, identity: FakeIdentity) -> None:
    world.service.may_adopt = world.service.may_abandon = True
    stack = create(world, {**resources(), "all": group({"a": "server"})})
    for _ in range(2):
        world.run(lambda: bool(waits(world) or waits(world, 2)))
        report_all(world)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    before = {item["id"] for item in deployments(world)}
    dump = abandon(world, stack)
    world.run()
    assert {item["id"] for item in deployments(world)} == before
    again = adopt(world, dump)
    world.run()
    assert world.state(again) == "ADOPT_COMPLETE", world.stack(again).status_reason
    assert {item["id"] for item in deployments(world)} == before
    update(world, again, {**resources(input_values={"place": "there"}), "all": group({"a": "server"})})
    world.run(lambda: waits(world))
    [config] = [item for item in configs(world) if inputs(item).get("place") == "there"]
    assert again in inputs(config)["deploy_signal_id"]
    report_all(world)
    world.run()
    world.delete(again)
    world.run()
    assert (world.state(again), deployments(world), configs(world)) == ("DELETE_COMPLETE", [], [])


def test_a_stack_is_deleted_while_a_deployment_waits(world: World, identity: FakeIdentity) -> None:
    for actions in (["CREATE"], ["CREATE", "DELETE"]):
        stack = create(world, resources(actions=actions))
        world.run(lambda: waits(world))
        world.delete(stack)
        if "DELETE" in actions:
            world.run(lambda: [item["action"] for item in deployments(world)] == ["DELETE"])
            signal(world, stack, "run", GOOD)
        world.run()
        assert world.state(stack) == "DELETE_COMPLETE"
        assert (deployments(world), configs(world), identity.users) == ([], [], {})


def test_an_update_comes_after_the_report_of_the_create_that_it_overtakes(world: World, identity: FakeIdentity) -> None:
    stack = create(world, resources())
    world.run(lambda: waits(world))
    [first] = applied(world, stack)
    update(world, stack, resources(input_values={"place": "there"}))
    world.go_on(30)
    assert applied(world, stack) == [first]
    signal(world, stack, "run", GOOD)
    world.run(lambda: waits(world) and applied(world, stack) != [first])
    given = inputs(applied(world, stack)[0])
    assert (given["deploy_action"], given["place"]) == ("UPDATE", "there")
    signal(world, stack, "run", GOOD)
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"


def test_a_deployment_that_nobody_waits_for_any_more_has_failed(world: World, identity: FakeIdentity) -> None:
    stack = create(world, resources())
    world.run(lambda: waits(world))
    cancel(world, stack, rollback=False)
    world.run()
    [found] = deployments(world)
    assert (found["status"], found["status_reason"]) == ("FAILED", "Deployment aborted")
    before = len(told(world, stack))
    signal(world, stack, "run", GOOD)
    assert told(world, stack, before) == []
    assert world.state(stack) == "CREATE_FAILED"


def test_a_deployment_is_not_waited_for_when_another_resource_has_failed(world: World, identity: FakeIdentity) -> None:
    stack = create(world, {**resources(), "bad": {"fail": True, "depends_on": ["server"]}})
    world.run()
    assert world.rows(stack)["run"].status_reason in ("CREATE aborted", "state changed")
    assert [item["status"] for item in deployments(world)] in ([], ["FAILED"])
    assert world.state(stack) == "CREATE_FAILED"


def test_actions_that_are_not_listed_deploy_nothing(world: World, identity: FakeIdentity) -> None:
    stack = create(world, resources(actions=["DELETE"]))
    world.run()
    assert (world.state(stack), deployments(world)) == ("CREATE_COMPLETE", [])
    world.delete(stack)
    world.run(lambda: waits(world))
    signal(world, stack, "run", GOOD)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"


def test_an_input_that_says_so_replaces_the_deployment_and_the_old_one_reports_its_end(
    world: World, identity: FakeIdentity
) -> None:
    both = ["CREATE", "DELETE"]
    stack = create(world, resources(actions=both, input_values={"kind": "a"}))
    world.run(lambda: waits(world))
    signal(world, stack, "run", GOOD)
    world.run()
    [first] = deployments(world)
    update(world, stack, resources(actions=both, input_values={"kind": "b"}))
    world.run(lambda: waits(world))
    signal(world, stack, "run", GOOD)
    world.run(lambda: waits(world) and len(deployments(world)) == 2)
    [old] = [item for item in deployments(world) if item["status"] == "IN_PROGRESS"]
    assert (old["id"], old["action"]) == (first["id"], "DELETE")
    update_deployment(
        *(world.service, world.context, old["id"], None, None, None, None, "COMPLETE", None, None),
    )
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert len(deployments(world)) == 1


def test_a_deployment_goes_at_once_when_its_server_is_gone(world: World, identity: FakeIdentity) -> None:
    class Compute:
        def get(self, path: str) -> dict[str, Any]:
            raise CloudGone("no such server")

    world.clouds.compute = Compute()  # type: ignore[attr-defined]
    parts = resources(server="gone", actions=["DELETE"])
    stack = create(world, parts)
    world.run()
    world.delete(stack)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"


def test_a_component_has_a_config_for_each_action(world: World, identity: FakeIdentity) -> None:
    parts = resources()
    both = [
        {"tool": "script", "config": "install", "actions": ["CREATE"]},
        {"tool": "ansible", "config": "remove", "actions": ["DELETE"]},
    ]
    parts["config"] = {"type": "OS::Heat::SoftwareComponent", "properties": {"configs": both}}
    stack = create(world, parts)
    world.run(lambda: waits(world))
    assert [(config["group"], config["config"]) for config in applied(world, stack)] == [("script", "install")]
    signal(world, stack, "run", GOOD)
    world.run()
    world.delete(stack)
    world.run(lambda: waits(world))
    assert [(config["group"], config["config"]) for config in applied(world, stack)] == [("ansible", "remove")]
    signal(world, stack, "run", GOOD)
    world.run()
    assert world.state(stack) == "DELETE_COMPLETE"


def test_a_structured_config_gets_its_inputs(world: World, identity: FakeIdentity) -> None:
    parts = resources(input_values={"port": 80})
    config = {"listen": {"get_input": "port"}, "names": [{"get_input": "name"}, "fixed"]}
    parts["config"] = {"type": "OS::Heat::StructuredConfig", "properties": {"config": config}}
    parts["run"]["type"] = "OS::Heat::StructuredDeployment"
    stack = create(world, parts)
    world.run(lambda: waits(world))
    assert applied(world, stack)[0]["config"] == {"listen": 80, "names": [None, "fixed"]}
    strict = {**parts, "run": deployment(input_values={"port": 81}, input_values_validate="STRICT")}
    strict["run"]["type"] = "OS::Heat::StructuredDeployment"
    signal(world, stack, "run", GOOD)
    world.run()
    update(world, stack, strict)
    world.run(lambda: waits(world, 1) or world.at_rest())
    assert (
        "UserParameterMissing: resources.run: no value is given for the inputs name" in world.stack(stack).status_reason
    )


def group(servers: dict[str, str], policy: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    members = {name: {"get_resource": server} for name, server in servers.items()}
    given = {"servers": members, "config": {"get_resource": "config"}, **properties}
    found: dict[str, Any] = {"type": "OS::Heat::SoftwareDeploymentGroup", "properties": given}
    return found | ({"update_policy": policy} if policy else {})


def report_all(world: World) -> list[str]:
    """Every deployment that waits is reported on; answers their servers."""
    open_ones = [item for item in deployments(world) if item["status"] == "IN_PROGRESS"]
    for item in open_ones:
        update_deployment(
            *(world.service, world.context, item["id"], None, None, GOOD, None, "COMPLETE", None, None),
        )
    return [item["server_id"] for item in open_ones]


def test_a_group_deploys_to_its_servers_in_batches(world: World, identity: FakeIdentity) -> None:
    names = {"a": "one", "b": "two", "c": "three"}
    machines = dict.fromkeys(names.values(), SERVER)
    policy = {"batch_create": {"max_batch_size": 2}, "rolling_update": {"max_batch_size": 1}}
    outputs = {"all": {"value": {"get_attr": ["all", "deploy_stdouts"]}}}
    stack = world.create({**machines, "config": CONFIG, "all": group(names, policy)}, outputs=outputs)
    world.run(lambda: waits(world, 2))
    assert len(report_all(world)) == 2
    world.run(lambda: waits(world, 1))
    assert len(report_all(world)) == 1
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    assert output(world, stack, "all") == dict.fromkeys(names, "done")
    update(world, stack, {**machines, "config": CONFIG, "all": group(names, policy, input_values={"place": "x"})})
    for _ in names:
        world.run(lambda: waits(world, 1))
        assert len(report_all(world)) == 1
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    world.delete(stack)
    world.run()
    assert (deployments(world), configs(world)) == ([], [])


def test_the_old_name_of_a_group_gives_way_to_the_new_one_in_place(world: World, identity: FakeIdentity) -> None:
    old = group({"a": "server"})
    old["type"] = "OS::Heat::SoftwareDeployments"
    stack = create(world, {"server": SERVER, "config": CONFIG, "all": old})
    world.run(lambda: waits(world))
    report_all(world)
    world.run()
    [before] = deployments(world)
    update(world, stack, {"server": SERVER, "config": CONFIG, "all": group({"a": "server"})})
    world.run()
    assert world.state(stack) == "UPDATE_COMPLETE"
    assert deployments(world) == [before]
    assert world.rows(stack)["all"].implementation == "OS::Heat::SoftwareDeploymentGroup"


@pytest.mark.parametrize("fatal", range(1, 15))
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_death_at_any_transaction_opens_each_deployment_once(
    make_world: Callable[..., World], fatal: int, when: str
) -> None:
    world = make_world(workers=2)
    with_users(world)
    opened: list[str] = []
    left = [fatal]

    def die(number: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Death

    stack = create(world, resources())
    if when == "before":
        world.before_transaction = die
    else:
        world.after_transaction = die
    world.run(lambda: waits(world) and left[0] <= 0)
    for act in (lambda: None, lambda: update(world, stack, resources(input_values={"place": "there"}))):
        left[0] = fatal if opened else left[0]
        act()
        world.run(lambda: waits(world))
        opened += [config["id"] for config in applied(world, stack)]
        world.go_on(40)
        assert [config["id"] for config in applied(world, stack)] == opened[-1:]
        assert len(deployments(world)) == 1
        signal(world, stack, "run", GOOD)
        world.run()
        assert world.state(stack).endswith("_COMPLETE")
    world.delete(stack)
    world.run()
    assert (deployments(world), configs(world)) == ([], [])


def test_nothing_secret_of_a_deployment_stands_in_clear(world: World, identity: FakeIdentity) -> None:
    stack = create(world, resources(signal_transport="HEAT_SIGNAL"))
    world.run(lambda: waits(world))
    password = inputs(applied(world, stack)[0])["deploy_password"]
    tabled = [tables.software_config, tables.software_deployment, tables.event, tables.resource]
    kept = str([world.database.read(lambda c, t=table: c.execute(t.select()).all()) for table in tabled])
    assert password
    assert password not in kept
